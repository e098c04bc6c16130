import Timestep

/// The columns of a table of predictions.
///
/// A row is about a step, or about a whole series if every series of the training data had one label.
struct PredictionColumns {
  /// The labels that are predicted.
  let labels: DataContract.Labels
  /// True if a row is about a whole series: it has neither a step nor a time.
  let isPerSeries: Bool
  /// The name of the column of timestamps; `nil`: there is none.
  let time: String?
  /// True if the labels are known.
  let hasTruth: Bool
  /// True if the loss of every row is known.
  let hasLoss: Bool
  /// The number that is added to each output in the end; empty: none.
  let offsets: [Double]
  /// The names of the columns of outputs: the classes, or the label columns.
  let outputs: [String]
  /// The names of the columns of labels, except for those of classes, which have one.
  let truths: [String]

  /// Makes the columns for the predictions of a model.
  ///
  /// - Parameters:
  ///   - contract: That of the model.
  ///   - isPerSeries: True if a row is about a whole series.
  ///   - time: The name of the column of timestamps.
  ///   - hasTruth: True if the labels are known.
  ///   - hasLoss: True if the loss of every row is known.
  init(_ contract: DataContract, isPerSeries: Bool, time: String?, hasTruth: Bool, hasLoss: Bool) {
    labels = contract.labels
    (self.isPerSeries, self.hasTruth, self.hasLoss) = (isPerSeries, hasTruth, hasLoss)
    self.time = isPerSeries ? nil : time
    let offsets = contract.labelOffsets
    self.offsets = offsets.allSatisfy { $0 == 0 } ? [] : offsets
    var taken: Set<String> = ["key", "step", "prediction", "truth", "loss"]
    if let time { taken.insert(time) }
    func free(_ name: String) -> String {
      var name = name
      while !taken.insert(name).inserted { name += "_output" }
      return name
    }
    // One number has no name of its own.
    let isNumber = labels.encoding == .values && labels.names.count == 1
    outputs = isNumber ? ["prediction"] : labels.names.map(free)
    truths =
      !hasTruth || labels.encoding == .oneHot
      ? [] : isNumber ? ["truth"] : outputs.map { free("\($0)_truth") }
  }

  /// True if a row names the class that is predicted.
  var hasClass: Bool { labels.encoding == .oneHot }

  /// The names of all columns, in order.
  var names: [String] {
    var names = ["key"]
    if !isPerSeries { names.append("step") }
    if let time { names.append(time) }
    if hasClass { names += hasTruth ? ["prediction", "truth"] : ["prediction"] }
    if truths.isEmpty {
      names += outputs
    } else {
      names += zip(outputs, truths).flatMap { [$0, $1] }
    }
    if hasLoss { names.append("loss") }
    return names
  }

  /// Returns an output, or a label, as a text: in the labels' own units, with as many digits as a Float has.
  func text(_ value: Float, _ column: Int) -> String {
    guard !offsets.isEmpty, offsets[column] != 0 else { return csvRow([value]) }
    // Float could not hold the sum, which is why there is an offset.
    return (Double(value) + offsets[column]).numberText
  }
}

/// One row of a table of predictions.
struct PredictionRow {
  /// The key of the example.
  var key = ""
  /// The step, from 0.
  var step = 0
  /// The timestamp of the step.
  var time: String?
  /// The outputs, in the labels' own units except for their offsets.
  var outputs: [Float] = []
  /// The labels, in the same form; empty if they are not known.
  var truth: [Float] = []
  /// The loss.
  var loss: Double?

  /// The class that is predicted, or the class of the label: the first one with the largest number.
  static func largest(_ values: [Float]) -> Int {
    values.indices.reduce(0) { values[$1] > values[$0] ? $1 : $0 }
  }
}
