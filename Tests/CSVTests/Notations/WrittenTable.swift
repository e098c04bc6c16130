import CSV
import Sequences
import TestSupport

/// A table of numbers, written in a random notation, and where each cell begins.
struct WrittenTable {
  /// The notation, the header, and the number of lines above.
  let notation: TextNotation
  let header: CSVHeader
  let skippedLines: Int
  private(set) var bytes: [UInt8] = []
  /// The values, row by row; `nil`: a missing value.
  private(set) var values: [[Float?]] = []
  /// The line, the column in bytes, and the text of every cell.
  private(set) var places: [[(line: Int, column: Int, text: String)]] = []
  let columnCount: Int
  private var line = 1
  private var column = 1

  /// The byte-order mark that begins the file.
  private static let mark = "\u{FEFF}"

  /// Writes a table.
  ///
  /// - Parameters:
  ///   - keys: The texts of a further column, the first one, for every row; `nil`: there is none.
  ///   - bad: A row whose second cell is no number; `nil`: all are.
  ///   - hasMissing: True if some cells are empty.
  init(rows: Int, keys: [String]? = nil, bad: Int? = nil, hasMissing: Bool = false, _ random: inout SplitMix)
  {
    var notation = TextNotation()
    notation.delimiter = [",", ";", "\t", "|", "space"].pick(&random)
    notation.decimal = notation.delimiter == "," ? "." : [".", ","].pick(&random)
    notation.quotes = [.double, .double, .none].pick(&random)
    let separators = [nil, ",", ".", "'", " ", "’"].filter { text in
      text != notation.decimal
        && (notation.quotes == .double
          || text != notation.delimiter && !(text == " " && notation.delimiter == "space"))
    }
    notation.thousands = separators.pick(&random)
    let encodings: [TextEncoding] = [.utf8, .utf8, .utf16, .utf16LittleEndian, .utf16BigEndian, .windows1252]
    notation.encoding = encodings.pick(&random)
    if notation.thousands != "’" { notation.encoding = (encodings + [.latin1, .latin9]).pick(&random) }
    self.notation = notation
    header = [.none, .present].pick(&random)
    skippedLines = [0, 0, 1, 2].pick(&random)
    columnCount = Int.random(in: 2...5, using: &random)
    if notation.encoding == .utf16 || notation.encoding == .utf8 && Bool.random(using: &random) {
      write(Self.mark)
    }
    let end = ["\n", "\r\n"].pick(&random)
    for _ in 0..<skippedLines { endLine("größer\u{20AC}\"".filter { notation.encoding.holds($0) }, end) }
    let names = (keys == nil ? [] : ["id"]) + (0..<columnCount).map { "Höhe\($0)" }
    if header == .present { writeRow(names.map { ($0, false) }, end, &random) }
    for row in 0..<rows {
      var cells: [(text: String, isQuoted: Bool)] = keys.map { [($0[row], false)] } ?? []
      var found: [Float?] = []
      for field in 0..<columnCount {
        if bad == row, field == 1 {
          cells.append(("x1", false))
          found.append(nil)
        } else if hasMissing, field > 0, Int.random(in: 0..<5, using: &random) == 0,
          notation.delimiter != "space" || notation.quotes == .double
        {
          cells.append(("", false))
          found.append(nil)
        } else {
          let (text, value) = number(&random)
          cells.append((text, Int.random(in: 0..<4, using: &random) == 0))
          found.append(value)
        }
      }
      values.append(found)
      places.append(writeRow(cells, row == rows - 1 && Bool.random(using: &random) ? "" : end, &random))
    }
  }

  /// A number in the notation, and its value.
  private func number(_ random: inout SplitMix) -> (String, Float) {
    let digits = "\(Int.random(in: 0...(Bool.random(using: &random) ? 99 : 9_999_999), using: &random))"
    let decimals = Bool.random(using: &random) ? "\(Int.random(in: 0...999, using: &random))" : ""
    let sign = ["", "-", "+"].pick(&random)
    let exponent = Int.random(in: 0..<6, using: &random) == 0 ? "e-3" : ""
    var whole = digits
    if let thousands = notation.thousands, Bool.random(using: &random) {
      whole = ""
      for (place, digit) in digits.enumerated() {
        if place > 0, (digits.count - place).isMultiple(of: 3) { whole += thousands }
        whole.append(digit)
      }
    }
    let fraction = decimals.isEmpty ? "" : notation.decimal + decimals
    let plain = sign + digits + (decimals.isEmpty ? "" : "." + decimals) + exponent
    return (sign + whole + fraction + exponent, Float(plain) ?? .nan)
  }

  @discardableResult
  private mutating func writeRow(
    _ cells: [(text: String, isQuoted: Bool)], _ end: String, _ random: inout SplitMix
  ) -> [(line: Int, column: Int, text: String)] {
    let isBlanks = notation.delimiter == "space"
    func blanks(_ count: ClosedRange<Int>, _ random: inout SplitMix) -> String {
      (0..<Int.random(in: count, using: &random)).map { _ in [" ", "\t"].pick(&random) }.joined()
    }
    var found: [(line: Int, column: Int, text: String)] = []
    if isBlanks { write(blanks(0...2, &random)) }
    for (index, cell) in cells.enumerated() {
      if index > 0 { write(isBlanks ? blanks(1...3, &random) : notation.delimiter) }
      found.append((line, column, cell.text))
      let mustQuote =
        isBlanks ? cell.text.isEmpty || cell.text.contains(" ") : cell.text.contains(notation.delimiter)
      let isQuoted = notation.quotes == .double && (mustQuote || cell.isQuoted)
      write(isQuoted ? "\"\(cell.text)\"" : cell.text)
    }
    if isBlanks { write(blanks(0...2, &random)) }
    endLine("", end)
    return found
  }

  private mutating func endLine(_ text: String, _ end: String) {
    write(text + end)
    (line, column) = (line + 1, 1)
  }

  private mutating func write(_ text: String) {
    let encoded = text.unicodeScalars.flatMap { notation.encoding.bytes(of: $0) }
    bytes += encoded
    column += encoded.count
  }
}

extension TextEncoding {
  /// True if a character can be written.
  func holds(_ character: Character) -> Bool {
    self == .latin1 ? character.unicodeScalars.allSatisfy { $0.value < 256 } : true
  }

  /// The bytes of a character, by the definitions of the encodings and not by the code under test.
  func bytes(of scalar: Unicode.Scalar) -> [UInt8] {
    switch self {
    case .utf8: return Array(String(scalar).utf8)
    case .utf16LittleEndian, .utf16:
      return String(scalar).utf16.flatMap {
        [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)]
      }
    case .utf16BigEndian:
      return String(scalar).utf16.flatMap {
        [UInt8(truncatingIfNeeded: $0 >> 8), UInt8(truncatingIfNeeded: $0)]
      }
    case .windows1252 where scalar == "’": return [0x92]
    case .windows1252 where scalar == "€": return [0x80]
    case .latin9 where scalar == "€": return [0xA4]
    default: return [UInt8(truncatingIfNeeded: scalar.value)]
    }
  }
}

extension Array {
  /// Returns a random element.
  fileprivate func pick(_ random: inout SplitMix) -> Element { self[Int.random(in: indices, using: &random)] }
}
