import Timestep

/// A training text and a test text, as numbers of one alphabet.
struct Corpus {
  let alphabet: Alphabet
  let training: [Int32]
  let test: [Int32]

  /// Reads the texts.
  ///
  /// - Parameters:
  ///   - path: The training text.
  ///   - testPath: The test text; `nil`: the last tenth of the training text.
  ///   - known: The alphabet of a model to continue with; `nil`: that of the training text.
  /// - Throws: `FileError` if a file cannot be read or is not UTF-8; `TextError` if it is too short, or has a
  ///   character that the existing model does not know.
  init(_ path: String, test testPath: String?, knowing known: Alphabet?) throws {
    let text = try MappedFile(path).text()
    // A test needs at least two characters: the first is the input, the second is predicted.
    let (least, purpose) = testPath == nil ? (11, "for training and testing") : (2, "for training")
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
        "\(testPath ?? path): the test text is too short: expected 2 characters or more that the model knows, "
          + "found \(test.count), and \(unknown) others; name another one with --test")
    }
    self.alphabet = alphabet
    training = try alphabet.numbers(of: String(text[..<split]), called: path)
    self.test = test
    print(
      "\(training.count) training characters, \(test.count) test characters, \(alphabet.count) different ones"
    )
    if unknown > 0 { print("left out of the test text: \(unknown) characters that are not in the alphabet") }
  }
}
