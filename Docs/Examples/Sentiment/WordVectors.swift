import Timestep

/// Words with their vectors, in an index file: the vectors stay in the file, and only those asked for
/// are read.
///
/// A text of 400,000 vectors takes seconds to read. So it is read once, into an index file that opens
/// immediately; the index records its source file, and is rebuilt when that has changed.
struct WordVectors: Sendable {
  /// The dimension of a vector.
  let dimension: Int
  /// Words by their bytes: two encodings of an accent are equal as `String`, but not here.
  private let numbers: [[UInt8]: Int32]
  private let vectors: SafetensorsFile.Pieces

  /// Opens the index of the vectors at `path`, after making it if it is missing or out of date.
  ///
  /// - Parameters:
  ///   - index: The path of the index; the file appears complete or not at all.
  ///   - tell: Called with the reason why the index is made.
  /// - Throws: `FileError` when a file cannot be read or written, or the index is some other file;
  ///   `RecordError` when the vectors are damaged.
  init(_ path: String, format: VectorFormat, index: String, tell: (String) -> Void = { _ in }) throws {
    let source = VectorSource(path, format)
    if let ready = try source.readyIndex(at: index, tell: tell) {
      try self.init(ready)
    } else {
      try source.writeIndex(to: index)
      try self.init(SafetensorsFile(index))
    }
  }

  private init(_ file: SafetensorsFile) throws {
    vectors = try file.pieces("vectors")
    dimension = file.info("vectors")?.shape.last ?? 0
    var letters: [UInt8] = []
    try file.pieces("words").append(0..<(file.info("words")?.shape[0] ?? 0), to: &letters)
    var numbers: [[UInt8]: Int32] = [:]
    numbers.reserveCapacity(file.info("vectors")?.shape[0] ?? 0)
    // No word contains a line feed, so each can end with one.
    var start = 0
    for (end, letter) in letters.enumerated() where letter == 0x0A {
      numbers[Array(letters[start..<end])] = Int32(numbers.count)
      start = end + 1
    }
    self.numbers = numbers
  }

  var count: Int { numbers.count }

  /// Returns the number of a word; `nil` if it has no vector.
  func number(of word: String) -> Int32? { numbers[Array(word.utf8)] }

  /// Reads the vector with a word's number into `vector`, replacing its contents.
  ///
  /// - Throws: `FileError` if the index has changed since it was opened.
  func copy(_ number: Int32, into vector: inout [Float]) throws {
    try vectors.copy(Int(number) * dimension..<(Int(number) + 1) * dimension, into: &vector)
  }
}
