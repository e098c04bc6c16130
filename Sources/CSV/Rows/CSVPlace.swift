/// A byte position in a file, with its line and column.
struct CSVPlace: Hashable, Sendable {
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
  static func start(of bytes: some RandomAccessCollection<UInt8>, skipping skippedLines: Int) -> CSVPlace {
    var place = CSVPlace()
    if bytes.starts(with: byteOrderMark) {
      place.offset = byteOrderMark.count
      place.column += byteOrderMark.count
    }
    var rest = bytes.dropFirst(place.offset)
    while place.line <= skippedLines, let end = rest.firstIndex(of: 0x0A) {
      rest = rest[rest.index(after: end)...]
      place.line += 1
      place.column = 1
      place.offset = bytes.count - rest.count
    }
    // Too few lines: the rest belongs to the skipped ones.
    if place.line <= skippedLines { place.offset = bytes.count }
    return place
  }

  /// U+FEFF in UTF-8, which some programs write before the first line.
  static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
}
