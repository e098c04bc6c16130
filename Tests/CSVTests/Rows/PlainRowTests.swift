import CSV
import CText
import Sequences
import TestSupport
import Testing

/// The fast parser for plain numbers gives the same values as libcsv, bit for bit, and the same errors.
@Suite struct PlainRowTests {
  let directory = TestDirectory()

  /// The result of a whole file: bits of values, lines, or the error.
  private func outcome(_ body: (inout SequenceRecord) throws -> Void) -> String {
    var sequence = SequenceRecord()
    let failure = message { try body(&sequence) }
    guard failure == "no error" else { return failure }
    return "\(sequence.values.map(\.bitPattern)) \(sequence.columnCount) \(sequence.lines)"
  }

  /// A field that is usually a number, in one of the forms that numbers can have.
  private func field(_ random: inout SplitMix) -> String {
    func digits(_ count: ClosedRange<Int>) -> String {
      (0..<Int.random(in: count, using: &random)).map { _ in "\(Int.random(in: 0...9, using: &random))" }
        .joined()
    }
    let sign = ["", "", "-", "+"].randomElement(using: &random) ?? ""
    switch Int.random(in: 0..<40, using: &random) {
    case 0: return sign + digits(1...25)
    case 1: return sign + digits(0...2) + "." + digits(0...25)
    case 2: return sign + digits(1...3) + "e" + sign + digits(1...2)
    case 3:
      return [" 1", "1 ", "\t2", "\"3\"", "", "x", "nan", "inf", ".", "-", "1.2.3", "--1", "1\r", "0x1"]
        .randomElement(using: &random) ?? ""
    // Halfway between two Floats.
    case 4: return sign + "16777217" + (Bool.random(using: &random) ? ".0" : "")
    case 5: return sign + "0.000000059604644775390625"
    default: return sign + digits(1...4) + (Bool.random(using: &random) ? "." + digits(0...6) : "")
    }
  }

  @Test func everyFileReadsAsWithLibcsv() throws {
    var random = SplitMix(state: 17)
    var good = 0
    for round in 0..<4000 {
      let width = Int.random(in: 1...5, using: &random)
      let end = round % 5 == 0 ? "\r\n" : "\n"
      let delimiter = [",", ";", "\t"][round % 3]
      // Errors are rare in long files, and most short ones have none.
      let rows = Int.random(in: 1...(round % 10 == 0 ? 60 : 4), using: &random)
      var text = (0..<rows).map { _ in
        (0..<width).map { _ in field(&random) }.joined(separator: delimiter)
      }.joined(separator: end)
      if Bool.random(using: &random) { text += end }
      if Int.random(in: 0..<20, using: &random) == 0 { text += end }
      if Int.random(in: 0..<20, using: &random) == 0 { text += delimiter }
      let location = SequenceLocation(path: directory.write(text, to: "p.csv"), key: "p")
      guard
        let reader = try? CSVSequenceRecordReader(
          CollectionInputSplit([location]), delimiter: delimiter, nonFinite: .allowed,
          // A dropped column may contain any text.
          columns: round % 7 == 0 && width > 1 ? CSVColumns(.drop(["\(round % width)"])) : .all)
      else { continue }
      var (cursor, stepped) = (reader.makeCursor(), reader.makeRowStream())
      let fast = outcome { try cursor.read(0, into: &$0) }
      let slow = outcome { sequence in
        try stepped.begin(0)
        // All rows in one call, and the end of the file.
        _ = try stepped.read(upTo: 100, into: &sequence)
      }
      #expect(fast == slow, "\(text.debugDescription)")
      if fast.hasPrefix("[") { good += 1 }
    }
    #expect(good > 1500)
  }

  /// With and without vector instructions, for every position in a register and every number of rows that
  /// fits.
  @Test func allProcessorsReadTheSame() {
    var random = SplitMix(state: 23)
    for round in 0..<3000 {
      let width = Int.random(in: 1...4, using: &random)
      let hasComma = round % 3 == 0
      let text =
        (0..<Int.random(in: 1...20, using: &random)).map { _ in
          (0..<width).map { _ in
            let text = field(&random)
            return hasComma ? text.replacing(".", with: ",") : text
          }.joined(separator: ";")
        }.joined(separator: round % 2 == 0 ? "\n" : "\r\n") + (round % 3 == 0 ? "" : "\n")
      // One field is dropped, or must be exact.
      let use = round % 8 == 0 ? timestep_field_dropped : timestep_field_exact
      let uses: [UInt8]? =
        round % 4 == 0 ? (0..<width).map { $0 == round % width ? UInt8(use.rawValue) : 0 } : nil
      let limit = Int.random(in: 1...25, using: &random)
      func read(
        _ body: (
          UnsafePointer<CChar>, Int, UnsafePointer<timestep_row_shape>, UnsafeMutablePointer<Float>, Int
        )
          -> timestep_row_reading
      ) -> String {
        var values = [Float](repeating: 7, count: 25 * 4 + 1)
        let bytes = text.utf8.map { CChar(bitPattern: $0) }
        let reading = (uses ?? [0]).withUnsafeBufferPointer { flags in
          var shape = timestep_row_shape(
            delimiter: 0x3B, fields: width, uses: uses == nil ? nil : flags.baseAddress,
            has_decimal_comma: hasComma)
          return body(bytes, bytes.count, &shape, &values, limit)
        }
        let count = width - (uses ?? []).count { $0 == UInt8(timestep_field_dropped.rawValue) }
        return "\(reading) \(values.prefix(reading.rows * count).map(\.bitPattern)) \(values[limit * width])"
      }
      let fast = read { timestep_read_rows($0, $1, $2, $3, $4) }
      #expect(fast == read { timestep_read_rows_portably($0, $1, $2, $3, $4) }, "\(text.debugDescription)")
      #expect(fast.hasSuffix(" 7.0"), "nothing is written behind the rows there is room for")
    }
  }
}
