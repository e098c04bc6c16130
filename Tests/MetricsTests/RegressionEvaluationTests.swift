import DataSets
import Metrics
import Tensors
import TestSupport
import Testing

/// Two passes over the values, by the definitions: MSE, MAE, RSE, r.
private func naive(_ y: [Double], _ p: [Double]) -> [Double] {
  let n = Double(y.count)
  let (meanY, meanP) = (y.reduce(0, +) / n, p.reduce(0, +) / n)
  let squared = zip(y, p).reduce(0) { $0 + ($1.1 - $1.0) * ($1.1 - $1.0) }
  let absolute = zip(y, p).reduce(0) { $0 + abs($1.1 - $1.0) }
  let varianceY = y.reduce(0) { $0 + ($1 - meanY) * ($1 - meanY) }
  let varianceP = p.reduce(0) { $0 + ($1 - meanP) * ($1 - meanP) }
  let covariance = zip(y, p).reduce(0) { $0 + ($1.0 - meanY) * ($1.1 - meanP) }
  return [squared / n, absolute / n, squared / varianceY, covariance / (varianceY * varianceP).squareRoot()]
}

private func figures(_ column: RegressionEvaluation.Figures) throws -> [Double] {
  try [
    column.meanSquaredError, column.meanAbsoluteError, #require(column.relativeSquaredError),
    #require(column.correlation),
  ]
}

/// Returns true if all values agree to `relative` of their size.
private func agree(_ a: [Double], _ b: [Double], relative: Double) -> Bool {
  a.count == b.count && zip(a, b).allSatisfy { abs($0 - $1) <= relative * max(abs($0), abs($1)) }
}

/// Labels and predictions around `offset`, `[n, l, t]`, with NaN in every absent cell.
private struct RegressionCase {
  var labels: Tensor
  var predictions: Tensor
  var mask: Mask

  init(n: Int, l: Int, t: Int, offset: Float, seed: UInt64) {
    var generator = SplitMix(state: seed)
    // The first example is present throughout, so that there are several values in any case.
    let present = (0..<n * t).map { $0 < t || Bool.random(using: &generator) }
    mask = Mask(rows: n, steps: t) { present[$0 * t + $1] }
    labels = Tensor(shape: [n, l, t], elements: [Float](repeating: .nan, count: n * l * t))
    predictions = labels
    for example in 0..<n {
      for step in 0..<t where mask[example, step] {
        for column in 0..<l {
          let label = offset + .random(in: -1...1, using: &generator)
          labels[example, column, step] = label
          predictions[example, column, step] = label + .random(in: -0.5...0.5, using: &generator)
        }
      }
    }
  }

  func column(_ column: Int, of tensor: Tensor) -> [Double] {
    (0..<mask.exampleCount).flatMap { example in
      (0..<mask.stepCount).filter { mask[example, $0] }.map { Double(tensor[example, column, $0]) }
    }
  }
}

/// A normalizer of the test's own: column c became (x - offset) / (c + 2).
private struct ColumnScaler {
  let offset: Float

  func revert(_ tensor: Tensor, mask: Mask) -> Tensor {
    var reverted = tensor
    for example in 0..<tensor.shape[0] {
      for column in 0..<tensor.shape[1] {
        for step in 0..<tensor.shape[2] where mask[example, step] {
          reverted[example, column, step] = tensor[example, column, step] * Float(column + 2) + offset
        }
      }
    }
    return reverted
  }
}

struct RegressionEvaluationTests {
  @Test func figuresComputedByHand() throws {
    var evaluation = RegressionEvaluation(columns: ["load"])
    try evaluation.add(actual: [1, 2, 3, 4], predicted: [1, 2, 3, 6])
    let load = try evaluation.columns[0]
    #expect(load.name == "load")
    #expect(load.meanSquaredError == 1)
    #expect(load.rootMeanSquaredError == 1)
    #expect(load.meanAbsoluteError == 0.5)
    #expect(abs(try #require(load.relativeSquaredError) - 0.8) < 1e-15)
    #expect(abs(try #require(load.rSquared) - 0.2) < 1e-15)
    // Deviations -1.5, -0.5, 0.5, 1.5 and -2, -1, 0, 3: covariance 8, variances 5 and 14.
    #expect(abs(try #require(load.correlation) - 8 / (5.0 * 14).squareRoot()) < 1e-15)
  }

  @Test(arguments: [0, 1000] as [Float])
  func figuresAgreeWithTheirDefinitions(offset: Float) throws {
    for l in 1...3 {
      for t in 3...5 {
        for n in 1...3 {
          let data = RegressionCase(n: n, l: l, t: t, offset: offset, seed: UInt64(100 * l + 10 * t + n))
          for order in Tensor.StorageOrder.allCases {
            var evaluation = RegressionEvaluation(columns: (0..<l).map(String.init))
            try evaluation.add(
              labels: data.labels.ordered(order), predictions: data.predictions, mask: data.mask)
            #expect(evaluation.stepCount == data.mask.count)
            for column in 0..<l {
              let (y, p) = (data.column(column, of: data.labels), data.column(column, of: data.predictions))
              let expected = naive(y, p)
              // The naive means of values around 1000 lose 3 of 16 digits.
              #expect(agree(try figures(evaluation.columns[column]), expected, relative: 1e-11))
            }
          }
        }
      }
    }
  }

  @Test(arguments: [0, 1e3, 1e6] as [Float])
  func partsAddUpToTheWhole(offset: Float) throws {
    let data = RegressionCase(n: 40, l: 2, t: 9, offset: offset, seed: 7)
    let names = ["a", "b"]
    var whole = RegressionEvaluation(columns: names)
    try whole.add(labels: data.labels, predictions: data.predictions, mask: data.mask)
    for cut in [0, 1, 20, 39, 40] {
      var parts = RegressionEvaluation(columns: names)
      for rows in [Array(0..<cut), Array(cut..<40)] {
        var part = RegressionEvaluation(columns: names)
        try part.add(
          labels: data.labels.rows(rows), predictions: data.predictions.rows(rows),
          mask: data.mask.rows(rows))
        parts += part
      }
      #expect(parts.stepCount == whole.stepCount)
      for column in 0..<2 {
        let (merged, direct) = try (figures(parts.columns[column]), figures(whole.columns[column]))
        #expect(agree(merged, direct, relative: 1e-12))
      }
    }
  }

  @Test func labelsThatAreAllEqualHaveNoRelativeFigures() throws {
    var evaluation = RegressionEvaluation(columns: ["x"])
    try evaluation.add(actual: [0.1, 0.1, 0.1], predicted: [0.1, 0.2, 0.3])
    var more = RegressionEvaluation(columns: ["x"])
    try more.add(actual: [0.1, 0.1], predicted: [0.5, 0.6])
    evaluation += more
    let column = try evaluation.columns[0]
    #expect(column.relativeSquaredError == nil && column.rSquared == nil && column.correlation == nil)
    #expect(abs(column.meanAbsoluteError - 0.24) < 1e-15)

    var flat = RegressionEvaluation(columns: ["x"])
    try flat.add(actual: [1, 2, 3], predicted: [2, 2, 2])
    #expect(try flat.columns[0].correlation == nil)
    #expect(try flat.columns[0].rSquared == 0)
  }

  @Test func revertedValuesAreInTheirOwnUnits() throws {
    let normalizer = ColumnScaler(offset: 10)
    let labels = Tensor(shape: [1, 2, 2], elements: [0, 1, 0, 1])
    let predictions = Tensor(shape: [1, 2, 2], elements: [1, 2, 1, 2])
    var evaluation = RegressionEvaluation(columns: ["a", "b"], reverting: normalizer.revert)
    try evaluation.add(labels: labels, predictions: predictions)
    #expect(try evaluation.columns.map(\.meanAbsoluteError) == [2, 3])
    #expect(try evaluation.columns.map(\.rootMeanSquaredError) == [2, 3])

    var rows = RegressionEvaluation(columns: ["a", "b"], reverting: normalizer.revert)
    try rows.add(
      labels: Tensor(shape: [1, 2], elements: [0, 0]), predictions: Tensor(shape: [1, 2], elements: [1, 1]))
    #expect(try rows.columns.map(\.meanAbsoluteError) == [2, 3])
  }

  @Test(arguments: [Float.nan, .infinity])
  func valuesThatAreNotNumbersAreErrors(value: Float) throws {
    let good = Tensor(shape: [2, 1, 3])
    var bad = good
    bad[1, 0, 2] = value
    var evaluation = RegressionEvaluation(columns: ["load"])
    let prediction = #expect(throws: EvaluationError.self) {
      try evaluation.add(labels: good, predictions: bad)
    }
    #expect(
      prediction?.description.hasPrefix(
        "example 1, step 2 (counted from 0): the prediction of column load is \(value); ") == true)
    let label = #expect(throws: EvaluationError.self) { try evaluation.add(labels: bad, predictions: good) }
    #expect(label?.kind == .label)
    let array = #expect(throws: EvaluationError.self) {
      try evaluation.add(actual: [1, 2], predicted: [1, value])
    }
    #expect(array?.example == 1 && array?.step == nil)
    #expect(evaluation.stepCount == 0)
    #expect(throws: EvaluationError.self) { try evaluation.columns }
    #expect(evaluation.description == "nothing evaluated yet")
  }

  @Test func theDescriptionIsAlignedText() throws {
    var evaluation = RegressionEvaluation(columns: ["load"])
    try evaluation.add(actual: [1, 2, 3, 4], predicted: [1, 2, 3, 6])
    #expect(
      evaluation.description == """
        column     MSE      MAE    RMSE      RSE     R^2  correlation
        load    1.0000  0.50000  1.0000  0.80000  0.2000       0.9562
        """)
  }

  @Test func averagesAreMeansOverColumnsAndCountExcludedColumns() throws {
    var evaluation = RegressionEvaluation(columns: ["a", "b", "flat"])
    try evaluation.add(
      labels: Tensor(shape: [4, 3], elements: [1, 10, 5, 2, 20, 5, 3, 30, 5, 4, 40, 5]),
      predictions: Tensor(shape: [4, 3], elements: [1, 10, 5, 2, 20, 5, 3, 30, 5, 6, 34, 7]))
    let averages = try evaluation.averages
    let columns = try evaluation.columns
    #expect(averages.meanSquaredError == 11.0 / 3)
    #expect(averages.meanAbsoluteError == 2.5 / 3)
    #expect(close(averages.rootMeanSquaredError, 5.0 / 3))
    #expect(averages.relativeSquaredError.leftOutCount == 1)
    #expect(allClose([averages.relativeSquaredError.value], [0.436]))  // (4 / 5 + 36 / 500) / 2
    #expect(allClose([averages.rSquared.value], [0.564]))
    let correlations = columns.compactMap(\.correlation)
    #expect(correlations.count == 2 && averages.correlation.leftOutCount == 1)
    #expect(allClose([averages.correlation.value], [(correlations[0] + correlations[1]) / 2]))
    #expect(throws: EvaluationError.self) { try RegressionEvaluation(columns: ["x"]).averages }
    #expect(
      evaluation.description == """
        column     MSE      MAE    RMSE       RSE     R^2  correlation
        a       1.0000  0.50000  1.0000   0.80000  0.2000       0.9562
        b       9.0000   1.5000  3.0000  0.072000  0.9280       0.9843
        flat    1.0000  0.50000  1.0000         -       -            -
        mean    3.6667  0.83333  1.6667   0.43600  0.5640       0.9702
        """)
  }

  @Test func collectedFiguresCanBeWrittenAndMerged() throws {
    let scale: @Sendable (Tensor, Mask) -> Tensor = { tensor, _ in
      Tensor(shape: tensor.shape, elements: tensor.ordered(.c).elements.map { $0 * 10 })
    }
    var evaluation = RegressionEvaluation(columns: ["x"], reverting: scale)
    let labels = Tensor(shape: [3, 1], elements: [1, 2, 4])
    let predictions = Tensor(shape: [3, 1], elements: [1, 3, 3])
    try evaluation.add(labels: labels, predictions: predictions)
    let read = try reread(evaluation)
    #expect(try read.columns == evaluation.columns)
    var merged = evaluation.empty
    merged += read
    try merged.add(labels: labels, predictions: predictions)
    #expect(merged.stepCount == 6)
    #expect(try close(merged.columns[0].meanSquaredError, 200.0 / 3))
    #expect(throws: DecodingError.self) {
      try rereadChanged(evaluation, replacing: #"["x"]"#, with: #"["x","y"]"#)
    }
  }

  @Test func aDecodedEvaluationThatRevertedGathersNoMore() async {
    await #expect(processExitsWith: .failure) {
      let evaluation = RegressionEvaluation(columns: ["x"]) { tensor, _ in tensor }
      var read = try reread(evaluation)
      try read.add(labels: Tensor(shape: [1, 1]), predictions: Tensor(shape: [1, 1]))
    }
  }
}
