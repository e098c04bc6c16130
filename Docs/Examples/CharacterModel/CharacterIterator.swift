import Timestep

/// Batches of a text: at every step, the input is one character, and the label is the next one.
///
/// The text is cut into examples of `length` steps; the last one may be shorter. With a shuffled order, every
/// epoch has a different one. Features and labels are one-hot, `[N, characters, T]`.
struct CharacterIterator: ResumableDataSetIterator, CountedDataSetIterator {
  private let text: [Int32]
  private let characterCount: Int
  private let length: Int
  private let batchSize: Int
  private let order: ExampleOrder
  /// Identifies the text, and the options.
  private let signatures: (data: Signature, options: Signature)
  private var epoch = 0
  private var batchIndex = 0

  /// Makes an iterator over a text.
  ///
  /// - Parameters:
  ///   - text: The numbers of its characters, at least two: the last one is only a label.
  ///   - alphabet: The characters that the numbers stand for.
  ///   - length: The number of steps of an example, at least 1.
  ///   - batchSize: The maximum number of examples in a batch, at least 1.
  ///   - order: The order of the examples in an epoch.
  init(_ text: [Int32], alphabet: Alphabet, length: Int, batchSize: Int, order: ExampleOrder) {
    precondition(
      length > 0 && batchSize > 0, "expected at least 1 example and 1 step, found \(batchSize) and \(length)")
    precondition(text.count >= 2, "expected a text of at least 2 characters, found \(text.count)")
    (self.text, characterCount, self.length) = (text, alphabet.count, length)
    (self.batchSize, self.order) = (batchSize, order)
    var fingerprint = Fingerprint()
    for number in text { fingerprint.combine(Int(number)) }
    var (data, options) = (Signature(), Signature())
    data.add("the number of characters", "\(text.count)")
    data.add("the text", fingerprint)
    options.add("the size of the alphabet", "\(characterCount)")
    options.add("the length of examples", "\(length)")
    options.add("the batch size", "\(batchSize)")
    options.add("the order", "\(order)")
    signatures = (data, options)
  }

  private var exampleCount: Int { (text.count - 2) / length + 1 }

  var batchCount: Int { (exampleCount - 1) / batchSize + 1 }

  mutating func begin(epoch: Int) { (self.epoch, batchIndex) = (epoch, 0) }

  mutating func next() -> DataSet? {
    guard batchIndex < batchCount else { return nil }
    let positions = start(of: batchIndex)..<start(of: batchIndex + 1)
    batchIndex += 1
    return batch(of: order.indices(positions, of: exampleCount, epoch: epoch))
  }

  /// Returns the first example of batch `index`; batches are as equal in size as possible.
  ///
  /// RMSProp takes equally large steps for noise: with a last batch of three examples, the loss on 42 works
  /// of Shakespeare was 1.593 instead of 1.497.
  private func start(of index: Int) -> Int { (index * exampleCount + batchCount - 1) / batchCount }

  private func batch(of examples: [Int]) -> DataSet {
    let lengths = examples.map { min(length, text.count - 1 - $0 * length) }
    let steps = lengths.max() ?? 0
    // All zeros: only the ones have to be written, and padding is in place.
    var features = Tensor(shape: [examples.count, characterCount, steps], order: .timeMajor)
    var labels = features
    for (row, example) in examples.enumerated() {
      for step in 0..<lengths[row] {
        let location = example * length + step
        features[row, Int(text[location]), step] = 1
        labels[row, Int(text[location + 1]), step] = 1
      }
    }
    let mask = Mask(ranges: lengths.map { 0..<$0 }, stepCount: steps)
    return DataSet(features: features, labels: labels, featuresMask: mask, labelsMask: mask)
  }

  var state: IteratorState {
    IteratorState(epoch: epoch, batch: batchIndex, data: signatures.data, options: signatures.options)
  }

  mutating func restore(_ state: IteratorState) throws {
    try state.check(against: self.state, batchCount: batchCount)
    (epoch, batchIndex) = (state.epoch, state.batch)
  }
}
