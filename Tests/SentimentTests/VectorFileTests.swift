import TestSupport
import Testing
import Timestep

@testable import Sentiment

/// The three formats of word vectors, intact and damaged, and the index made from them.
@Suite struct VectorFileTests {
  let directory = TestDirectory()

  private func bytes(_ values: [Float]) -> [UInt8] {
    values.flatMap { value in (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * $0)) } }
  }

  private func open(_ path: String, _ format: VectorFormat, tell: (String) -> Void = { _ in }) throws
    -> WordVectors
  {
    try WordVectors(path, format: format, index: path + ".index", tell: tell)
  }

  private func vector(_ vectors: WordVectors, _ word: String) -> [Float]? {
    guard let number = vectors.number(of: word) else { return nil }
    var vector: [Float] = [7]
    try? vectors.copy(number, into: &vector)
    return vector
  }

  /// The error message about a file of this format, for which no index is made.
  private func message(_ contents: [UInt8], _ format: VectorFormat = .glove) -> String {
    let path = directory.write(contents, to: "v")
    let message = TestSupport.message(in: directory) { _ = try open(path, format) }
    #expect((try? Directory.kind(of: path + ".index")) == .missing)
    return message
  }

  private func message(_ contents: String, _ format: VectorFormat = .glove) -> String {
    message(Array(contents.utf8), format)
  }

  private func expectTwoWords(_ vectors: WordVectors) {
    #expect(vectors.count == 2 && vectors.dimension == 3)
    #expect(vector(vectors, "the") == [0.5, -1, 2e-3])
    #expect(vector(vectors, "Zoë") == [1, 2, 3])
    #expect(
      vector(vectors, "zoë") == nil && vector(vectors, "Zoe\u{308}") == nil && vector(vectors, "") == nil)
  }

  @Test(arguments: ["\n", "", "\r\n", " \n"])
  func glove(end: String) throws {
    let path = directory.write("the 0.5 -1 2e-3\nZoë 1 2 3" + end, to: "v.txt")
    expectTwoWords(try open(path, .glove))
  }

  @Test func word2vecText() throws {
    // Its author's program ends lines with a blank.
    let path = directory.write("2 3\nthe 0.5 -1 0.002 \nZoë 1 2 3 \n", to: "v.txt")
    expectTwoWords(try open(path, .word2vecText))
  }

  @Test(arguments: [[0x0A], []] as [[UInt8]])
  func word2vecBinary(end: [UInt8]) throws {
    var contents = Array("2 3\nthe ".utf8) + bytes([0.5, -1, 2e-3]) + end
    contents += Array("Zoë ".utf8) + bytes([1, 2, 3]) + end
    expectTwoWords(try open(directory.write(contents, to: "v.bin"), .word2vecBinary))
  }

  @Test(arguments: [VectorFormat.glove, .word2vecText])
  func aByteOrderMarkIsNotPartOfTheFirstWord(format: VectorFormat) throws {
    let sizes = format == .glove ? "" : "2 3\n"
    let path = directory.write("\u{FEFF}" + sizes + "the 0.5 -1 2e-3\nZoë 1 2 3\n", to: "v.txt")
    expectTwoWords(try open(path, format))
    // Only the byte-order mark.
    #expect(message("\u{FEFF}", format).hasPrefix("DIR/v:1: the f"))
  }

  @Test func aWordCanHaveBlanksInIt() throws {
    let path = directory.write(
      ", 1 2\n. . . 3 4\nat name@domain.com 5 6\nat 7 8\ne.g.  x 9 10\r\n. . 11 12", to: "v.txt")
    let vectors = try open(path, .glove)
    #expect(vectors.count == 6 && vectors.dimension == 2)
    #expect(
      vector(vectors, ".") == nil && vector(vectors, ". . .") == [3, 4] && vector(vectors, ". .") == [11, 12])
    #expect(vector(vectors, "at name@domain.com") == [5, 6] && vector(vectors, "at") == [7, 8])
    #expect(vector(vectors, "e.g.  x") == [9, 10])
  }

  @Test func aWordIsNotANumberAndHasNoLeadingBlank() {
    // Two lines joined into one, and a line that begins with a blank.
    #expect(
      message("the 1 2\nof 3 4the 5 6\n")
        == "DIR/v:2: number 2 of \"of\" is not a number: expected a decimal number, found \"4the\"; correct or remove the line"
    )
    for line in [" 1 2", "  1 2", " x 1 2"] {
      #expect(
        message("the 1 2\n\(line)\n").hasPrefix("DIR/v:2: word 2 is empty, or begins with a blank, or"))
    }
  }

  @Test func wrongDimensionsNameTheLine() {
    #expect(
      message("the 1 2 3\nof 1 2\n")
        == "DIR/v:2: \"of\" has another dimension: expected 3 numbers, found 2; correct or remove the line")
    #expect(
      message("2 3\nthe 1 2 3 4\nof 1 2 3\n", .word2vecText)
        == "DIR/v:2: \"the\" has another dimension: expected 3 numbers, found 4; correct or remove the line"
    )
    #expect(message("the\n").hasPrefix("DIR/v:1: \"the\" has another dimension: expected 1 numbers, found 0"))
  }

  @Test func textThatIsNotANumberNamesTheLine() {
    #expect(
      message("the 1 2 3\nof 1 x 3\n")
        == "DIR/v:2: number 2 of \"of\" is not a number: expected a decimal number, found \"x\"; correct or remove the line"
    )
    #expect(message("the 1 nan 3\n").hasPrefix("DIR/v:1: number 2 of \"the\" is not a number"))
  }

  @Test func aFileThatIsCutOffIsRejected() {
    let whole = Array("2 3\nthe ".utf8) + bytes([1, 2, 3]) + Array("of ".utf8) + bytes([4, 5, 6])
    #expect(
      message(Array(whole.dropLast(5)), .word2vecBinary)
        == "DIR/v: the file ends within word 2: expected 12 bytes of numbers, found 7; it is truncated: download it again"
    )
    #expect(
      message(Array(whole.dropLast(15)), .word2vecBinary)
        == "DIR/v: the first line states a different number of words: expected 2, found 1; it is truncated or "
        + "damaged: download it again")
    #expect(message(whole + [0x61], .word2vecBinary).contains("found 1 bytes after them"))
    #expect(message("3 1\na 1\nb 2\n", .word2vecText).contains("expected 3, found 2"))
    // Wherever the file is cut, there is an error, and no crash.
    for count in 0..<whole.count {
      #expect(message(Array(whole.prefix(count)), .word2vecBinary).hasPrefix("DIR/v"))
    }
  }

  @Test func aRepeatedWordNamesTheLine() {
    #expect(
      message("the 1\nof 2\nthe 3\n")
        == "DIR/v:3: word 3, \"the\", occurs twice: expected every word once; remove one of the two")
  }

  @Test func aWordThatIsNotUTF8NamesTheLine() {
    #expect(
      message(Array("the 1\n".utf8) + [0xE9] + Array(" 2\n".utf8))
        == "DIR/v:2: word 2 is not UTF-8 text: expected UTF-8, found \"\\xE9\"; convert the file, or name its format"
    )
  }

  @Test func anEmptyFileAndAnotherFormatAreRejected() {
    #expect(message("").hasPrefix("DIR/v:1: the file has no words"))
    #expect(message("the 1 2\n", .word2vecText).hasPrefix("DIR/v:1: the first line does not state the sizes"))
    #expect(message("0 3\n", .word2vecText).hasPrefix("DIR/v:1: the first line does not state the sizes"))
    #expect(
      TestSupport.message(in: directory) { _ = try open(directory.path + "/none", .glove) }.hasPrefix(
        "DIR/none:"))
  }

  @Test func theIndexIsBuiltOnceAndRebuiltWhenTheFileChanges() throws {
    let path = directory.write("a 1\n", to: "v.txt")
    var told: [String] = []
    func openRecordingMessages(_ format: VectorFormat = .glove) throws -> WordVectors {
      told = []
      return try open(path, format) { told.append($0) }
    }
    #expect(vector(try openRecordingMessages(), "a") == [1] && told == ["building \(path).index"])
    #expect(vector(try openRecordingMessages(), "a") == [1] && told == [])
    directory.write("a 1\nb 2\n", to: "v.txt")
    #expect(vector(try openRecordingMessages(), "b") == [2] && told.count == 1)
    // A damaged file, and the wrong format for the file: the old index stays.
    let stamp = try #require(FileStamp(path + ".index"))
    #expect(throws: RecordError.self) { try openRecordingMessages(.word2vecText) }
    #expect(FileStamp(path + ".index") == stamp)
    var damaged = try MappedFile(path + ".index").withSpan { bytes in bytes.indices.map { bytes[$0] } }
    damaged[damaged.count - 12] ^= 1
    directory.write(damaged, to: "v.txt.index")
    #expect(
      vector(try openRecordingMessages(), "b") == [2] && told == ["rebuilding \(path).index: it is damaged"])
    // An empty file contains nothing that could be lost.
    directory.write("", to: "v.txt.index")
    #expect(vector(try openRecordingMessages(), "b") == [2] && told == ["building \(path).index"])
  }

  @Test func aFileThatIsNotAnIndexIsNotReplaced() throws {
    let path = directory.write("a 1\n", to: "v.txt")
    let model = directory.path + "/model.safetensors"
    let writer = try GrowingSafetensorsWriter(model, metadata: ["kind": "something else"])
    writer.begin("words", .uint8)
    try writer.append([1 as UInt8])
    try writer.commit()
    for other in [directory.write("dear diary", to: "diary.txt"), model, path] {
      let stamp = FileStamp(other)
      var told: [String] = []
      #expect(
        TestSupport.message(in: directory) {
          _ = try WordVectors(path, format: .glove, index: other) { told.append($0) }
        }
          == "DIR\(other.dropFirst(directory.path.count)): exists and is not an index of word vectors, so it is not replaced; "
          + "delete it, or choose another name for --index")
      #expect(FileStamp(other) == stamp && told.isEmpty)
    }
    #expect(throws: FileError.self) { _ = try WordVectors(path, format: .glove, index: directory.path) }
  }
}
