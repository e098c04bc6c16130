import Timestep

/// A text to learn from and one to test on, in the numbers of one alphabet.
struct Corpus {
  let alphabet: Alphabet
  let training: [Int32]
  let test: [Int32]

  /// Reads the texts.
  ///
  /// - Parameters:
  ///   - path: The text to learn from.
  ///   - testPath: The text to test on; `nil`: the last tenth of the other one.
  ///   - known: The alphabet of a model that goes on; `nil`: that of the text to learn from.
  /// - Throws: `FileError` when a file cannot be read or is not UTF-8, `TextError` when it is too short, or has a character
  ///   that a model that goes on does not know.
  init(_ path: String, test testPath: String?, knowing known: Alphabet?) throws {
    let text = try MappedFile(path).text()
    // Two characters to test on are the least: the first one goes in, the second one is foreseen.
    let (least, purpose) = testPath == nil ? (11, "to learn from and to test on") : (2, "to learn from")
    guard text.count >= least else {
      throw TextError(
        "\(path): the text \(purpose) is too short: expected \(least) characters or more, found \(text.count); name a "
          + "longer one with --text")
    }
    let split = text.index(text.startIndex, offsetBy: testPath == nil ? text.count * 9 / 10 : text.count)
    let alphabet = known ?? Alphabet(of: String(text[..<split]))
    let (test, unknown) = alphabet.knownNumbers(
      of: try testPath.map { try MappedFile($0).text() } ?? String(text[split...]))
    guard test.count >= 2 else {
      throw TextError(
        "\(testPath ?? path): the text to test on is too short: expected 2 characters or more that the model knows, "
          + "found \(test.count), and \(unknown) others; name another one with --test")
    }
    self.alphabet = alphabet
    training = try alphabet.numbers(of: String(text[..<split]), called: path)
    self.test = test
    print(
      "\(training.count) characters to learn from, \(test.count) to test on, \(alphabet.count) different ones"
    )
    if unknown > 0 { print("left out of the test text: \(unknown) characters that are not in the other one") }
  }
}
