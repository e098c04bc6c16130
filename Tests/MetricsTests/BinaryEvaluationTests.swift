import DataSets
import Metrics
import Tensors
import Testing

struct BinaryEvaluationTests {
  @Test(arguments: 1...4)
  func figuresAgreeWithTheirDefinitions(columns: Int) throws {
    let thresholds = (0..<columns).map { Float($0 + 2) / 8 }
    for seed in 0..<6 as Range<UInt64> {
      let data = MetricCase(.yesOrNo, columns: columns, n: 3, t: 4, seed: seed)
      var evaluation = BinaryEvaluation(
        columns: (0..<columns).map { "c\($0)" }, thresholds: thresholds)
      try evaluation.add(labels: data.labels, predictions: data.predictions, mask: data.mask)
      let rows = data.rows.map { row in
        zip(thresholds, zip(row.labels, row.predictions)).map { threshold, cell in
          (actual: cell.0 == 1, predicted: cell.1 >= threshold)
        }
      }
      for column in 0..<columns {
        let cells = rows.map { $0[column] }
        func count(_ actual: Bool, _ predicted: Bool) -> Int {
          cells.filter { $0.actual == actual && $0.predicted == predicted }.count
        }
        let counts = BinaryEvaluation.Counts(
          truePositives: count(true, true), falsePositives: count(false, true),
          falseNegatives: count(true, false), trueNegatives: count(false, false))
        #expect(evaluation.counts[column] == counts)
        #expect(evaluation.columns[column] == Evaluation.ClassFigures(name: "c\(column)", counts: counts))
      }
      let exact = rows.filter { $0.allSatisfy { $0.actual == $0.predicted } }.count
      #expect(try evaluation.exactMatchShare == Double(exact) / Double(rows.count))
      let right = rows.joined().filter { $0.actual == $0.predicted }.count
      #expect(try evaluation.accuracy == Double(right) / Double(rows.count * columns))
      #expect(evaluation.pooledCounts.total == rows.count * columns)
      let f1 = MeanOfDefined(of: evaluation.columns.map(\.f1))
      #expect(try evaluation.macroAverage(of: \.f1) == f1)
    }
  }

  @Test func aStepMayBeOfSeveralClassesOrNone() throws {
    var evaluation = BinaryEvaluation(columns: ["rain", "wind"])
    try evaluation.add(
      labels: Tensor(shape: [1, 2, 3], elements: [1, 0, 1, 1, 0, 0]),
      predictions: Tensor(shape: [1, 2, 3], elements: [0.5, 0.25, 0.75, 1, 0, 0.625]))
    #expect(
      evaluation.description == """
        accuracy 0.8333 of 3 steps, all columns right in 0.6667

        column  steps  precision  recall      F1       G     MCC     FPR     FNR
        rain        2     1.0000  1.0000  1.0000  1.0000  1.0000  0.0000  0.0000
        wind        1     0.5000  1.0000  0.6667  0.7071  0.5000  0.5000  0.0000
        """)
  }

  @Test func aLabelOtherThanZeroOrOneNamesItsColumn() throws {
    var evaluation = BinaryEvaluation(columns: ["rain", "wind"])
    let error = #expect(throws: EvaluationError.self) {
      try evaluation.add(
        labels: Tensor(shape: [1, 2], elements: [1, 2]), predictions: Tensor(shape: [1, 2]))
    }
    let start =
      "example 0, step 0 (counted from 0): the label [2.0] of column 1 does not name a class, where a value from 0 "
      + "to 1 was"
    #expect(error?.description.hasPrefix(start) == true)
    #expect(throws: EvaluationError.self) { try evaluation.accuracy }
    #expect(throws: EvaluationError.self) { try evaluation.exactMatchShare }
    #expect(throws: EvaluationError.self) { try evaluation.macroAverage(of: \.f1) }
    #expect(throws: DecodingError.self) {
      try rereadChanged(evaluation, replacing: #"["rain","wind"]"#, with: #"["rain"]"#)
    }
  }
}
