import DataSets
import Sequences
import Tensors
import TestSupport
import Testing

/// Every kind of label, and the labels that are rejected.
struct LabelTests {
  private let features = TestReader(lengths: [2, 2], columns: 3)
  private let table = TestReader(values: [[0, 2], [1, 1]])

  private func batch(_ labels: LabelSource, _ features: TestReader? = nil) throws -> DataSet {
    try SequenceBatches(features: features ?? self.features, labels: labels).batch(epoch: 0, index: 0)
  }

  @Test func twoReadersClassification() throws {
    let batch = try batch(.reader(table, .oneHot(classes: 3)))
    #expect(batch.features.shape == [2, 3, 2])
    #expect(batch.features.ordered(.c).elements.prefix(6) == [1010, 1020, 1011, 1021, 1012, 1022])
    #expect(batch.labels == Tensor(shape: [2, 3, 2], elements: [1, 0, 0, 0, 0, 1, 0, 0, 1, 1, 0, 0]))
  }

  @Test func twoReadersRegression() throws {
    let labels = TestReader(lengths: [2, 2], columns: 2)
    let batch = try batch(.reader(labels, .values))
    #expect(batch.features.shape == [2, 3, 2])
    let expected: [Float] = [1010, 1020, 1011, 1021, 2010, 2020, 2011, 2021]
    #expect(batch.labels == Tensor(shape: [2, 2, 2], elements: expected))
  }

  @Test(arguments: 0..<3) func oneReaderClassification(column: Int) throws {
    var reader = features
    for index in 0..<2 {
      for step in 0..<2 { reader.sequences[index].values[step * 3 + column] = Float(index + step) }
    }
    let batch = try batch(.columns([column], .oneHot(classes: 3)), reader)
    let others = (0..<3).filter { $0 != column }
    #expect(batch.features.shape == [2, 2, 2])
    for (position, other) in others.enumerated() {
      #expect(batch.features[1, position, 1] == Float(2020 + other))
    }
    #expect(batch.labels == Tensor(shape: [2, 3, 2], elements: [1, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 1]))
    #expect(batch.metadata.allSatisfy { $0.labels == nil && $0.labelLines == nil })
  }

  @Test func oneReaderRegressionKeepsTheRequestedColumnOrder() throws {
    let batch = try batch(.columns([2, 0], .values))
    #expect(batch.features == Tensor(shape: [2, 1, 2], elements: [1011, 1021, 2011, 2021]))
    let expected: [Float] = [1012, 1022, 1010, 1020, 2012, 2022, 2010, 2020]
    #expect(batch.labels == Tensor(shape: [2, 2, 2], elements: expected))
  }

  @Test func oneReaderWithoutLabels() throws {
    let batch = try batch(.none)
    #expect(batch.features.shape == [2, 3, 2])
    #expect(batch.labels == nil)
    #expect(batch.labelsMask == .empty(2, 2) && batch.featuresMask.isFull)
    #expect(batch.stepMask.isFull)
  }

  @Test func readersInMemoryWorkAsWell() throws {
    let reader = try CollectionSequenceRecordReader(
      [[[1, 2], [3, 4]], [[5, 6], [7, 8]]], columns: ["x", "y"])
    var iterator = try SequenceDataSetIterator(features: reader, labelColumns: 1, labelEncoding: .values)
    let batch = try #require(try iterator.next())
    #expect(batch.features == Tensor(shape: [2, 1, 2], elements: [1, 3, 5, 7]))
    #expect(batch.labels == Tensor(shape: [2, 1, 2], elements: [2, 4, 6, 8]))
    #expect(iterator.dataSets.contract.labels.names == ["y"])
  }

  @Test(
    arguments: [
      (-1, "-1.0", "is negative"), (-.infinity, "-inf", "is negative"),
      (3, "3.0", "is not below the class count"),
      (.infinity, "inf", "is not below the class count"), (1e30, "1e+30", "is not below the class count"),
      (1.5, "1.5", "is not a whole number"), (-0.5, "-0.5", "is not a whole number"),
      (.nan, "nan", "is not a whole number"),
    ] as [(Float, String, String)])
  func badClassesAreRejectedWithTheirLocation(value: Float, text: String, what: String) throws {
    var labels = TestReader(values: [[0, 2], [1, value]]).named("y")
    labels.headLines = 3
    let advice =
      "expected a whole number from 0 to 2; number the classes from 0, or set the class count "
      + "(--classes N, now 3)"
    expectMessage("y_1.csv:5: field 1 (column \"c0\"): class \"\(text)\" \(what); \(advice)") {
      _ = try batch(.reader(labels, .oneHot(classes: 3)))
    }
    // If a reader knows the field's text and byte, the message contains them.
    labels.text = " bad\u{1}"
    expectMessage("y_1.csv:5:7: field 1 (column \"c0\"): class \" bad\\x01\" \(what); \(advice)") {
      _ = try batch(.reader(labels, .oneHot(classes: 3)))
    }
    expectMessage("y_1.csv:5:7: field 1 (column \"c0\"): class \" bad\\x01\" \(what); \(advice)") {
      var both = labels
      both.schema.columns.append("other")
      both.sequences = both.sequences.map { record in
        SequenceRecord(values: record.values.flatMap { [$0, 7] }, columnCount: 2)
      }
      _ = try batch(.columns([0], .oneHot(classes: 3)), both)
    }
  }

  @Test func minusZeroAndTheLastClassAreClasses() throws {
    let batch = try batch(.reader(TestReader(values: [[-0.0, 2], [2, 0]]), .oneHot(classes: 3)))
    #expect(batch.labels == Tensor(shape: [2, 3, 2], elements: [1, 0, 0, 0, 0, 1, 0, 1, 0, 0, 1, 0]))
  }

  /// A column for each class is read as one column of class numbers.
  @Test func oneHotColumnsAreClasses() throws {
    var random = SplitMix(state: 3)
    for count in 2...5 {
      let classes = (0..<2).map { _ in (0..<2).map { _ in Int(random.next(below: UInt64(count))) } }
      let numbers = TestReader(values: classes.map { $0.map { Float($0) } })
      var columns = TestReader(lengths: [2, 2], columns: count)
      for (index, steps) in classes.enumerated() {
        columns.sequences[index].values = steps.flatMap { label in (0..<count).map { $0 == label ? 1 : 0 } }
      }
      let encoding = LabelSource.Encoding.oneHot(classes: count)
      #expect(try batch(.reader(columns, encoding)).labels == batch(.reader(numbers, encoding)).labels)
      // As columns of the feature files, in any order.
      var both = columns
      both.schema.columns.insert("f", at: 0)
      both.sequences = both.sequences.map { record in
        let rows = (0..<2).map { [7] + record.values[$0 * count..<($0 + 1) * count] }
        return SequenceRecord(values: rows.flatMap { $0 }, columnCount: count + 1)
      }
      #expect(
        try batch(.columns(Array(1...count), encoding), both).labels
          == batch(.reader(numbers, encoding)).labels)
    }
  }

  @Test(
    arguments: [
      ([0, 0], "0,0"), ([1, 1], "1,1"), ([0.5, 0.5], "0.5,0.5"), ([2, 0], "2,0"), ([-1, 0], "-1,0"),
    ]
      as [([Float], String)])
  func otherColumnsAreNotOneHot(row: [Float], found: String) throws {
    var labels = TestReader(lengths: [2, 2], columns: 2).named("y")
    labels.sequences[0].values = [0, 1, 1, 0]
    labels.sequences[1].values = [0, 1] + row
    let message =
      "y_1.csv:2: the columns of the 2 classes are not one-hot: expected a single 1 and 0 in the others, found "
      + "\(found); correct the row, or use one column of class numbers"
    expectMessage(message) { _ = try batch(.reader(labels, .oneHot(classes: 2))) }
    var policy = ErrorPolicy.raise
    policy[.classIndex] = .skipSequence
    let kept = try SequenceBatches(
      features: features, labels: .reader(labels, .oneHot(classes: 2)), policy: policy
    )
    .batch(epoch: 0, index: 0)
    #expect(kept.exampleCount == 1 && kept.labels?.ordered(.c).elements == [0, 1, 1, 0])
  }

  /// Texts of labels are declared in another way than those of features, on lanes too.
  @Test func aFaultOfLabelsNamesWhatHelpsForLabels() throws {
    func number(_ text: String, line: Int) -> RecordError {
      RecordError(.notANumber, path: "y_0.csv", line: line, column: 1, text: text, "field 1 is not a number")
    }
    let list =
      "if the labels are texts, list them in the order of their class numbers (--label-categories A,B)"
    var labels = table.named("y")
    let cases: [(RecordError, String)] = [
      (
        number("walk", line: 2),
        "y_0.csv:2:1: label \"walk\" is not a number: expected a class number from 0 to 2, found \"walk\"; \(list)"
      ),
      (
        number("walk", line: 1),
        "y_0.csv:1:1: label \"walk\" is not a number: expected a class number from 0 to 2, found \"walk\"; \(list); if it "
          + "is a header, say so (--label-header present)"
      ),
      (number("1;2", line: 1), "y_0.csv:1:1: field 1 is not a number"),
    ]
    for (error, message) in cases {
      labels.failures = [0: error]
      let batches = try SequenceBatches(features: features, labels: .reader(labels, .oneHot(classes: 3)))
      expectMessage(message) { _ = try batches.batch(epoch: 0, index: 0) }
      expectMessage(message) {
        var lanes = LaneDataSetIterator(batches, lanes: 1, steps: 2)
        _ = try lanes.next()
      }
    }
    labels.schema.encodings = ["c0": .category(Vocabulary(["run", "Walk"]))]
    labels.failures = [
      0: RecordError(.unknownCategory, path: "y_0.csv", line: 2, column: 1, text: "walk", "is not a category")
    ]
    expectMessage(
      "y_0.csv:2:1: label \"walk\" is not a known category: expected one of \"run\", \"Walk\", found \"walk\"; correct it, "
        + "name all classes before training (--label-categories A,B), or leave out its series (--on-error skip-sequence); did "
        + "you mean \"Walk\"?"
    ) { _ = try batch(.reader(labels, .oneHot(names: ["run", "Walk"]))) }
  }

  @Test func aSecondClassColumnIsRejected() {
    expectMessage(
      "y_0.csv: has 2 columns: expected one column of class numbers, or a column for each of the 3 classes (one-hot); "
        + "remove the others, or set the class count (--classes 2) if they are one-hot"
    ) { _ = try batch(.reader(TestReader(lengths: [2, 2]).named("y"), .oneHot(classes: 3))) }
  }

  @Test func missingLabelColumns() {
    expectMessage(
      "x_0.csv: has no column 3 for the labels; it has 3 columns, numbered from 0; name one of them"
    ) { _ = try batch(.columns([3], .values)) }
    expectMessage(
      "x_0.csv: has no column -1 for the labels; it has 1 column, numbered from 0; name one of them"
    ) { _ = try batch(.columns([-1], .values), TestReader(values: [[1]])) }
    expectMessage("x_0.csv: has label columns only; at least one column must be left for the features") {
      _ = try batch(.columns([1, 0, 2], .values))
    }
  }
}
