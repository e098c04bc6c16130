import Platform
import Sequences

/// Reads the bytes of the sequences of indexed files, for one thread; the file read last stays open.
final class CSVGroupBytes {
  private let index: CSVGroupIndex
  private let versions: FileVersions
  /// The file read last, and its place among the files.
  private var open: (file: TextFile, place: Int32)?
  /// The bytes of the sequence that was read last.
  let window = FileWindow()

  init(_ index: CSVGroupIndex) { (self.index, versions) = (index, index.schema.versions) }

  /// Reads the bytes of sequence `number`, and only these or those of its neighbours too.
  ///
  /// - Returns: The times at which the file was open, and at which its bytes had been read.
  /// - Throws: `FileError` if the file cannot be read; `RecordError` if it is not the one that was indexed.
  func read(_ number: Int) throws -> (opened: UInt64, got: UInt64) {
    let group = index.groups[number]
    let file =
      if let open, open.place == group.file { open.file } else { try index.text(of: Int(group.file)) }
    open = (file, group.file)
    let opened = monotonicNanoseconds()
    var byteCount = group.end - group.offset
    if index.isScattered {
      let ranges = index.ranges(of: number)
      byteCount = ranges.reduce(0) { $0 + $1.count }
      try window.read(ranges, of: file, versions)
    } else {
      try window.read(group.offset..<group.end, of: file, versions)
    }
    guard window.bytes.count == byteCount else { throw changed(index.locations[Int(group.file)].path) }
    return (opened, monotonicNanoseconds())
  }
}
