import FoundationEssentials
import Sequences
import Testing

/// Lineages compared with sets, and identities with everything that may and may not change them.
@Suite struct LineageTests {
  /// Every list of up to four of these numbers.
  private static let lists: [[UInt64]] = {
    let numbers: [UInt64] = [0, 1, 7, .max]
    var lists: [[UInt64]] = [[]]
    for _ in 0..<3 { lists += lists.flatMap { list in numbers.map { list + [$0] } } }
    return Array(Set(lists))
  }()

  private func decoded(_ text: String) throws -> Lineage {
    try JSONDecoder().decode([Lineage].self, from: Data("[\"\(text)\"]".utf8))[0]
  }

  private func text(_ lineage: Lineage) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .withoutEscapingSlashes
    return String(decoding: try encoder.encode([lineage]).dropFirst(2).dropLast(2), as: UTF8.self)
  }

  @Test func areSets() throws {
    for list in Self.lists {
      let lineage = Lineage(list)
      #expect(lineage.identities == Set(list).sorted())
      #expect(lineage.count == Set(list).count && lineage.isEmpty == list.isEmpty)
      for number in [0, 1, 2, 7, 8, UInt64.max] {
        #expect(lineage.contains(number) == list.contains(number))
      }
      #expect(try decoded(text(lineage)) == lineage)
      for other in Self.lists where other.count < 3 {
        #expect(lineage.merging(Lineage(other)) == Lineage(list + other))
      }
    }
  }

  /// Against Python: base64.b64encode(struct.pack("<2Q", 1, 0xFBEFBEFFFF03FFFE)).
  @Test func textIsBase64OfLittleEndianNumbers() throws {
    #expect(try text(Lineage([0xFBEF_BEFF_FF03_FFFE, 1])) == "AQAAAAAAAAD+/wP//77v+w==")
    #expect(try text(Lineage([1])) == "AQAAAAAAAAA=")
    #expect(try text(Lineage()) == "")
  }

  /// Files are not trusted: any text that is not a valid lineage is rejected.
  @Test(arguments: [
    "AQAAAAAAAAA", "AQAAAAAAAA==", "AQAAAAAAAAB=", "AQAAAAAA!AA=", "AQAAAAAAAAABAAAAAAAAAA==",
    "AgAAAAAAAAABAAAAAAAAAA==", "====", "=", "A===", "AQAAAAAAAAA=AQAAAAAAAAA=",
  ])
  func otherTextsAreRejected(text: String) {
    #expect(throws: DecodingError.self) { try decoded(text) }
  }

  private func identity(
    _ rows: [[Float]], path: String = "/data/train/x_3.csv", key: String = "3", line: Int = 1
  ) -> UInt64 {
    var identity = ExampleIdentity(of: SequenceRecord.Source(path: path, firstLine: line, key: key))
    identity.add(
      SequenceRecord(values: Array(rows.joined()), columnCount: rows[0].count),
      columns: Array(rows[0].indices))
    return identity.value
  }

  @Test func anIdentityDependsOnTheDataNotOnThePath() {
    let rows: [[Float]] = [[1, 2, 3], [4, 5, 6]]
    for path in ["/elsewhere/train/x_3.csv", "x_3.csv", "./train/x_3.csv"] {
      #expect(identity(rows, path: path) == identity(rows), "\(path)")
    }
    #expect(identity(rows, key: "4") == identity(rows), "a glob gives another key than a pattern")
    let others = [
      identity(rows, path: "train/x_4.csv"), identity(rows, path: "train/3.csv"), identity(rows, line: 2),
      identity([[1, 2, 3]]), identity([[1, 2], [3, 4], [5, 6]]), identity([[1, 2, 3], [4, 5, 7]]),
      identity([[1, 2, 3], [4, 5, -6]]), identity(rows + [[0, 0, 0]]), identity(rows),
    ]
    #expect(Set(others).count == others.count)
    #expect(identity([[0]]) != identity([[-0.0]]), "bits, not numbers")
    #expect(identity([[.nan]]) == identity([[.nan]]))
    // The hash is the same in every process and on every machine: files depend on it.
    #expect(identity(rows) == 0x6C63_09D7_AC4E_12CF, "by a Python version of ten lines")
  }

  /// In any number of calls, and any storage order.
  @Test func stepsAreAddedInAnyPortions() {
    for columns in 1...5 {
      let values = (0..<columns * 6).map { Float($0) / 7 }
      var whole = ExampleIdentity(of: nil)
      whole.add(SequenceRecord(values: values, columnCount: columns), columns: Array(0..<columns))
      var strided = ExampleIdentity(of: nil)
      // One column after the other, as in [C, T].
      let turned = (0..<columns).flatMap { column in (0..<6).map { values[$0 * columns + column] } }
      for step in 0..<6 {
        strided.add(stepAt: step, of: turned, offsets: (0..<columns).map { $0 * 6 })
      }
      #expect(strided.value == whole.value)
    }
  }
}
