import Timestep

/// The continuation of series by a model of the next row: each prediction is the next row that the model reads.
struct Rollout {
  /// The number of rows after the last one of a series.
  let steps: Int
  /// The output for each feature column.
  private let outputs: [Int]
  private let contract: DataContract

  /// Makes the continuation by a model.
  ///
  /// - Parameters:
  ///   - steps: The number of rows.
  ///   - contract: What the model knows of its data.
  ///   - path: The file of the model, for messages.
  /// - Throws: `TensorFileError` if a prediction is not a whole row of features.
  init(_ steps: Int, _ contract: DataContract, _ path: String) throws {
    func refusal(_ problem: String) -> TensorFileError {
      TensorFileError(
        path: path, problem: "cannot predict rows from its own predictions, as --rollout does: \(problem)")
    }
    if let horizon = contract.horizon, horizon != (1, 0) {
      throw refusal(
        "it was trained with a horizon, and predicts \(horizon.steps) steps at once; leave out --rollout, or train with --horizon 1"
      )
    }
    guard contract.labels.encoding == .values else {
      throw refusal("it predicts no numbers; leave out --rollout")
    }
    if let transforms = contract.transforms {
      throw refusal("its features are made by transforms (\(transforms.summary)); train without them")
    }
    guard contract.labelEncodings.allSatisfy({ $0 == nil }), contract.encodings?.isEmpty ?? true else {
      throw refusal("a column is not read as plain numbers; train without encodings")
    }
    let names = contract.labels.names.map { contract.horizon == nil ? $0 : String($0.dropLast(2)) }
    outputs = try contract.columns.map { column in
      guard let output = names.firstIndex(of: column) else {
        throw refusal(
          "a prediction must be the next row, but no output is the next value of column \"\(escapedText(column.utf8))\": expected "
            + "outputs of \(contract.columns.count) columns, found \(names.count); train on all columns, as --targets with --horizon 1"
        )
      }
      return output
    }
    (self.steps, self.contract) = (steps, contract)
  }

  /// Returns the predictions for the rows after a series, in the units of normalized labels, if these are normalized.
  ///
  /// - Parameter series: The features, `[1, C, T]`, normalized as the model's were.
  func predictions(after series: Tensor, by network: MultiLayerNetwork) throws -> [[Float]] {
    var session = try network.session(rows: 1)
    let all = try session.step(series)
    let last = series.shape[2] - 1
    var next = (0..<all.shape[1]).map { all[0, $0, last] }
    var found = [next]
    while found.count < steps {
      let row = outputs.enumerated().map { column, output -> Float in
        let value = contract.labelsNormalizer?.revert(next[output], column: output) ?? next[output]
        return contract.featuresNormalizer?.normalize(value, column: column) ?? value
      }
      next = try session.step(Tensor(shape: [1, row.count], elements: row)).elements
      found.append(next)
    }
    return found
  }
}
