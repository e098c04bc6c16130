import Sequences
import Timestep

/// A value in a JSON text, with the place at which it begins.
///
/// Foundation's decoder does not say where a value is, which a message about a file that people write must.
struct LocatedJSON {
  /// A place in a text: line, and byte of the line, both from 1.
  struct Place: Hashable {
    var line: Int
    var column: Int
  }

  /// A key of an object with its value.
  struct Member {
    let key: String
    let place: Place
    let value: LocatedJSON
  }

  /// What a value can be.
  enum Content {
    case object([Member])
    case list([LocatedJSON])
    case text(String)
    /// The digits as they are written.
    case number(String)
    case boolean(Bool)
    case null
  }

  let place: Place
  let content: Content

  /// The value in words, for messages.
  var description: String {
    switch content {
    case .object: "an object"
    case .list: "a list"
    case .text(let text): "the text \"\(escapedText(text.utf8))\""
    case .number(let digits): "the number \(escapedText(digits.utf8))"
    case .boolean(let value): "\(value)"
    case .null: "null"
    }
  }

  /// Reads a JSON text (RFC 8259); a byte order mark before it is ignored.
  ///
  /// - Throws: `RecordError` with the line and the column of the first byte that is not JSON.
  init(_ bytes: [UInt8], path: String) throws {
    var parser = Parser(bytes: bytes, path: path)
    self = try parser.document()
  }

  fileprivate init(_ content: Content, at place: Place) { (self.content, self.place) = (content, place) }
}

private struct Parser {
  /// A data set file nests two levels; the limit keeps the recursion short.
  private static let deepest = 16

  let bytes: [UInt8]
  let path: String
  private var index = 0
  /// The line at `index`, and the index of its first byte.
  private var line = 1
  private var lineStart = 0

  init(bytes: [UInt8], path: String) {
    (self.bytes, self.path) = (bytes, path)
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    if bytes.starts(with: mark) { (index, lineStart) = (mark.count, mark.count) }
  }

  mutating func document() throws -> LocatedJSON {
    skipBlanks()
    let value = try value(depth: 0)
    skipBlanks()
    if index < bytes.count { throw fault("there is text after the end", expected: "nothing") }
    return value
  }

  private var place: LocatedJSON.Place { LocatedJSON.Place(line: line, column: index - lineStart + 1) }

  private var next: UInt8? { index < bytes.count ? bytes[index] : nil }

  private func fault(_ problem: String, expected: String) -> RecordError {
    let found = index < bytes.count ? "\"\(escapedText(bytes[index...].prefix(12)))\"" : "the end of the file"
    return RecordError(
      .malformed, path: path, line: place.line, column: place.column,
      "\(problem): expected \(expected), found \(found)")
  }

  private mutating func skipBlanks() {
    while let byte = next, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D {
      index += 1
      if byte == 0x0A { (line, lineStart) = (line + 1, index) }
    }
  }

  /// Takes a byte if it is the next one.
  private mutating func take(_ byte: Unicode.Scalar) -> Bool {
    guard next == UInt8(ascii: byte) else { return false }
    index += 1
    return true
  }

  private mutating func value(depth: Int) throws -> LocatedJSON {
    let start = place
    guard depth < Self.deepest, let byte = next else {
      throw fault(
        depth < Self.deepest ? "a value is missing" : "the nesting is too deep", expected: "a value")
    }
    switch byte {
    case UInt8(ascii: "{"): return LocatedJSON(.object(try members(depth)), at: start)
    case UInt8(ascii: "["): return LocatedJSON(.list(try elements(depth)), at: start)
    case UInt8(ascii: "\""): return LocatedJSON(.text(try text()), at: start)
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
      return LocatedJSON(.number(try number()), at: start)
    default:
      for (word, content): (String, LocatedJSON.Content) in [
        ("true", .boolean(true)), ("false", .boolean(false)), ("null", .null),
      ] where bytes[index...].starts(with: word.utf8) {
        index += word.utf8.count
        return LocatedJSON(content, at: start)
      }
      throw fault("this is not JSON", expected: "a text in quotes, a number, a list, true or false")
    }
  }

  private mutating func members(_ depth: Int) throws -> [LocatedJSON.Member] {
    var members: [LocatedJSON.Member] = []
    index += 1
    skipBlanks()
    if take("}") { return [] }
    while true {
      let start = place
      guard next == UInt8(ascii: "\"") else { throw fault("a key is missing", expected: "a key in quotes") }
      let key = try text()
      skipBlanks()
      guard take(":") else { throw fault("a key has no value", expected: "a colon") }
      skipBlanks()
      members.append(LocatedJSON.Member(key: key, place: start, value: try value(depth: depth + 1)))
      skipBlanks()
      if take("}") { return members }
      guard take(",") else { throw fault("an object does not end", expected: "a comma or }") }
      skipBlanks()
    }
  }

  private mutating func elements(_ depth: Int) throws -> [LocatedJSON] {
    var elements: [LocatedJSON] = []
    index += 1
    skipBlanks()
    if take("]") { return [] }
    while true {
      elements.append(try value(depth: depth + 1))
      skipBlanks()
      if take("]") { return elements }
      guard take(",") else { throw fault("a list does not end", expected: "a comma or ]") }
      skipBlanks()
    }
  }

  private mutating func number() throws -> String {
    let start = index
    func isDigit(_ byte: UInt8?) -> Bool { byte.map { $0 >= 0x30 && $0 <= 0x39 } ?? false }
    func digits() throws {
      guard isDigit(next) else { throw fault("a number is incomplete", expected: "a digit") }
      while isDigit(next) { index += 1 }
    }
    _ = take("-")
    if take("0") {
      if isDigit(next) { throw fault("a number begins with 0", expected: "a number without it") }
    } else {
      try digits()
    }
    if take(".") { try digits() }
    if take("e") || take("E") {
      if !take("+") { _ = take("-") }
      try digits()
    }
    return String(decoding: bytes[start..<index], as: UTF8.self)
  }

  private mutating func text() throws -> String {
    var text: [UInt8] = []
    index += 1
    while let byte = next {
      switch byte {
      case UInt8(ascii: "\""):
        guard let valid = String(validating: text, as: UTF8.self) else {
          throw fault("the text before this is not UTF-8", expected: "UTF-8")
        }
        index += 1
        return valid
      case UInt8(ascii: "\\"): try text.append(contentsOf: String(escape()).utf8)
      case 0..<0x20: throw fault("a text does not end in its line", expected: "a quote")
      default:
        text.append(byte)
        index += 1
      }
    }
    throw fault("a text does not end", expected: "a quote")
  }

  private mutating func escape() throws -> Unicode.Scalar {
    index += 1
    guard let byte = next else { throw fault("a text does not end", expected: "a quote") }
    let plain: [UInt8: Unicode.Scalar] = [
      0x22: "\"", 0x5C: "\\", 0x2F: "/", 0x62: "\u{8}", 0x66: "\u{C}", 0x6E: "\n", 0x72: "\r", 0x74: "\t",
    ]
    if let scalar = plain[byte] {
      index += 1
      return scalar
    }
    guard byte == 0x75 else {
      throw fault("an escape is unknown", expected: "one of \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\u")
    }
    index += 1
    var code = try hexadecimal()
    if 0xD800..<0xDC00 ~= code, take("\\"), take("u") {
      let low = try hexadecimal()
      if 0xDC00..<0xE000 ~= low { code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00) }
    }
    guard let scalar = Unicode.Scalar(code) else {
      throw fault("an escape before this is half a character", expected: "a pair of \\uD8.. and \\uDC..")
    }
    return scalar
  }

  private mutating func hexadecimal() throws -> UInt32 {
    let digits = bytes[index...].prefix(4)
    guard digits.count == 4, digits.allSatisfy({ Unicode.Scalar($0).properties.isASCIIHexDigit }),
      let code = UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
    else { throw fault("an escape is incomplete", expected: "four hexadecimal digits") }
    index += 4
    return code
  }
}
