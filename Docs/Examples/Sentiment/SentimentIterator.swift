import Timestep

/// Batches of reviews: at every step the vector of a word, and the label at the last word alone.
///
/// Reviews have unequal lengths: the shorter ones of a batch are padded behind, and the mask says so. Features are
/// `[N, dimension, T]`, labels one-hot, negative first.
struct SentimentIterator: ResumableDataSetIterator, CountedDataSetIterator {
  /// A position, and what reviews and options it belongs to.
  struct State: Codable, Sendable, Hashable {
    var epoch: Int
    var step: Int
    var signature: Signature
  }

  private let reviews: [EncodedReview]
  private let vectors: WordVectors
  private let batchSize: Int
  private let order: Order
  private var epoch = 0
  private var step = 0

  /// Makes an iterator over reviews, of which there is at least one, in batches of 1 or more.
  init(_ reviews: [EncodedReview], _ vectors: WordVectors, batchSize: Int, order: Order) {
    precondition(!reviews.isEmpty && batchSize > 0, "batches of \(batchSize) of \(reviews.count) reviews")
    (self.reviews, self.vectors, self.batchSize, self.order) = (reviews, vectors, batchSize, order)
  }

  var batchCount: Int { (reviews.count - 1) / batchSize + 1 }

  mutating func begin(epoch: Int) { (self.epoch, step) = (epoch, 0) }

  mutating func next() -> DataSet? {
    guard step < batchCount else { return nil }
    let positions = step * batchSize..<min((step + 1) * batchSize, reviews.count)
    step += 1
    return batch(of: order.indices(positions, of: reviews.count, epoch: epoch).map { reviews[$0] })
  }

  private func batch(of reviews: [EncodedReview]) -> DataSet {
    let steps = reviews.reduce(0) { max($0, $1.words.count) }
    var features = Tensor(shape: [reviews.count, vectors.dimension, steps], order: .timeMajor)
    let strides = features.strides
    var vector: [Float] = []
    features.withMutableSpan { features in
      for (row, review) in reviews.enumerated() {
        for (step, word) in review.words.enumerated() {
          vectors.copy(word, into: &vector)
          let cell = row * strides[0] + step * strides[2]
          for column in vector.indices { features[cell + column * strides[1]] = vector[column] }
        }
      }
    }
    // One label a review: the batch puts it at the last word.
    let labels = Tensor(
      shape: [reviews.count, 2], elements: reviews.flatMap { $0.isPositive ? [0, 1] : [1, 0] })
    return DataSet(
      features: features, labels: labels,
      featuresMask: Mask(ranges: reviews.map { 0..<$0.words.count }, stepCount: steps))
  }

  var state: State { State(epoch: epoch, step: step, signature: signature) }

  mutating func restore(_ state: State) throws {
    if let difference = signature.firstDifference(from: state.signature) {
      throw IteratorStateError(
        problem: "belongs to other reviews or options: \(difference); restore it where it was taken")
    }
    (epoch, step) = (state.epoch, state.step)
  }

  private var signature: Signature {
    var fingerprint = Fingerprint()
    for review in reviews {
      fingerprint.combine(review.isPositive ? 1 : 0)
      for word in review.words { fingerprint.combine(Int(word)) }
    }
    var signature = Signature()
    signature.add("the number of reviews", "\(reviews.count)")
    signature.add("the reviews", fingerprint)
    signature.add("the vectors", "\(vectors.count) of \(vectors.dimension)")
    signature.add("the batch size", "\(batchSize)")
    signature.add("the order", "\(order)")
    return signature
  }
}
