import Platform
import Timestep

/// The predictions of a model for batches of whole series, as rows of a table.
struct PredictionTable {
  private let network: MultiLayerNetwork
  private let contract: DataContract
  private let columns: PredictionColumns
  private var file: any PredictionFile
  /// The loss of a step, and the weights of its classes; `nil`: the last layer does not say.
  private let loss: (function: Loss, weights: [Float])?
  /// The continuation of series; `nil`: their own steps are predicted.
  private let rollout: Rollout?
  /// The number of steps that every series is continued to, with features of 0; `nil`: none is continued.
  private let steps: Int?
  private var row = PredictionRow()
  /// The number of rows.
  private(set) var rowCount = 0
  /// The number of rows in which a quantile is below a lower one.
  private var crossedCount = 0

  /// Makes a table that is written while batches are added.
  ///
  /// - Parameters:
  ///   - file: The file of the model.
  ///   - contract: What the model knows of its data.
  ///   - time: The name of the column whose timestamps batches have.
  ///   - hasTruth: True if the labels, and the loss, are columns too.
  ///   - rollout: The continuation of series that is written instead of predictions for their steps.
  ///   - steps: The number of steps that every series is continued to, with features of 0.
  ///   - make: Returns the file for the columns.
  init(
    _ file: ModelFile, _ contract: DataContract, time: String?, hasTruth: Bool,
    rollout: Rollout? = nil, continuedTo steps: Int? = nil,
    writing make: (PredictionColumns) throws -> any PredictionFile
  ) rethrows {
    (network, self.contract, self.rollout, self.steps) = (file.network, contract, rollout, steps)
    let output = file.network.configuration.layers.last?.layer as? any DenseOutputLayer
    loss = hasTruth ? output.map { ($0.loss, $0.classWeights) } : nil
    // A model of an earlier version does not say; a label at the end is usually that of the series.
    // What comes after the end of a series is said at its last step.
    let isForecast = contract.fileSettings?["horizon"] != nil && !hasTruth
    let isPerSeries =
      rollout == nil
      && (file.network.predictsOncePerSeries || isForecast
        || contract.hasOneLabelPerSeries ?? (contract.alignment == .end))
    columns = PredictionColumns(
      contract, isPerSeries: isPerSeries, time: time, hasTruth: hasTruth, hasLoss: loss != nil)
    self.file = try make(columns)
  }

  /// Appends the predictions for a batch, normalized as the model's data was.
  ///
  /// - Parameter key: Returns the key of an example.
  /// - Throws: `RecordError` about a prediction that is not finite, with its file.
  mutating func add(_ batch: DataSet, key: (_ row: Int) -> String) throws {
    if let rollout { return try add(rollout, batch, key: key) }
    let batch = steps.map { batch.continued(to: $0) } ?? batch
    let outputs = try network.wholeSeriesOutput(batch)
    let present = columns.hasTruth ? batch.labelsMask : batch.stepMask
    for example in 0..<batch.exampleCount {
      let steps = (0..<batch.stepCount).filter { present[example, $0] }
      if steps.isEmpty { continue }
      row.key = key(example)
      for step in columns.isPerSeries ? [seriesStep(of: steps)] : steps {
        try fill(batch, outputs, example, step)
        try file.append(row)
        rowCount += 1
      }
    }
  }

  /// Appends the continuation of every series of a batch, whose steps count on from those of the series.
  private mutating func add(_ rollout: Rollout, _ batch: DataSet, key: (_ row: Int) -> String) throws {
    for example in 0..<batch.exampleCount {
      let steps = (0..<batch.stepCount).filter { batch.stepMask[example, $0] }
      if steps.isEmpty { continue }
      var series = Tensor(shape: [1, batch.features.shape[1], steps.count], order: .timeMajor)
      for (place, step) in steps.enumerated() {
        for column in 0..<batch.features.shape[1] {
          series[0, column, place] = batch.features[example, column, step]
        }
      }
      row.key = key(example)
      row.time = nil
      for (ahead, plain) in try rollout.predictions(after: series, by: network).enumerated() {
        row.step = steps.count + ahead
        row.outputs = reverted(plain)
        try checkFinite(batch, example)
        countCrossed()
        try file.append(row)
        rowCount += 1
      }
    }
  }

  /// Returns the step of the prediction about a whole series.
  private func seriesStep(of steps: [Int]) -> Int {
    // A single label at the start is that of the first step.
    let isFirst =
      contract.alignment == .start && contract.hasOneLabelPerSeries == true && !columns.hasTruth
      && !network.predictsOncePerSeries && contract.horizon == nil
    return isFirst ? steps[0] : steps[steps.count - 1]
  }

  private mutating func fill(_ batch: DataSet, _ outputs: Tensor, _ example: Int, _ step: Int) throws {
    func values(_ tensor: Tensor) -> [Float] { (0..<tensor.shape[1]).map { tensor[example, $0, step] } }
    let plain = values(outputs)
    row.step = step
    row.time = columns.time == nil ? nil : batch.stepTimes.text(row: example, step: step)
    row.outputs = ofClasses(reverted(plain))
    try checkFinite(batch, example)
    countCrossed()
    guard columns.hasTruth, let labels = batch.labels else { return }
    let known = values(labels)
    row.truth = ofClasses(reverted(known))
    row.loss = loss.map { $0.function.value(of: plain, labels: known, weights: $0.weights) }
  }

  /// Counts the row if a quantile is below a lower one of the same label.
  private mutating func countCrossed() {
    guard let count = contract.labels.quantiles?.count, count > 1 else { return }
    let crosses = row.outputs.indices.contains { $0 % count > 0 && row.outputs[$0] < row.outputs[$0 - 1] }
    if crosses { crossedCount += 1 }
  }

  /// Rejects a prediction that is not finite, with the file of its series.
  private func checkFinite(_ batch: DataSet, _ example: Int) throws {
    guard let column = row.outputs.firstIndex(where: { !$0.isFinite }) else { return }
    let source = example < batch.metadata.count ? batch.metadata[example] : nil
    throw RecordError(
      .notFinite, path: source?.features.path ?? "the data", line: source?.featureLines.lowerBound,
      "the prediction at step \(row.step) of the series is not finite: expected a number for \"\(columns.outputs[column])\", found "
        + "\(row.outputs[column]); check its rows, or train on smaller numbers (\(Remedy.normalize))")
  }

  /// Returns a number for each class, also if a network has one output: the probability of the second of two classes.
  private func ofClasses(_ values: [Float]) -> [Float] {
    columns.hasClass && values.count == 1 && contract.labels.names.count == 2
      ? [1 - values[0], values[0]] : values
  }

  /// Returns outputs, or labels, in the labels' own units.
  private func reverted(_ values: [Float]) -> [Float] {
    guard let normalizer = contract.labelsNormalizer else { return values }
    return values.enumerated().map { normalizer.revert($1, column: $0) }
  }

  /// Completes the table, and says in how many rows quantiles cross: each is learned by itself.
  mutating func finish() throws {
    try file.finish()
    guard crossedCount > 0 else { return }
    RunNotes.write(
      "quantiles cross in \(crossedCount) of \(pluralized(rowCount, "prediction")): a higher one is below a lower one there"
    )
  }
}

extension BatchSource {
  /// Appends the predictions for all batches to a table.
  func predictions(into table: inout PredictionTable) throws {
    var batches = iterator
    while let batch = try batches.next() {
      try table.add(batch) { row in exampleKey(of: batch, row) }
    }
  }

  /// The same batches, with the exact timestamps of their steps, if they are assembled here.
  var keepingTimes: BatchSource {
    guard case .sequences(let dataSets, let faults) = self else { return self }
    return .sequences(dataSets.keepingTimes(), faults)
  }

  /// The name of the column whose timestamps `keepingTimes` keeps.
  var timeColumn: String? {
    if case .sequences(let dataSets, _) = self { dataSets.timeColumn } else { nil }
  }
}
