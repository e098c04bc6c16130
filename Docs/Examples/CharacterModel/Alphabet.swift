import Timestep

/// The characters that a model knows, each with its number; the set is closed.
struct Alphabet: Sendable, Hashable {
  /// The characters in rising order; a character's number is its place here.
  let characters: [Character]
  private let numbers: [Character: Int32]

  /// Makes the alphabet of all characters of `text`.
  init(of text: String) { self.init(Set(text).sorted()) }

  /// Makes the alphabet that a model was trained with: its inputs and its classes are the characters.
  ///
  /// - Throws: `TextError` when the model at `path` is one of something else.
  init(_ contract: DataContract?, of path: String) throws(TextError) {
    let names = contract?.labels.names ?? []
    guard !names.isEmpty, names == contract?.columns, names.allSatisfy({ $0.count == 1 }),
      Set(names).count == names.count
    else {
      throw TextError(
        "\(path): the model does not foresee characters: expected one input and one class a character, found "
          + "\(contract?.columns.count ?? 0) inputs and \(names.count) classes of other names; choose another --model"
      )
    }
    self.init(names.compactMap(\.first))
  }

  private init(_ characters: [Character]) {
    self.characters = characters
    numbers = Dictionary(uniqueKeysWithValues: characters.enumerated().map { ($1, Int32($0)) })
  }

  var count: Int { characters.count }

  /// What the model file keeps: one input and one class a character, called by it.
  var contract: DataContract {
    let names = characters.map { String($0) }
    return DataContract(columns: names, labels: .init(encoding: .oneHot, names: names), alignment: .equal)
  }

  /// The numbers of a text's characters.
  ///
  /// - Parameter name: What the text is called in the message.
  /// - Throws: `TextError` naming the first character that has no number, and its place.
  func numbers(of text: String, called name: String) throws(TextError) -> [Int32] {
    var numbers: [Int32] = []
    var line = 1
    for character in text {
      guard let number = self.numbers[character] else {
        throw TextError(
          "\(name):\(line): the character \"\(escapedText(String(character).utf8))\" is not among the \(count) that the "
            + "model knows: expected characters of the text that it was trained on; leave it out, or train a new model on "
            + "a text that has it"
        )
      }
      numbers.append(number)
      if character.isNewline { line += 1 }
    }
    return numbers
  }

  /// The numbers of those characters of a text that have one, and how many have none: for texts to test on.
  func knownNumbers(of text: String) -> (numbers: [Int32], unknown: Int) {
    let numbers = text.map { self.numbers[$0] }
    let known = numbers.compactMap { $0 }
    return (known, numbers.count - known.count)
  }
}

/// What is wrong with a text, a model or the result, with its place and the remedy.
struct TextError: Error, Hashable, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
