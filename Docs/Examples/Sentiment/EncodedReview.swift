import Timestep

/// A review as a network reads it: the numbers of its words.
struct EncodedReview: Sendable, Hashable {
  var words: [Int32]
  var isPositive: Bool

  /// Encodes a review; words without a vector are dropped, and behind the first `length` others all are.
  ///
  /// - Returns: `nil` when no word has a vector: there is nothing to read then.
  init?(_ review: Review, _ vectors: WordVectors, length: Int) {
    words = Array(tokens(of: review.text).lazy.compactMap { vectors.number(of: $0) }.prefix(length))
    isPositive = review.isPositive
    if words.isEmpty { return nil }
  }
}

/// Brings reviews into the form in which a network reads them.
struct ReviewReader {
  let vectors: WordVectors
  /// How many words of a review are read.
  let length: Int

  /// Encodes reviews, leaves out those without a known word, and says how many those are.
  ///
  /// - Parameter purpose: What they are for, as the line calls it.
  /// - Throws: `SentimentError` when nothing is left.
  func encoded(_ reviews: [Review], to purpose: String) throws(SentimentError) -> [EncodedReview] {
    let known = reviews.compactMap { EncodedReview($0, vectors, length: length) }
    guard !known.isEmpty else {
      throw SentimentError(
        "there is no review to \(purpose): expected one with a word that has a vector, found none among "
          + "\(reviews.count); name vectors of the reviews' language")
    }
    let left = reviews.count - known.count
    let words = known.reduce(0) { $0 + $1.words.count } / known.count
    print(
      "\(known.count) reviews to \(purpose), \(words) words each; \(left) left out that have no known word")
    return known
  }
}
