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

  @Test func charactersAreVisibleCharacters() throws {
    // Of several bytes, of several scalars, and one accent in two ways.
    let alphabet = Alphabet(of: "Zoë 👩‍👩‍👧 naïve")
    #expect(alphabet.count == 10)
    #expect(try alphabet.numbers(of: "e\u{308}", called: "t") == alphabet.numbers(of: "ë", called: "t"))
  }

  @Test func anUnknownCharacterIsRejectedWithItsLine() {
    let alphabet = Alphabet(of: "ab\n")
    #expect(
      message { _ = try alphabet.numbers(of: "ab\na#", called: "my.txt") }
        == "my.txt:2: the character \"#\" is not among the 3 that the model knows: expected characters of its training "
        + "text; remove it, or train a new model on a text that contains it")
  }

  @Test func unknownCharactersCanBeDroppedAndCounted() {
    let (numbers, unknown) = Alphabet(of: "ab").knownNumbers(of: "a#b##")
    #expect(numbers == [0, 1] && unknown == 3)
  }

  @Test func theModelFilesContractContainsTheAlphabet() throws {
    let alphabet = Alphabet(of: "Zoë\n \"")
    #expect(try Alphabet(alphabet.contract, of: "m") == alphabet)
  }

  @Test(arguments: [
    nil, contract(["a", "b"], ["ab", "b"]), contract(["0"], ["0", "1"]), contract(["a", "a"], ["a", "a"]),
    contract([], []), contract(["no"], ["no"]),
  ])
  func aModelOfOtherDataIsRejected(contract: DataContract?) {
    let (inputs, classes) = (contract?.columns.count ?? 0, contract?.labels.names.count ?? 0)
    #expect(
      message { _ = try Alphabet(contract, of: "m.safetensors") }
        == "m.safetensors: the model does not predict characters: expected one input and one class per character, found "
        + "\(inputs) inputs and \(classes) classes of other names; choose another --model")
  }

  private static func contract(_ columns: [String], _ classes: [String]) -> DataContract {
    DataContract(columns: columns, labels: .init(encoding: .oneHot, names: classes), alignment: .equal)
  }
}
