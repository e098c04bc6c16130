/// A byte position in a file, with its line and column.
struct CSVLocation: Hashable, Sendable {
  /// The number of bytes before it.
  var offset = 0
  /// Its line, from 1.
  var line = 1
  /// Its position in the line, from 1; a byte-order mark counts, as in tools that count bytes.
  var column = 1

  /// Moves past the character at this position, which is `width` bytes long.
  mutating func advance(over byte: UInt8, width: Int = 1) {
    offset += width
    if byte == 0x0A {
      line += 1
      column = 1
    } else {
      column += width
    }
  }

  /// U+FEFF in UTF-8, which some programs write before the first line.
  static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
}
