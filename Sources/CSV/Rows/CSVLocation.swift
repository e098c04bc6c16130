/// A byte position in a file, with its line and column.
struct CSVLocation: Hashable, Sendable {
  /// The number of bytes before it.
  var offset = 0
  /// Its line, from 1.
  var line = 1
  /// Its position in the line, from 1; a byte-order mark counts, as in tools that count bytes.
  var column = 1

  /// Moves past `byte`, which is the byte at this position.
  mutating func advance(over byte: UInt8) {
    offset += 1
    if byte == 0x0A {
      line += 1
      column = 1
    } else {
      column += 1
    }
  }

  /// Returns the position of the first byte of `bytes` after a byte-order mark and the first `skippedLines`
  /// lines.
  ///
  /// If there are no more lines than that, it is the end of `bytes`.
  static func start(of bytes: some RandomAccessCollection<UInt8>, skipping skippedLines: Int) -> CSVLocation {
    var location = CSVLocation()
    if bytes.starts(with: byteOrderMark) {
      location.offset = byteOrderMark.count
      location.column += byteOrderMark.count
    }
    var rest = bytes.dropFirst(location.offset)
    while location.line <= skippedLines, let end = rest.firstIndex(of: 0x0A) {
      rest = rest[rest.index(after: end)...]
      location.line += 1
      location.column = 1
      location.offset = bytes.count - rest.count
    }
    // Too few lines: the rest belongs to the skipped ones.
    if location.line <= skippedLines { location.offset = bytes.count }
    return location
  }

  /// U+FEFF in UTF-8, which some programs write before the first line.
  static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
}
