import Timestep

/// Batches out of a text: at every step one character goes in, and the one behind it is the label.
///
/// The text is cut into examples of `length` steps, the last one shorter where the text ends; with a shuffled order every
/// epoch visits them in another one. Features and labels are one-hot, `[N, characters, T]`.
struct CharacterIterator: ResumableDataSetIterator, CountedDataSetIterator {
  /// A position, and what text and options it belongs to.
  struct State: Codable, Sendable, Hashable {
    var epoch: Int
    var step: Int
    var signature: Signature
  }

  private let text: [Int32]
  private let characterCount: Int
  private let length: Int
  private let batchSize: Int
  private let order: Order
  private var epoch = 0
  private var step = 0

  /// Makes an iterator over a text.
  ///
  /// - Parameters:
  ///   - text: The numbers of its characters.
  ///   - alphabet: The numbers' meaning.
  ///   - length: The steps of an example, 1 or more.
  ///   - batchSize: The examples of a batch, 1 or more.
  ///   - order: How an epoch visits the examples.
  /// - Throws: `TextError` when the text has no character that another one follows.
  init(_ text: [Int32], alphabet: Alphabet, length: Int, batchSize: Int, order: Order) throws(TextError) {
    precondition(length > 0 && batchSize > 0, "batches of \(batchSize) examples of \(length) steps")
    guard text.count >= 2 else {
      throw TextError(
        "the text is too short: expected 2 characters or more, found \(text.count); name a longer one")
    }
    (self.text, characterCount, self.length) = (text, alphabet.count, length)
    (self.batchSize, self.order) = (batchSize, order)
  }

  /// The number of examples of a pass; the last character of the text is a label only.
  var exampleCount: Int { (text.count - 2) / length + 1 }

  var batchCount: Int { (exampleCount - 1) / batchSize + 1 }

  mutating func begin(epoch: Int) { (self.epoch, step) = (epoch, 0) }

  mutating func next() -> DataSet? {
    guard step < batchCount else { return nil }
    let positions = step * batchSize..<min((step + 1) * batchSize, exampleCount)
    step += 1
    return batch(of: order.indices(positions, of: exampleCount, epoch: epoch))
  }

  private func batch(of examples: [Int]) -> DataSet {
    let lengths = examples.map { min(length, text.count - 1 - $0 * length) }
    let steps = lengths.max() ?? 0
    // Zeros, so that ones are all there is to write, and padding is done.
    var features = Tensor(shape: [examples.count, characterCount, steps], order: .timeMajor)
    var labels = features
    for (row, example) in examples.enumerated() {
      for step in 0..<lengths[row] {
        let place = example * length + step
        features[row, Int(text[place]), step] = 1
        labels[row, Int(text[place + 1]), step] = 1
      }
    }
    let mask = Mask(ranges: lengths.map { 0..<$0 }, stepCount: steps)
    return DataSet(features: features, labels: labels, featuresMask: mask, labelsMask: mask)
  }

  var state: State { State(epoch: epoch, step: step, signature: signature) }

  mutating func restore(_ state: State) throws {
    if let difference = signature.firstDifference(from: state.signature) {
      throw IteratorStateError(
        problem: "belongs to another text or other options: \(difference); restore it where it was taken")
    }
    (epoch, step) = (state.epoch, state.step)
  }

  private var signature: Signature {
    var fingerprint = Fingerprint()
    for number in text { fingerprint.combine(Int(number)) }
    var signature = Signature()
    signature.add("the text", fingerprint)
    signature.add("the number of characters", "\(characterCount)")
    signature.add("the length of examples", "\(length)")
    signature.add("the batch size", "\(batchSize)")
    signature.add("the order", "\(order)")
    return signature
  }
}
