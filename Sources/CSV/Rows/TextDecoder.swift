import CText
import Platform
import Sequences

/// Decodes the characters of files, one at a time, so that every one keeps its place in the file.
///
/// Encodings without state only: a file can be read from any character on.
struct TextDecoder: Sendable, Hashable {
  /// A character in UTF-8, and the number of bytes that it has in the file.
  struct Unit {
    /// The bytes in UTF-8, the first one lowest.
    var utf8: UInt32
    /// The number of bytes in UTF-8.
    var count: Int
    /// The number of bytes in the file.
    var width: Int

    /// The first byte in UTF-8.
    var first: UInt8 { UInt8(truncatingIfNeeded: utf8) }

    /// The byte `index` in UTF-8.
    subscript(index: Int) -> UInt8 { UInt8(truncatingIfNeeded: utf8 >> (8 * UInt32(index))) }

    init(byte: UInt8) { (utf8, count, width) = (UInt32(byte), 1, 1) }

    init(_ scalar: UInt32, width: Int) {
      self.width = width
      func next(_ shift: UInt32) -> UInt32 { 0x80 | scalar >> shift & 0x3F }
      switch scalar {
      case 0..<0x80: (utf8, count) = (scalar, 1)
      case 0x80..<0x800: (utf8, count) = (0xC0 | scalar >> 6 | next(0) << 8, 2)
      case 0x800..<0x10000: (utf8, count) = (0xE0 | scalar >> 12 | next(6) << 8 | next(0) << 16, 3)
      default: (utf8, count) = (0xF0 | scalar >> 18 | next(12) << 8 | next(6) << 16 | next(0) << 24, 4)
      }
    }
  }

  private enum Kind: Hashable {
    /// The bytes are those of UTF-8.
    case bytes
    /// One byte per character, with the code points of all bytes.
    case codePage([UInt32])
    /// UTF-16; `nil`: the first bytes of a file tell the order.
    case wide(isBigEndian: Bool?)
  }

  private let kind: Kind
  /// The encoding.
  let encoding: TextEncoding

  /// Makes a decoder; throws if the C library lacks the encoding.
  init(_ encoding: TextEncoding) throws(UsageError) {
    self.encoding = encoding
    switch encoding {
    case .utf8: kind = .bytes
    case .utf16: kind = .wide(isBigEndian: nil)
    case .utf16LittleEndian: kind = .wide(isBigEndian: false)
    case .utf16BigEndian: kind = .wide(isBigEndian: true)
    default:
      var codePoints = [UInt32](repeating: .max, count: 256)
      guard timestep_code_page(encoding.rawValue, &codePoints), codePoints[0x0A] == 0x0A else {
        throw UsageError(
          "the encoding \(encoding.rawValue) cannot be read: expected one that the C library converts (iconv -l), found "
            + "no table of it; install the C library's gconv modules")
      }
      kind = .codePage(codePoints)
    }
  }

  /// Returns the decoder of another file, which begins with `bytes`; this one may be that of a certain file.
  func decoder(ofFile bytes: some RandomAccessCollection<UInt8>) -> TextDecoder {
    let isOfFile = kind == .bytes || kind != .wide(isBigEndian: nil) && encoding == .utf16
    // It could be made before.
    guard isOfFile, let any = try? TextDecoder(encoding) else { return resolved(for: bytes) }
    return any.resolved(for: bytes)
  }

  private init(_ encoding: TextEncoding, _ kind: Kind) { (self.encoding, self.kind) = (encoding, kind) }

  /// True if the bytes of files are those of UTF-8, and need not be decoded.
  var isIdentity: Bool { kind == .bytes }

  /// The form of line feeds in a file.
  var lineFeed: FileLines.LineFeed {
    asciiWidth == 1 ? .byte : isBigEndian ? .bigEndian : .littleEndian
  }

  /// The number of bytes of an ASCII character.
  var asciiWidth: Int {
    if case .wide = kind { return 2 }
    return 1
  }

  /// True if the high byte of a character comes first.
  var isBigEndian: Bool { kind == .wide(isBigEndian: true) }

  /// True if the first bytes of a file can tell its encoding, or its order of bytes.
  var dependsOnMark: Bool { encoding == .utf16 || !encoding.isWide && encoding != .utf8 }

  /// Returns the decoder of the file that begins with `bytes`.
  ///
  /// In an encoding with one byte per character, a file that begins with the byte-order mark of UTF-8 is in UTF-8: no text
  /// begins with these three characters, and programs write such files beside others.
  func resolved(for bytes: some RandomAccessCollection<UInt8>) -> TextDecoder {
    if case .codePage = kind, bytes.starts(with: CSVLocation.byteOrderMark) {
      return TextDecoder(encoding, .bytes)
    }
    guard kind == .wide(isBigEndian: nil) else { return self }
    let start = Array(bytes.prefix(512))
    let isBigEndian: Bool
    if start.starts(with: [0xFE, 0xFF]) {
      isBigEndian = true
    } else if start.starts(with: [0xFF, 0xFE]) {
      isBigEndian = false
    } else {
      // ASCII characters have their zero byte first.
      let zeros = (0..<2).map { parity in start.indices.count { $0 % 2 == parity && start[$0] == 0 } }
      isBigEndian = zeros[0] > zeros[1]
    }
    return TextDecoder(encoding, .wide(isBigEndian: isBigEndian))
  }

  /// The length of the byte-order mark at the start of `bytes`.
  func markLength(of bytes: some RandomAccessCollection<UInt8>) -> Int {
    switch kind {
    case .bytes: return bytes.starts(with: CSVLocation.byteOrderMark) ? CSVLocation.byteOrderMark.count : 0
    case .codePage: return 0
    case .wide(let isBigEndian):
      return bytes.starts(with: isBigEndian == true ? [0xFE, 0xFF] : [0xFF, 0xFE]) ? 2 : 0
    }
  }

  /// Returns the character at `offset`; `nil` if there is none in this encoding.
  func unit<Bytes: RandomAccessCollection<UInt8>>(in bytes: Bytes, at offset: Int) -> Unit?
  where Bytes.Index == Int {
    switch kind {
    case .bytes: return Unit(byte: bytes[offset])
    case .codePage(let codePoints):
      let scalar = codePoints[Int(bytes[offset])]
      return scalar == .max ? nil : Unit(scalar, width: 1)
    case .wide(let isBigEndian):
      func half(_ at: Int) -> UInt32? {
        guard at + 1 < bytes.endIndex else { return nil }
        let (first, second) = (UInt32(bytes[at]), UInt32(bytes[at + 1]))
        return isBigEndian == true ? first << 8 | second : second << 8 | first
      }
      guard let high = half(offset) else { return nil }
      guard high & 0xF800 == 0xD800 else { return Unit(high, width: 2) }
      guard high < 0xDC00, let low = half(offset + 2), low & 0xFC00 == 0xDC00 else { return nil }
      return Unit(0x10000 + (high & 0x3FF) << 10 + (low & 0x3FF), width: 4)
    }
  }

  /// Decodes `bytes`, as far as they are characters, for messages.
  func text<Bytes: RandomAccessCollection<UInt8>>(of bytes: Bytes) -> [UInt8] where Bytes.Index == Int {
    if isIdentity { return Array(bytes) }
    var text: [UInt8] = []
    var offset = bytes.startIndex
    while offset < bytes.endIndex {
      guard let unit = unit(in: bytes, at: offset) else { break }
      for index in 0..<unit.count { text.append(unit[index]) }
      offset += unit.width
    }
    return text
  }

  /// Returns the number of lines in `bytes` from `offset` on, the last of which need not end.
  func lineCount<Bytes: RandomAccessCollection<UInt8>>(of bytes: Bytes, from offset: Int) -> Int
  where Bytes.Index == Int {
    var (count, at) = (0, offset)
    while at < bytes.endIndex {
      count += 1
      at = lineEnd(in: bytes, from: at) ?? bytes.endIndex
    }
    return count
  }

  /// Returns the number of bytes of the file that the first `count` bytes of its text in UTF-8 are.
  func width<Bytes: RandomAccessCollection<UInt8>>(of count: Int, in bytes: Bytes) -> Int
  where Bytes.Index == Int {
    if isIdentity { return count }
    var (offset, rest) = (bytes.startIndex, count)
    while rest > 0, offset < bytes.endIndex, let unit = unit(in: bytes, at: offset) {
      rest -= unit.count
      offset += unit.width
    }
    return offset - bytes.startIndex
  }

  /// Returns the offset after the next line feed in `bytes` from `offset` on; `nil` if there is none.
  func lineEnd<Bytes: RandomAccessCollection<UInt8>>(in bytes: Bytes, from offset: Int) -> Int?
  where Bytes.Index == Int {
    if asciiWidth == 1 { return bytes[offset...].firstIndex(of: 0x0A).map { $0 + 1 } }
    return stride(from: offset, to: bytes.endIndex - 1, by: 2).first {
      bytes[$0] == (isBigEndian ? 0 : 0x0A) && bytes[$0 + 1] == (isBigEndian ? 0x0A : 0)
    }.map { $0 + 2 }
  }
}

/// Finds fields between runs of blanks and tabs, byte by byte.
struct BlankRuns {
  private enum State { case start, field, quoted, quoteInQuotes, gap }

  /// What a byte means.
  enum Step {
    /// A byte of a field, or the end of the line.
    case keep
    /// A blank that separates nothing, or not yet.
    case skip
    /// The first byte of a further field.
    case begin
  }

  private let quote: UInt8
  private var state = State.start

  /// - Parameter quote: The byte around quoted fields.
  init(quote: UInt8) { self.quote = quote }

  /// Takes the next byte.
  mutating func take(_ byte: UInt8) -> Step {
    if state == .quoted {
      if byte == quote { state = .quoteInQuotes }
      return .keep
    }
    if state == .quoteInQuotes, byte == quote {
      state = .quoted
      return .keep
    }
    switch byte {
    case 0x0A, 0x0D:
      state = .start
      return .keep
    case 0x20, 0x09:
      if state != .start { state = .gap }
      return .skip
    default:
      let isFirst = state == .start || state == .gap
      defer { state = isFirst && byte == quote ? .quoted : .field }
      return state == .gap ? .begin : .keep
    }
  }
}
