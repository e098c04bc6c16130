/// How a file of word vectors is written.
enum VectorFormat: String, CaseIterable, Sendable {
  /// A line a word: the word, in which there may be blanks but on the first line, and its numbers, a blank before each (GloVe).
  case glove
  /// The same behind a line that tells the number of words and the dimension (word2vec, as text).
  case word2vecText = "word2vec-text"
  /// Behind such a line each word, a blank, and its numbers as 32-bit floats, the lowest byte first; a line feed may stand
  /// before a word (word2vec, as binary).
  case word2vecBinary = "word2vec-binary"
}
