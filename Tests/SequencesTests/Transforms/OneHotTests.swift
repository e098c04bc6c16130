import FoundationEssentials
import Sequences
import TestSupport
import Testing

@Suite struct OneHotTests {
  private func data(_ rows: [[Float]], _ columns: [String]) throws -> CollectionSequenceRecordReader {
    try CollectionSequenceRecordReader([rows], columns: columns, name: "d")
  }

  private func read(_ reader: some SequenceRecordReader) throws -> SequenceRecord {
    var (cursor, record) = (try reader.makeCursor(), SequenceRecord())
    try cursor.read(0, into: &record)
    return record
  }

  /// All choices of one-hot columns among one to three, with two or three classes, compared with rows written
  /// by hand.
  @Test(arguments: 1...3, [0, 1, 2, 3, 4, 5, 6, 7])
  func everyChoiceOfColumnsIsWrittenOut(width: Int, chosen: Int) throws {
    let names = ["a", "b", "c"].prefix(width).map { $0 }
    let picked = names.indices.filter { chosen >> $0 & 1 == 1 }
    guard !picked.isEmpty else { return }
    let rows: [[Float]] = (0..<4).map { step in (0..<width).map { Float((step + $0) % 3) } }
    let reader = try data(rows, names)
    let learned = try TransformPipeline(OneHotColumns(picked.map { names[$0] })).fitted(on: reader)
    let found = try read(reader.transformed(by: learned))
    let expected = rows.flatMap { row in
      row.indices.flatMap { column in
        picked.contains(column)
          ? (0..<3).map { Float(row[column]) == Float($0) ? Float(1) : 0 } : [row[column]]
      }
    }
    #expect(found.values == expected)
    let columns = try reader.transformed(by: learned).columns
    #expect(columns.count == found.columnCount)
    for (index, name) in columns.enumerated() {
      let source = learned.transforms[0].sources(of: TransformCell(2, index), columns: names, stepCount: 4)
      #expect(source == [TransformCell(2, names.firstIndex(of: String(name.prefix(1))) ?? -1)])
    }
    // Through a file.
    let coded = try JSONDecoder().decode(TransformPipeline.self, from: JSONEncoder().encode(learned))
    #expect(
      coded == learned
        && learned.transforms[0].summary.hasPrefix("one-hot of a (0, 1, 2)") == picked.contains(0))
  }

  @Test func missingValuesAreMissingInAllClasses() throws {
    let reader = try data([[1], [.nan], [0]], ["a"])
    let found = try read(reader.transformed(by: OneHotColumns(classes: ["a": ["no", "yes"]])))
    #expect(found.values.map(\.isNaN) == [false, false, true, true, false, false])
    #expect(found.values[0] == 0 && found.values[1] == 1 && found.values[4] == 1)
  }

  @Test func valuesThatAreNotClassesAreRejected() {
    func message(
      _ rows: [[Float]], _ columns: [String] = ["a"], _ classes: [String: [String]] = ["a": ["0", "1"]]
    )
      -> String
    {
      TestSupport.message {
        _ = try read(data(rows, columns).transformed(by: OneHotColumns(classes: classes)))
      }
    }
    for value in [Float(2), -1, 0.5, .infinity] {
      #expect(
        message([[0], [value]])
          == "d[0]:2: the value is not a class: expected a whole number from 0 to 1, found \(value); correct it, or name the "
          + "classes")
    }
    #expect(
      message([[0, 0]], ["a", "a=1"]) == "d[0]: there is a column \"a=1\" already; rename it first")
    #expect(
      message([[0]], ["b"])
        == "d[0]: there is no column \"a\" among 1; name columns as the data does")
  }
}
