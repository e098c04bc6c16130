/// The format of a file of word vectors.
enum VectorFormat: String, CaseIterable, Sendable {
  /// One line per word: the word, which may contain blanks except on the first line, and its numbers after
  /// blanks (GloVe).
  case glove
  /// The same, after a line with the number of words and the dimension (word2vec text).
  case word2vecText = "word2vec-text"
  /// After such a line, each word, a blank, and its numbers as little-endian 32-bit floats; a line feed may
  /// stand before a word (word2vec binary).
  case word2vecBinary = "word2vec-binary"
}
