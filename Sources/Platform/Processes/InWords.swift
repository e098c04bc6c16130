/// Returns a value as messages show it: the notation of Swift in plain words.
///
/// ```swift
/// inWords(ExampleOrder.shuffled(seed: 3))   // "shuffled (seed 3)"
/// inWords("truncated(forward: 2, backward: 2)")   // "truncated (forward 2, backward 2)"
/// ```
/// Quoted text stays as it is.
package func inWords(_ value: some Any) -> String {
  let text = Array("\(value)")
  var words = ""
  var isQuoted = false
  var depth = 0  // of parentheses, in which a colon follows a label
  var index = 0
  while index < text.count {
    let character = text[index]
    if character == "\"" { isQuoted.toggle() }
    if isQuoted || !character.isLetter {
      // The parameter of a case follows its name, the value its label.
      if character == "(", !isQuoted, words.last?.isLetter ?? false { words += " " }
      if !isQuoted { depth += character == "(" ? 1 : character == ")" ? -1 : 0 }
      let isLabel =
        character == ":" && depth > 0 && !isQuoted && index + 1 < text.count && text[index + 1] == " "
      if !isLabel { words.append(character) }
      index += 1
      continue
    }
    let name = text[index...].prefix { $0.isLetter || $0.isNumber || $0 == "_" }
    index += name.count
    // The name of a module or a type, as in `Networks.Schedule.constant`.
    if character.isUppercase, index < text.count, text[index] == "." {
      index += 1
      continue
    }
    words += character.isUppercase ? String(name) : separated(name)
  }
  return words
}

/// Returns the words of a name such as `learningRate`, `simpleRNN` or `notANumber`.
private func separated(_ name: ArraySlice<Character>) -> String {
  var words: [[Character]] = [[]]
  for index in name.indices {
    let isLastUpper = index + 1 < name.endIndex && name[index + 1].isLowercase
    let beginsWord =
      index > name.startIndex && name[index].isUppercase && (!name[index - 1].isUppercase || isLastUpper)
    if beginsWord { words.append([]) }
    words[words.count - 1].append(name[index])
  }
  return words.map { word in
    let isAbbreviation = word.count > 1 && word.allSatisfy(\.isUppercase)
    return isAbbreviation ? String(word) : String(word).lowercased()
  }.joined(separator: " ")
}
