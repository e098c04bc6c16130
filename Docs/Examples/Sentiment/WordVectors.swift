import Timestep

/// Words with their vectors, in an index file: the vectors stay in the file, mapped, and only those asked for are read.
///
/// A text of 400,000 vectors takes seconds to read. So it is read once, into a file beside it that opens at once; that one
/// remembers which file it was made of, and is made again when that has changed.
struct WordVectors: Sendable {
  /// The numbers of a vector.
  let dimension: Int
  /// Words by their bytes: to a `String` two ways to write an accent are the same, here they are not.
  private let numbers: [[UInt8]: Int32]
  private let vectors: MappedFloats

  /// Opens the index of the vectors at `path`, making it first where there is none, or one of another file.
  ///
  /// - Parameters:
  ///   - index: Where the index is; the file appears complete or not at all.
  ///   - tell: Is told that the index is made, and why.
  /// - Throws: `FileError` when a file cannot be read or written, or the index is some other file; `RecordError` when the
  ///   vectors are damaged.
  init(_ path: String, format: VectorFormat, index: String, tell: (String) -> Void = { _ in }) throws {
    let source = VectorSource(path, format)
    if let ready = try source.readyIndex(at: index, tell: tell) {
      self.init(ready)
    } else {
      try source.writeIndex(to: index)
      self.init(try CheckedSafetensorsFile(index))
    }
  }

  private init(_ file: CheckedSafetensorsFile) {
    vectors = file.floats("vectors")
    dimension = file.info("vectors")?.shape.last ?? 0
    var letters: [UInt8] = []
    file.append(0..<(file.info("words")?.shape[0] ?? 0), of: "words", to: &letters)
    var numbers: [[UInt8]: Int32] = [:]
    numbers.reserveCapacity(file.info("vectors")?.shape[0] ?? 0)
    // No word has a line feed in it, so each can end with one.
    var start = 0
    for (end, letter) in letters.enumerated() where letter == 0x0A {
      numbers[Array(letters[start..<end])] = Int32(numbers.count)
      start = end + 1
    }
    self.numbers = numbers
  }

  var count: Int { numbers.count }

  /// The number of a word; `nil` when it has no vector.
  func number(of word: String) -> Int32? { numbers[Array(word.utf8)] }

  /// Puts the vector of a word's number into `vector`, in place of what it held.
  func copy(_ number: Int32, into vector: inout [Float]) {
    vectors.copy(Int(number) * dimension..<(Int(number) + 1) * dimension, into: &vector)
  }
}
