import Platform
import Sequences

/// Reads the bytes of the sequences of indexed files, for one thread; the file read last stays open.
final class CSVGroupBytes {
  private let index: CSVGroupIndex
  private var file: TextFile?
  /// The bytes of the sequence that was read last.
  let window = FileWindow()

  init(_ index: CSVGroupIndex) { self.index = index }

  /// Reads the bytes of sequence `number`, and only these or those of its neighbours too.
  ///
  /// - Returns: The times at which the file was open, and at which its bytes had been read.
  /// - Throws: `FileError` if the file cannot be read; `RecordError` if it is not the one that was indexed.
  func read(_ number: Int) throws -> (opened: UInt64, got: UInt64) {
    let group = index.groups[number]
    let path = index.locations[Int(group.file)].path
    let file =
      if let open = self.file, open.path == path { open } else { try index.text(of: Int(group.file)) }
    self.file = file
    let opened = monotonicNanoseconds()
    var byteCount = group.end - group.offset
    if index.isScattered {
      let ranges = index.ranges(of: number)
      byteCount = ranges.reduce(0) { $0 + $1.count }
      try window.read(ranges, of: file, index.schema.versions)
    } else {
      try window.read(group.offset..<group.end, of: file, index.schema.versions)
    }
    guard window.bytes.count == byteCount else { throw changed(path) }
    return (opened, monotonicNanoseconds())
  }
}
