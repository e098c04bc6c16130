import CSV
import FoundationEssentials
import Sequences
import TestSupport
import Testing

/// What pandas reads in files of many notations and layouts, written by `Fixtures/golden/make_notation_golden.py`.
private struct Golden: Decodable {
  struct Case: Decodable {
    var name: String
    var bytes: Data
    var notation: TextNotation
    var columns: [String]
    var values: [[Double?]]
  }
  struct Series: Decodable {
    var key: [String]
    var values: [Double]
  }
  struct Groups: Decodable {
    var text: String
    var both: [Series]
    var user: [Series]
  }
  struct Wide: Decodable {
    var text: String
    var delimiter: String
    var channels: Int
    var labels: [Double]
    var series: [[[Double]]]
  }

  var cases: [Case]
  var groups: [Groups]
  var wide: [Wide]

  static func read() throws -> Golden {
    let file = URL(filePath: Repository.fixture("golden/notations.json"))
    return try JSONDecoder().decode(Golden.self, from: Data(contentsOf: file))
  }
}

/// Files are read as pandas reads them, bit for bit.
@Suite struct NotationGoldenTests {
  private let directory = TestDirectory()

  private func split(_ bytes: some Sequence<UInt8>) -> CollectionInputSplit {
    CollectionInputSplit([SequenceLocation(path: directory.write(bytes, to: "f.csv"), key: "f")])
  }

  private func values(_ reader: some SequenceRecordReader, _ index: Int = 0) throws -> [Float] {
    var (cursor, record) = (try reader.makeCursor(), SequenceRecord())
    try cursor.read(index, into: &record)
    return record.values
  }

  @Test func everyNotationReadsAsInPandas() throws {
    let cases = try Golden.read().cases
    #expect(cases.count > 30)
    for golden in cases {
      let reader = try CSVSequenceRecordReader(
        split(golden.bytes), header: .present, notation: golden.notation, missingValues: .nan)
      #expect(reader.columns == golden.columns, "\(golden.name)")
      let wanted = golden.values.flatMap { $0 }.map { Float($0 ?? .nan) }
      #expect(try values(reader).map(\.bitPattern) == wanted.map(\.bitPattern), "\(golden.name)")
    }
  }

  @Test func scatteredRowsAreThoseOfPandasGroups() throws {
    for golden in try Golden.read().groups {
      for (columns, series) in [(["user", "session"], golden.both), (["user"], golden.user)] {
        var other = CSVColumns(.keep(["value"]))
        other.byName = true
        let reader = try CSVGroupedSequenceRecordReader(
          split(golden.text.utf8), groupBy: .columns(columns, scattered: true), header: .present,
          columns: other)
        #expect(reader.count == series.count)
        #expect(Set((0..<reader.count).map { reader.source(of: $0).key }).count == series.count)
        for (index, wanted) in series.enumerated() {
          #expect(try values(reader, index) == wanted.values.map { Float($0) })
          if columns.count == 1 { #expect(reader.source(of: index).key == wanted.key[0]) }
        }
      }
    }
  }

  @Test func rowsAreTheSeriesOfPandasArrays() throws {
    for golden in try Golden.read().wide {
      let split = split(golden.text.utf8)
      let series = try CSVWideSequenceRecordReader(
        split, channels: golden.channels, labels: ["0"], delimiter: golden.delimiter)
      var columns = CSVColumns(.keep(["0"]))
      columns.classNumbers = .all
      let labels = try CSVGroupedSequenceRecordReader(
        split, groupBy: .rows(1), delimiter: golden.delimiter, columns: columns)
      #expect(series.count == golden.series.count && labels.count == series.count)
      for (index, wanted) in golden.series.enumerated() {
        #expect(try values(series, index) == wanted.flatMap { $0 }.map { Float($0) })
        #expect(try values(labels, index) == [Float(golden.labels[index])])
        #expect(series.source(of: index).key == labels.source(of: index).key)
      }
    }
  }
}
