import CLinux
import Glibc

/// Keeps decompressed texts for random access: the first 16 MB in memory, the rest in a file in `TMPDIR`.
///
/// The file takes as many bytes as the texts have. It has no name, so it disappears with the last text that
/// is in use, also if the process is killed.
package final class TextSpool {
  private let memoryLimit: Int
  /// `nil` before the first text.
  private var store: OpenFile?
  private var isInMemory = true
  /// The number of bytes in the store.
  private var length = 0

  /// Makes a spool without texts.
  ///
  /// - Parameter memoryLimit: The number of bytes that are kept in memory.
  package init(memoryLimit: Int = 16 << 20) { self.memoryLimit = memoryLimit }

  /// Decompresses `file`, and keeps the text.
  ///
  /// - Parameter path: The path of the text, for messages.
  /// - Returns: The text: a part of an open file.
  /// - Throws: `FileError` if the file is damaged or cut off, or if there is no room for its text.
  package func text(
    of file: OpenFile, _ compression: Compression, path: String
  ) throws(FileError) -> OpenFile {
    let decompressor = Decompressor(compression)
    let input = UnsafeMutableRawBufferPointer.allocate(byteCount: 128 << 10, alignment: 64)
    let output = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 64)
    defer {
      input.deallocate()
      output.deallocate()
    }
    var text = length..<length
    var offset = 0
    while true {
      let count = try file.read(at: offset, into: input)
      offset += count
      if count == 0 { break }
      var taken = 0
      var isFull = false
      while taken < count || isFull {
        let rest = UnsafeRawBufferPointer(rebasing: input[taken..<count])
        let step = try Fault.naming(path) { () throws(Fault) in try decompressor.step(rest, into: output) }
        taken += step.taken
        isFull = step.made == output.count
        try append(UnsafeRawBufferPointer(rebasing: output[..<step.made]), to: &text, path)
      }
    }
    try Fault.naming(path) { () throws(Fault) in try decompressor.finish() }
    return OpenFile(text, of: try currentStore(for: 0, path))
  }

  /// Adds bytes to the text that is being made, which is the last one.
  private func append(
    _ bytes: UnsafeRawBufferPointer, to text: inout Range<Int>, _ path: String
  ) throws(FileError) {
    guard !bytes.isEmpty else { return }
    if let store, isInMemory, length + bytes.count > memoryLimit {
      // Earlier texts stay in memory.
      let made = text
      let disk = try makeStore(inMemory: false, path)
      text = 0..<0
      length = 0
      let block = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 64)
      defer { block.deallocate() }
      let part = OpenFile(made, of: store)
      while length < made.count {
        let count = try part.read(at: length, into: block)
        try write(UnsafeRawBufferPointer(rebasing: block[..<count]), to: disk, path)
      }
      text = 0..<length
    }
    try write(bytes, to: currentStore(for: bytes.count, path), path)
    text = text.lowerBound..<length
  }

  /// Returns the store, which is made for the first `count` bytes.
  private func currentStore(for count: Int, _ path: String) throws(FileError) -> OpenFile {
    if let store { return store }
    return try makeStore(inMemory: count <= memoryLimit, path)
  }

  private func makeStore(inMemory: Bool, _ path: String) throws(FileError) -> OpenFile {
    let place = TemporaryDirectory.place
    let descriptor = uninterrupted { inMemory ? timestep_open_memory() : timestep_open_unnamed(place) }
    guard descriptor >= 0 else {
      throw .system(
        inMemory ? path : place, "cannot hold the text of \(escapedText(path.utf8, limit: nil)) (TMPDIR)",
        code: errno)
    }
    let made = OpenFile(ownDescriptor: descriptor, path: path)
    (store, isInMemory) = (made, inMemory)
    return made
  }

  private func write(
    _ bytes: UnsafeRawBufferPointer, to store: OpenFile, _ path: String
  ) throws(FileError) {
    var done = 0
    while done < bytes.count {
      let count = pwrite(store.descriptor, bytes.baseAddress.map { $0 + done }, bytes.count - done, length)
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else {
        throw .system(
          isInMemory ? path : TemporaryDirectory.place,
          "cannot hold the text of \(escapedText(path.utf8, limit: nil)) (TMPDIR)",
          code: count == 0 ? ENOSPC : errno)
      }
      done += count
      length += count
    }
  }
}
