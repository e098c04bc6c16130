import TestSupport
import Testing
import Timestep

@testable import CharacterModel

/// Texts out of files.
@Suite struct CorpusTests {
  private let directory = TestDirectory()

  @Test func theLastTenthIsHeldOut() throws {
    let path = directory.write("a.txt", String(repeating: "abë", count: 30) + "abëabëabëc")
    let corpus = try Corpus(path, test: nil, knowing: nil)
    #expect(corpus.training.count == 90)
    // The c at the end is in the test text alone: no part of the alphabet, and left out.
    #expect(corpus.alphabet.characters == ["a", "b", "ë"] && corpus.test.count == 9)
  }

  @Test func aTestFileIsTakenWhole() throws {
    let path = directory.write("a.txt", "abab")
    let corpus = try Corpus(path, test: directory.write("b.txt", "bxa"), knowing: nil)
    #expect(corpus.training == [0, 1, 0, 1] && corpus.test == [1, 0])
  }

  @Test func aModelThatGoesOnKeepsItsAlphabet() throws {
    let path = directory.write("a.txt", "ba")
    let known = Alphabet(of: "abz")
    #expect(try Corpus(path, test: path, knowing: known).alphabet == known)
    #expect(throws: TextError.self) { try Corpus(path, test: path, knowing: Alphabet(of: "a")) }
  }

  @Test func whatIsNoTextIsRefused() {
    let path = directory.write("latin.txt", [0x61, 0x0A, 0xE9, 0x61])
    #expect(
      message(in: directory) { _ = try Corpus(path, test: nil, knowing: nil) }
        == "DIR/latin.txt: is not UTF-8 text: line 2 is not; convert the file to UTF-8")
    #expect(throws: FileError.self) { try Corpus(directory.path + "/none", test: nil, knowing: nil) }
  }

  @Test func anEmptyFileIsTooShortToLearnFrom() throws {
    let corpus = try Corpus(directory.write("e.txt", ""), test: nil, knowing: nil)
    #expect(throws: TextError.self) {
      _ = try CharacterIterator(
        corpus.training, alphabet: corpus.alphabet, length: 3, batchSize: 1, order: .sequential)
    }
  }
}
