import TestSupport
import Testing
import Timestep

@testable import CharacterModel

/// The closed set of characters, and texts in its numbers.
@Suite struct AlphabetTests {
  @Test func numbersFollowTheOrderOfCharacters() throws {
    let alphabet = Alphabet(of: "banana!\n")
    #expect(alphabet.characters == ["\n", "!", "a", "b", "n"])
    #expect(try alphabet.numbers(of: "nab", called: "t") == [4, 2, 3])
    #expect(try alphabet.numbers(of: "", called: "t") == [])
  }

  @Test func charactersAreThoseThatPeopleSee() throws {
    // Of several bytes, of several scalars, and one accent in two ways.
    let alphabet = Alphabet(of: "Zoë 👩‍👩‍👧 naïve")
    #expect(alphabet.count == 10)
    #expect(try alphabet.numbers(of: "e\u{308}", called: "t") == alphabet.numbers(of: "ë", called: "t"))
  }

  @Test func anUnknownCharacterIsRefusedWithItsLine() {
    let alphabet = Alphabet(of: "ab\n")
    #expect(
      message { _ = try alphabet.numbers(of: "ab\na#", called: "my.txt") }
        == "my.txt:2: the character \"#\" is not among the 3 that the model knows: expected characters of the text that it "
        + "was trained on; leave it out, or train a new model on a text that has it")
  }

  @Test func orIsLeftOutAndCounted() {
    let (numbers, unknown) = Alphabet(of: "ab").knownNumbers(of: "a#b##")
    #expect(numbers == [0, 1] && unknown == 3)
  }

  @Test func theModelFilesContractKeepsIt() {
    let alphabet = Alphabet(of: "Zoë\n \"")
    #expect(Alphabet(alphabet.contract) == alphabet)
  }
}
