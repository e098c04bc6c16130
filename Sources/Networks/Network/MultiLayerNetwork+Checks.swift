import DataSets
import Sequences
import Tensors

extension MultiLayerNetwork {
  /// Rejects a batch whose columns or labels do not match the network.
  func check(_ batch: DataSet, needsLabels: Bool) throws(NetworkError) {
    let columns = batch.features.shape[1]
    guard columns == configuration.inputs.size else {
      throw NetworkError(
        "the batch has \(columns) feature columns, but the network expects \(configuration.inputs.size)\(file(of: 0, batch)); "
          + "give it the columns that it was made for")
    }
    if plan.output.scope == .series { try checkSeries(batch) }
    if let inputCheck = configuration.layers.first?.layer.inputCheck {
      try checkInput(batch, inputCheck)
    }
    guard needsLabels else { return }
    guard let labels = batch.labels else {
      throw NetworkError(
        "the batch has no labels\(file(of: 0, batch)); a loss requires them: make the batches with labels")
    }
    guard labels.shape[1] == outputSize else {
      throw NetworkError(
        "the batch has \(labels.shape[1]) label columns, but the network has \(outputSize) outputs\(file(of: 0, batch)); "
          + "use the class count or the label columns that it was made for")
    }
    if let check = (configuration.layers.last?.layer as? any OutputLayer)?.labelCheck {
      try forEachValue(of: labels, where: batch.labelsMask) { value, row, column, step throws(NetworkError) in
        guard let problem = check(value) else { return }
        throw NetworkError(
          "label \(column) at step \(step) of example \(row)\(file(of: row, batch)) is \(value): \(problem)")
      }
    }
  }

  /// True if the network predicts once per series, not at every step.
  package var predictsOncePerSeries: Bool { plan.output.scope == .series }

  /// Rejects a batch that the network cannot be evaluated on: other columns, labels at other steps, values that are
  /// not finite.
  package func checkEvaluation(of batch: DataSet) throws(NetworkError) {
    try check(batch, needsLabels: true)
    let areFinite = [batch.features, batch.labels].allSatisfy { tensor in
      tensor.map { Kernels.areFinite($0.elements, $0.elements.count) } ?? true
    }
    if !areFinite { throw notFinite(batch) }
  }

  /// Checks a batch for a network with one prediction per series: every series must have present steps and
  /// one label.
  private func checkSeries(_ batch: DataSet) throws(NetworkError) {
    for (row, length) in batch.stepMask.lengths.enumerated() where length == 0 {
      throw NetworkError(
        "example \(row) of the batch\(file(of: row, batch)) has no present step, so that there is nothing to predict "
          + "from; exclude it")
    }
    for (row, count) in batch.labelsMask.lengths.enumerated() where count > 1 {
      throw NetworkError(
        "example \(row) of the batch\(file(of: row, batch)) has \(count) labelled steps where the network predicts once per "
          + "series; give it one label per series, or end the network with an RNNOutput")
    }
  }

  private func checkInput(_ batch: DataSet, _ problem: (Float) -> String?) throws(NetworkError) {
    try forEachValue(of: batch.features, where: batch.featuresMask) {
      value, row, column, step throws(NetworkError) in
      guard let problem = problem(value) else { return }
      throw NetworkError("\(place(batch, row, column, step)) is \(value): \(problem)")
    }
  }

  /// Returns the error about the first non-finite number, after a pass has met one.
  func notFinite(_ batch: DataSet) -> NetworkError {
    do throws(NetworkError) {
      try forEachValue(of: batch.features, where: batch.featuresMask) {
        value, row, column, step throws(NetworkError) in
        if value.isFinite { return }
        // A normalizer, not the file, may be the reason.
        let origin = batch.explain(example: row, step: step, column: column)
        let made = origin.flatMap { $0.transforms.isEmpty ? nil : $0 }
        let (cause, remedy) = made.map { (", from \($0)", ", or leave the column out") } ?? ("", "")
        throw NetworkError(
          "\(place(batch, row, column, step)) is \(value)\(cause); a network requires finite numbers: mask the step, or "
            + "clean the data\(remedy)")
      }
    } catch {
      return error
    }
    return NetworkError(
      "a label of the batch\(file(of: 0, batch)) is not finite; mask the step, or clean the data")
  }

  /// Calls `body` with every present value of a tensor `[N, C, T]`.
  private func forEachValue(
    of tensor: Tensor, where mask: Mask,
    _ body: (_ value: Float, _ row: Int, _ column: Int, _ step: Int) throws(NetworkError) -> Void
  ) throws(NetworkError) {
    let strides = tensor.strides
    let elements = tensor.elements
    for row in 0..<tensor.shape[0] {
      for step in 0..<tensor.shape[2] where mask[row, step] {
        for column in 0..<tensor.shape[1] {
          try body(elements[row * strides[0] + column * strides[1] + step * strides[2]], row, column, step)
        }
      }
    }
  }

  private func place(_ batch: DataSet, _ row: Int, _ column: Int, _ step: Int) -> String {
    "feature \(column) at step \(step) of example \(row)\(file(of: row, batch))"
  }

  private func file(of row: Int, _ batch: DataSet) -> String {
    batch.metadata.isEmpty ? "" : " (\(batch.metadata[row].features.path))"
  }
}
