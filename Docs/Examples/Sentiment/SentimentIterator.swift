import Timestep

/// Batches of reviews: every step is the vector of a word, and the label is at the last word.
///
/// Reviews have unequal lengths: the shorter ones of a batch are padded at the end, which the mask marks.
/// Features are `[N, dimension, T]`, labels one-hot, negative first.
struct SentimentIterator: ResumableDataSetIterator, CountedDataSetIterator {
  private let reviews: [EncodedReview]
  private let vectors: WordVectors
  private let batchSize: Int
  private let order: ExampleOrder
  /// Identifies the reviews, and the options.
  private let signatures: (data: Signature, options: Signature)
  private var epoch = 0
  private var batchIndex = 0

  /// Makes an iterator over at least one review, in batches of at least 1.
  init(_ reviews: [EncodedReview], _ vectors: WordVectors, batchSize: Int, order: ExampleOrder) {
    precondition(
      !reviews.isEmpty && batchSize > 0,
      "expected at least 1 review and a batch size of 1, found \(reviews.count), \(batchSize)")
    (self.reviews, self.vectors, self.batchSize, self.order) = (reviews, vectors, batchSize, order)
    var fingerprint = Fingerprint()
    for review in reviews {
      fingerprint.combine(review.isPositive ? 1 : 0)
      fingerprint.combine(review.words.count)
      for word in review.words { fingerprint.combine(Int(word)) }
    }
    var (data, options) = (Signature(), Signature())
    data.add("the number of reviews", "\(reviews.count)")
    data.add("the reviews", fingerprint)
    data.add("the vectors", "\(vectors.count) of \(vectors.dimension)")
    options.add("the batch size", "\(batchSize)")
    options.add("the order", "\(order)")
    signatures = (data, options)
  }

  var batchCount: Int { (reviews.count - 1) / batchSize + 1 }

  mutating func begin(epoch: Int) { (self.epoch, batchIndex) = (epoch, 0) }

  mutating func next() throws -> DataSet? {
    guard batchIndex < batchCount else { return nil }
    let positions = batchIndex * batchSize..<min((batchIndex + 1) * batchSize, reviews.count)
    batchIndex += 1
    return try batch(of: order.indices(positions, of: reviews.count, epoch: epoch).map { reviews[$0] })
  }

  private func batch(of reviews: [EncodedReview]) throws -> DataSet {
    let steps = reviews.reduce(0) { max($0, $1.words.count) }
    var features = Tensor(shape: [reviews.count, vectors.dimension, steps], order: .timeMajor)
    let strides = features.strides
    var vector: [Float] = []
    try features.withMutableSpan { features in
      for (row, review) in reviews.enumerated() {
        for (step, word) in review.words.enumerated() {
          try vectors.copy(word, into: &vector)
          let cell = row * strides[0] + step * strides[2]
          for column in vector.indices { features[cell + column * strides[1]] = vector[column] }
        }
      }
    }
    // One label per review, at its last word.
    let labels = Tensor(
      shape: [reviews.count, 2], elements: reviews.flatMap { $0.isPositive ? [0, 1] : [1, 0] })
    return DataSet(
      features: features, labels: labels,
      featuresMask: Mask(ranges: reviews.map { 0..<$0.words.count }, stepCount: steps))
  }

  var state: IteratorState {
    IteratorState(epoch: epoch, batch: batchIndex, data: signatures.data, options: signatures.options)
  }

  mutating func restore(_ state: IteratorState) throws {
    try state.check(against: self.state, batchCount: batchCount)
    (epoch, batchIndex) = (state.epoch, state.batch)
  }
}
