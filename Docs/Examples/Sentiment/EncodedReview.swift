import Timestep

/// A review as input of the network: the numbers of its words.
struct EncodedReview: Sendable, Hashable {
  var words: [Int32]
  var isPositive: Bool

  /// Encodes the first `length` words of a review that have a vector; all others are dropped.
  ///
  /// - Returns: `nil` if no word has a vector.
  init?(_ review: Review, _ vectors: WordVectors, length: Int) {
    words = Array(tokens(of: review.text).lazy.compactMap { vectors.number(of: $0) }.prefix(length))
    isPositive = review.isPositive
    if words.isEmpty { return nil }
  }
}

/// Encodes reviews as inputs of the network.
struct ReviewReader {
  let vectors: WordVectors
  /// The maximum number of words of a review.
  let length: Int

  /// Encodes reviews, drops those without a known word, and prints their number.
  ///
  /// - Parameter purpose: The use of the reviews, for the printed line.
  /// - Throws: `SentimentError` if no review is left.
  func encoded(_ reviews: [Review], to purpose: String) throws(SentimentError) -> [EncodedReview] {
    let known = reviews.compactMap { EncodedReview($0, vectors, length: length) }
    guard !known.isEmpty else {
      throw SentimentError(
        "no review to \(purpose) has a known word: expected at least one with a word vector, found none among "
          + "\(reviews.count); name vectors for the reviews' language")
    }
    let left = reviews.count - known.count
    let words = known.reduce(0) { $0 + $1.words.count } / known.count
    print(
      "\(known.count) reviews to \(purpose), \(words) words each; \(left) left out (no known word)")
    return known
  }
}
