import CSV
import Platform
import Timestep

/// The beginning of a data file as lines of text.
struct TextSample {
  /// How the characters of a file are encoded.
  enum Encoding: Hashable {
    case utf8
    case utf16
    /// One byte for each character; the bytes do not say which encoding it is.
    case singleBytes(hasControls: Bool)

    /// The value of `--encoding`; `nil`: the flag is not needed.
    var flag: String? {
      switch self {
      case .utf8: nil
      case .utf16: "utf-16"
      // Latin 1 has control characters where Windows has quotes and dashes.
      case .singleBytes(let hasControls): hasControls ? "windows-1252" : "latin1"
      }
    }
  }

  /// The path of the file.
  let path: String
  let encoding: Encoding
  /// The lines without their ends; the last one is complete, and those of a field in quotes are one.
  let lines: [String]
  /// True if the file has no more lines.
  let isWhole: Bool

  /// True if the file begins with a byte-order mark.
  let hasMark: Bool

  /// True if a line ends with a carriage return alone.
  let hasBareReturns: Bool

  /// True if all characters are ASCII, which most encodings have in common.
  var isASCII: Bool { lines.allSatisfy { $0.utf8.allSatisfy { $0 < 0x80 } } }

  /// Reads the beginning of the file at `path`.
  ///
  /// - Throws: `FileError` if it cannot be read, and `RecordError` if it contains no text.
  init(_ path: String, byteCount: Int) throws {
    let beginning = try TextFile.beginning(of: path, count: byteCount)
    try ForeignContent.checkAnyEncoding(beginning.bytes, path: path)
    self.init(path: path, bytes: beginning.bytes, isWhole: beginning.isWhole)
  }

  /// Makes the sample of a file with these bytes.
  init(path: String, bytes: [UInt8], isWhole: Bool) {
    let text: String
    if let wide = Self.wideText(bytes) {
      (encoding, text) = (.utf16, wide)
    } else if let valid = Self.validText(bytes, isWhole: isWhole) {
      (encoding, text) = (.utf8, valid)
    } else {
      encoding = .singleBytes(hasControls: bytes.contains { (0x80..<0xA0).contains($0) })
      text = String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
    }
    self.path = path
    self.isWhole = isWhole
    let scalars = text.unicodeScalars
    hasBareReturns = zip(scalars, scalars.dropFirst()).contains { $0 == "\r" && $1 != "\n" }
    hasMark = scalars.first == "\u{FEFF}"
    var lines = Self.lines(of: hasMark ? scalars.dropFirst() : scalars[...])
    if !isWhole, lines.count > 1 { lines.removeLast() }
    while lines.last?.isEmpty == true { lines.removeLast() }
    self.lines = Self.joiningQuoted(lines)
  }

  /// Returns the number of a line in the file, from 1.
  func number(ofLine index: Int) -> Int {
    lines[..<index].reduce(index + 1) { $0 + $1.unicodeScalars.count { $0 == "\n" } }
  }

  /// The most lines of a field in quotes.
  private static let quotedLimit = 20

  /// Returns the lines, those of a field in quotes as one.
  private static func joiningQuoted(_ lines: [String]) -> [String] {
    func quotes(_ line: String) -> Int { line.utf8.count { $0 == UInt8(ascii: "\"") } }
    /// True if a quote begins a field; that of an inch does not.
    func opensField(_ line: String) -> Bool { line.contains(/(^|[,;\t|\ ])"/) }
    guard lines.contains(where: { !quotes($0).isMultiple(of: 2) && opensField($0) }) else { return lines }
    var (result, index) = ([String](), 0)
    while index < lines.count {
      var (joined, next, count) = (lines[index], index + 1, quotes(lines[index]))
      if !count.isMultiple(of: 2), opensField(joined) {
        while !count.isMultiple(of: 2), next < min(lines.count, index + quotedLimit) {
          joined += "\n" + lines[next]
          count += quotes(lines[next])
          next += 1
        }
        if !count.isMultiple(of: 2) { (joined, next) = (lines[index], index + 1) }
      }
      result.append(joined)
      index = next
    }
    return result
  }

  /// Returns the text if it is UTF-16: it has a byte order mark, or the zero bytes of ASCII characters.
  private static func wideText(_ bytes: [UInt8]) -> String? {
    guard bytes.count >= 2 else { return nil }
    let pairs = bytes.count / 2
    let zeros = (
      even: stride(from: 0, to: pairs * 2, by: 2).count { bytes[$0] == 0 },
      odd: stride(from: 1, to: pairs * 2, by: 2).count { bytes[$0] == 0 }
    )
    let isLittle: Bool
    if bytes[0] == 0xFF && bytes[1] == 0xFE || zeros.even == 0 && zeros.odd * 2 > pairs {
      isLittle = true
    } else if bytes[0] == 0xFE && bytes[1] == 0xFF || zeros.odd == 0 && zeros.even * 2 > pairs {
      isLittle = false
    } else {
      return nil
    }
    let units = (0..<pairs).map { pair in
      let (first, second) = (UInt16(bytes[2 * pair]), UInt16(bytes[2 * pair + 1]))
      return isLittle ? second << 8 | first : first << 8 | second
    }
    return String(decoding: units, as: UTF16.self)
  }

  /// Returns the text if it is UTF-8; the last character of a part may be cut.
  private static func validText(_ bytes: [UInt8], isWhole: Bool) -> String? {
    if let text = String(validating: bytes, as: UTF8.self) { return text }
    if isWhole { return nil }
    return (1...3).lazy.compactMap { String(validating: bytes.dropLast($0), as: UTF8.self) }.first
  }

  private static func lines(of text: Substring.UnicodeScalarView) -> [String] {
    var lines: [String] = []
    var start = text.startIndex
    var isAfterReturn = false
    for index in text.indices {
      let scalar = text[index]
      guard scalar == "\n" || scalar == "\r" else {
        isAfterReturn = false
        continue
      }
      // A return and a line feed are one end.
      if scalar == "\n", isAfterReturn {
        start = text.index(after: index)
      } else {
        lines.append(String(text[start..<index]))
        start = text.index(after: index)
      }
      isAfterReturn = scalar == "\r"
    }
    if start < text.endIndex { lines.append(String(text[start...])) }
    return lines
  }
}
