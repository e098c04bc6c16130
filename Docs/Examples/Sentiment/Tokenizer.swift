/// Cuts a text into words as those of the GloVe vectors were cut: in lower case, with punctuation and endings
/// such as n't and 's as words of their own.
///
/// ```swift
/// tokens(of: "It's great, isn't it?<br />")   // ["it", "'s", "great", ",", "is", "n't", "it", "?"]
/// ```
func tokens(of text: String) -> [String] {
  var tokens: [String] = []
  var word = String.UnicodeScalarView()
  func endWord() {
    tokens += parts(of: String(word))
    word.removeAll(keepingCapacity: true)
  }
  // HTML line breaks are not words.
  for scalar in text.lowercased().replacing("<br />", with: " ").unicodeScalars {
    switch scalar {
    case "'", "\u{2019}": word.append("'")
    case _ where isPartOfWord(scalar): word.append(scalar)
    default:
      endWord()
      if !scalar.properties.isWhitespace { tokens.append(String(scalar)) }
    }
  }
  endWord()
  return tokens
}

private func isPartOfWord(_ scalar: Unicode.Scalar) -> Bool {
  if scalar.isASCII { return ("a"..."z").contains(scalar) || ("0"..."9").contains(scalar) }
  return scalar.properties.isAlphabetic || scalar.properties.numericType != nil
}

/// Splits a word and its ending, without surrounding quotes.
private func parts(of quoted: String) -> [String] {
  let word = quoted.drop { $0 == "'" }
  for ending in ["n't", "'s", "'re", "'ve", "'ll", "'d", "'m"] where word.count > ending.count {
    if word.hasSuffix(ending) { return [String(word.dropLast(ending.count)), ending] }
  }
  let bare = word.filter { $0 != "'" }
  return bare.isEmpty ? [] : [bare]
}
