import TestSupport
import Testing
import Timestep

@testable import CharacterModel

/// Texts out of files.
@Suite struct CorpusTests {
  private let directory = TestDirectory()

  @Test func theLastTenthIsHeldOut() throws {
    let path = directory.write(String(repeating: "abë", count: 30) + "abëabëabëc", to: "a.txt")
    let corpus = try Corpus(path, test: nil, knowing: nil)
    #expect(corpus.training.count == 90)
    // The c at the end is only in the test text: it is not in the alphabet, and left out.
    #expect(corpus.alphabet.characters == ["a", "b", "ë"] && corpus.test.count == 9)
  }

  @Test func aTestFileIsUsedWhole() throws {
    let path = directory.write("abab", to: "a.txt")
    let corpus = try Corpus(path, test: directory.write("bxa", to: "b.txt"), knowing: nil)
    #expect(corpus.training == [0, 1, 0, 1] && corpus.test == [1, 0])
  }

  @Test func aResumedModelKeepsItsAlphabet() throws {
    let path = directory.write("ba", to: "a.txt")
    let known = Alphabet(of: "abz")
    #expect(try Corpus(path, test: path, knowing: known).alphabet == known)
    #expect(throws: TextError.self) { try Corpus(path, test: path, knowing: Alphabet(of: "a")) }
  }

  @Test func filesThatAreNotTextAreRejected() {
    let path = directory.write([0x61, 0x0A, 0xE9, 0x61], to: "latin.txt")
    #expect(
      message(in: directory) { _ = try Corpus(path, test: nil, knowing: nil) }
        == "DIR/latin.txt: is not UTF-8 text: line 2 is not; convert the file to UTF-8")
    #expect(throws: FileError.self) { try Corpus(directory.path + "/none", test: nil, knowing: nil) }
  }

  @Test(arguments: ["", "a", "abcdefghij"])
  func aTextTooShortToDivideIsRejected(text: String) {
    let path = directory.write(text, to: "e.txt")
    #expect(
      message(in: directory) { _ = try Corpus(path, test: nil, knowing: nil) }
        == "DIR/e.txt: the text for training and testing is too short: expected 11 characters or more, found "
        + "\(text.count); name a longer one with --text")
  }

  @Test func theShortestPossibleTextCanBeLearned() throws {
    let corpus = try Corpus(directory.write("aaaaaaaaaaa", to: "e.txt"), test: nil, knowing: nil)
    #expect(corpus.training.count == 9 && corpus.test.count == 2)
  }

  @Test(arguments: ["", "a"])
  func withATestTextAtLeastTwoCharactersAreNeeded(text: String) {
    let (short, other) = (directory.write(text, to: "e.txt"), directory.write("aa", to: "t.txt"))
    #expect(
      message(in: directory) { _ = try Corpus(short, test: other, knowing: nil) }
        == "DIR/e.txt: the text for training is too short: expected 2 characters or more, found \(text.count); name a "
        + "longer one with --text")
  }

  @Test(arguments: [("", 0, 0), ("a", 1, 0), ("xay", 1, 2)])
  func aTestTextOfHardlyAnyKnownCharactersIsRejected(text: String, known: Int, unknown: Int) {
    let (path, other) = (directory.write("abab", to: "a.txt"), directory.write(text, to: "t.txt"))
    #expect(
      message(in: directory) { _ = try Corpus(path, test: other, knowing: nil) }
        == "DIR/t.txt: the test text is too short: expected 2 characters or more that the model knows, found "
        + "\(known), and \(unknown) others; name another one with --test")
  }

  @Test func aLastTenthOfUnknownCharactersIsRejected() {
    let path = directory.write(String(repeating: "a", count: 18) + "xy", to: "a.txt")
    #expect(
      message(in: directory) { _ = try Corpus(path, test: nil, knowing: nil) }
        .hasPrefix("DIR/a.txt: the test text is too short: expected 2"))
  }
}
