import CSV
import Sequences
import TestSupport
import Testing

/// Random files with random damage, whose faulty rows a policy skips.
@Suite struct CSVPolicyFuzzTests {
  let directory = TestDirectory()

  /// The value of a field by the rules, computed another way; `nil` if it is faulty.
  private func naive(_ field: Substring) -> Float? {
    var text = field
    while let last = text.last, " \t".contains(last) { text.removeLast() }
    text = text.drop { " \t".contains($0) }
    guard text.allSatisfy({ "0123456789.+-e".contains($0) }), let value = Float(text), value.isFinite
    else { return nil }
    return value
  }

  private func damaged(_ alphabet: String, _ random: inout SplitMix) -> [UInt8] {
    let width = Int.random(in: 1...3, using: &random)
    let rows = (0..<Int.random(in: 1...6, using: &random)).map { _ in
      (0..<width).map { _ in "\(Int.random(in: -99...99, using: &random))" }.joined(separator: ",")
    }
    var bytes = Array((rows.joined(separator: "\n") + "\n").utf8)
    for _ in 0..<Int.random(in: 0...6, using: &random) where !bytes.isEmpty {
      let location = Int.random(in: 0..<bytes.count, using: &random)
      let byte = Array(alphabet.utf8).randomElement(using: &random) ?? 0x30
      switch Int.random(in: 0..<3, using: &random) {
      case 0: bytes[location] = byte
      case 1: bytes.insert(byte, at: location)
      default: bytes.remove(at: location)
      }
    }
    return bytes
  }

  @Test func keptRowsAgreeWithTheNaiveParser() throws {
    var random = SplitMix(state: 11)
    var (keptCount, skippedCount) = (0, 0)
    for _ in 0..<600 {
      let bytes = damaged("0123,,\n\n xe.-", &random)
      let good = SequenceLocation(path: directory.write("1,2\n", to: "good.csv"), key: "good")
      let bad = SequenceLocation(path: directory.write(bytes, to: "bad.csv"), key: "bad")
      let isFirst = Bool.random(using: &random)
      // The rows, and the blank lines between them, which are left out.
      func isBlank(_ line: Substring) -> Bool { line.allSatisfy { " \t".contains($0) } }
      let allLines = String(decoding: bytes, as: UTF8.self).split(
        separator: "\n", omittingEmptySubsequences: false)
      let rows = allLines.prefix((allLines.lastIndex { !isBlank($0) } ?? -1) + 1)
        .map { $0.split(separator: ",", omittingEmptySubsequences: false).map(naive) }
      let first = allLines.first { !isBlank($0) }?.split(separator: ",", omittingEmptySubsequences: false)
      let width = isFirst ? first?.count ?? 0 : 2
      let isKept = rows.map { $0.count == width && !$0.contains(nil) }
      let kept = zip(rows, isKept).flatMap { $1 ? $0.compactMap { $0 } : [] }
      guard !isFirst || !rows.isEmpty else { continue }
      // The next rows, up to eight, may show that the first one is the faulty one.
      let next = allLines.drop(while: isBlank).dropFirst().prefix { !isBlank($0) }.prefix(8)
        .map { $0.split(separator: ",", omittingEmptySubsequences: false).count }
      let isAtOdds = isFirst && next.count > 1 && Set(next).count == 1 && next[0] != width
      let split = CollectionInputSplit(isFirst ? [bad, good] : [good, bad])
      if isAtOdds {
        let error = #expect(throws: RecordError.self) {
          try CSVSequenceRecordReader(split, policy: ErrorPolicy(.skipRow))
        }
        #expect(error?.kind == .columnCount && error?.problem.hasPrefix("the first row has") == true)
        continue
      }
      let reader = try CSVSequenceRecordReader(split, policy: ErrorPolicy(.skipRow))
      var (cursor, sequence) = (reader.makeCursor(), SequenceRecord())
      // If rows have one field, a blank line could be one of them.
      let lines = String(decoding: bytes, as: UTF8.self).split(
        separator: "\n", omittingEmptySubsequences: false
      )
      .map { $0.allSatisfy { " \t".contains($0) } }
      let isUnclear = width == 1 && lines.prefix(lines.lastIndex(of: false) ?? 0).contains(true)
      for _ in 0..<2 {
        if isUnclear {
          let error = #expect(throws: RecordError.self) { try cursor.read(0, into: &sequence) }
          #expect(error?.kind == .blankLine)
        } else if kept.isEmpty {
          let error = #expect(throws: RecordError.self) { try cursor.read(isFirst ? 0 : 1, into: &sequence) }
          #expect(error?.kind == .empty)
        } else {
          try cursor.read(isFirst ? 0 : 1, into: &sequence)
          #expect(sequence.values == kept, "\(String(decoding: bytes, as: UTF8.self))")
          #expect(sequence.skippedRows == isKept.indices.filter { !isKept[$0] })
          #expect(sequence.ledger.reduce(0) { $0 + $1.lineCount } == sequence.skippedRows.count)
          keptCount += sequence.stepCount
          skippedCount += sequence.skippedRows.count
        }
        if width == 2 {
          try cursor.read(isFirst ? 1 : 0, into: &sequence)
          #expect(sequence.values == [1, 2] && sequence.ledger.isEmpty && sequence.skippedRows.isEmpty)
        }
      }
    }
    // Both happen often enough to be tested.
    #expect(keptCount > 500 && skippedCount > 500)
  }

  @Test func anyBytesEndInRowsOrAnError() throws {
    var random = SplitMix(state: 12)
    var repaired = 0
    for _ in 0..<600 {
      let good = SequenceLocation(path: directory.write("1,2\n", to: "good.csv"), key: "good")
      let bytes = damaged("012,,\n\n xe.-\"\"\"\r\r\n", &random)
      let bad = SequenceLocation(path: directory.write(bytes, to: "bad.csv"), key: "bad")
      let reader = try CSVSequenceRecordReader(
        CollectionInputSplit([good, bad]), policy: ErrorPolicy(.skipRow))
      var (cursor, sequence) = (reader.makeCursor(), SequenceRecord())
      do {
        try cursor.read(1, into: &sequence)
        if !sequence.ledger.isEmpty { repaired += 1 }
        let gone = Set(sequence.skippedRows)
        let kept = (0..<sequence.stepCount + gone.count).filter { !gone.contains($0) }
        for (step, row) in kept.enumerated() {
          for column in 0..<2 {
            let text = reader.position(of: 1, row: row, column: column).text ?? "none"
            #expect(naive(text[...]) == sequence.values[step * 2 + column])
          }
        }
      } catch let error as RecordError {
        #expect([.empty, .malformed].contains(error.kind), "\(error)")
      }
    }
    #expect(repaired > 50)
  }
}
