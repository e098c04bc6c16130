import Timestep

/// The characters that a model knows, each with its number: a closed set.
struct Alphabet: Sendable, Hashable {
  /// The characters in ascending order; a character's number is its index here.
  let characters: [Character]
  private let numbers: [Character: Int32]

  /// Makes the alphabet of all characters of `text`.
  init(of text: String) { self.init(Set(text).sorted()) }

  /// Makes the alphabet that a model was trained with: its inputs and its classes are the characters.
  ///
  /// - Throws: `TextError` if the model at `path` is not a character model.
  init(_ contract: DataContract?, of path: String) throws(TextError) {
    let names = contract?.labels.names ?? []
    guard !names.isEmpty, names == contract?.columns, names.allSatisfy({ $0.count == 1 }),
      Set(names).count == names.count
    else {
      throw TextError(
        "\(path): the model does not predict characters: expected one input and one class per character, found "
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

  /// The data contract in the model file: one input and one class per character, named after it.
  var contract: DataContract {
    let names = characters.map { String($0) }
    return DataContract(columns: names, labels: .init(encoding: .oneHot, names: names), alignment: .equal)
  }

  /// Returns the numbers of a text's characters.
  ///
  /// - Parameter name: The name of the text in the message.
  /// - Throws: `TextError` naming the first character that has no number, and its line.
  func numbers(of text: String, called name: String) throws(TextError) -> [Int32] {
    var numbers: [Int32] = []
    var line = 1
    for character in text {
      guard let number = self.numbers[character] else {
        throw TextError(
          "\(name):\(line): the character \"\(escapedText(String(character).utf8))\" is not among the \(count) that the "
            + "model knows: expected characters of its training text; remove it, or train a new model on a "
            + "text that contains it"
        )
      }
      numbers.append(number)
      if character.isNewline { line += 1 }
    }
    return numbers
  }

  /// Returns the numbers of the known characters of a test text, and the count of the unknown ones.
  func knownNumbers(of text: String) -> (numbers: [Int32], unknown: Int) {
    let numbers = text.map { self.numbers[$0] }
    let known = numbers.compactMap { $0 }
    return (known, numbers.count - known.count)
  }
}

/// An error about a text, a model or the result, with its location and the remedy.
struct TextError: Error, Hashable, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
