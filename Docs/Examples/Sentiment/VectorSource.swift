import Timestep

/// A published file of word vectors, from which an index is made.
struct VectorSource {
  private let path: String
  private let format: VectorFormat

  init(_ path: String, _ format: VectorFormat) { (self.path, self.format) = (path, format) }

  /// The facts that an index stores about its source file.
  private func notes(_ stamp: FileStamp) -> [String: String] {
    [
      "kind": "\(Self.kind) 1", "format": format.rawValue, "size": "\(stamp.size)",
      "modified": "\(stamp.modified)",
    ]
  }

  private static let kind = "word vectors, version"

  /// Returns the index at `index` if it is intact and up to date; `nil` if it must be made.
  ///
  /// - Parameter tell: Called with the reason why it must be made.
  /// - Throws: `FileError` if an existing file is not an index: a typing error must not destroy a file.
  func readyIndex(at index: String, tell: (String) -> Void) throws -> SafetensorsFile? {
    // If the file is missing, making the index reports it.
    guard let stamp = FileStamp(path) else { return nil }
    guard try Directory.kind(of: index) != .missing, FileStamp(index)?.size != 0 else {
      tell("building \(index)")
      return nil
    }
    var found: [String: String] = [:]
    do { found = try SafetensorsFile.metadata(of: index) } catch is TensorFileError {}
    guard found["kind"]?.hasPrefix(Self.kind) == true else {
      throw FileError(
        path: index,
        problem:
          "exists and is not an index of word vectors, so it is not replaced; delete it, or choose another name for --index"
      )
    }
    guard notes(stamp).allSatisfy({ found[$0.key] == $0.value }) else {
      tell("rebuilding \(index): it belongs to another file, or to an earlier version of this one")
      return nil
    }
    do { return try SafetensorsFile(index) } catch is TensorFileError {
      tell("rebuilding \(index): it is damaged")
      return nil
    }
  }

  /// Writes the index: the vectors `[words, dimension]`, and the words in that order, each followed by a line
  /// feed.
  ///
  /// - Throws: `FileError` when a file cannot be read or written, `RecordError` when the vectors are damaged,
  ///   or a word occurs twice.
  func writeIndex(to index: String) throws {
    let file = try MappedFile(path)
    // Taken before the file is read: if the file changes meanwhile, the index is out of date.
    guard let stamp = FileStamp(path) else {
      throw FileError(path: path, problem: "has disappeared; name a file that stays")
    }
    let writer = try GrowingSafetensorsWriter(index, metadata: notes(stamp))
    var words: Set<[UInt8]> = []
    var letters: [UInt8] = []
    try file.withSpan { bytes in
      var scanner = try VectorScanner(path, format, bytes)
      var values: [Float] = []
      // One call of the writer for many vectors.
      var block: [Float] = []
      while let word = try scanner.next(bytes, into: &values) {
        if letters.isEmpty { writer.begin("vectors", .float32, rowShape: [scanner.dimension]) }
        guard words.insert(Array(word.utf8)).inserted else {
          throw RecordError(
            .duplicateKey, path: path, line: scanner.lineBefore,
            "word \(words.count + 1), \"\(escapedText(word.utf8))\", occurs twice: expected every word once; remove one "
              + "of the two")
        }
        letters += Array(word.utf8) + [0x0A]
        block += values
        if block.count > 1 << 16 {
          try writer.append(block)
          block.removeAll(keepingCapacity: true)
        }
      }
      try writer.append(block)
    }
    // Bytes after floats, so that both are aligned.
    writer.begin("words", .uint8)
    try writer.append(letters)
    try writer.commit()
  }
}
