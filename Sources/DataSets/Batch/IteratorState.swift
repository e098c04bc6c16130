import Sequences

/// A position in the passes over a data set: counters and signatures, valid in another process too.
///
/// It is the state of every iterator whose batches follow from the pass and the batch's number alone, one of your own
/// too, which then refuses the states of other data, of other options, and damaged ones:
/// ```swift
/// var state: IteratorState { IteratorState(epoch: epoch, step: step, data: data, options: options) }
///
/// mutating func restore(_ state: IteratorState) throws {
///   try state.check(against: self.state, batchCount: batchCount)
///   (epoch, step) = (state.epoch, state.step)
/// }
/// ```
/// It is valid for any number of threads, and for any number of shards: the union of their slices stays the same.
public struct IteratorState: Codable, Sendable, Hashable {
  /// The version of this format that this program writes.
  public static let currentVersion = 2
  /// The version of this format.
  public var version = Self.currentVersion
  /// The pass.
  public var epoch: Int
  /// The next batch of the pass.
  public var step: Int
  /// The number of sequences of this pass that were at fault so far, which a policy left out or mended.
  public var faultyCount: Int
  /// What tells the data from other data.
  public var data: Signature
  /// What tells the options from others.
  public var options: Signature

  /// Makes the state of an iterator.
  ///
  /// - Parameters:
  ///   - epoch: The pass.
  ///   - step: The next batch of the pass.
  ///   - faultyCount: The number of sequences of this pass that were at fault so far.
  ///   - data: What tells the data from other data. Work it out once: checkpoints ask for a state before every batch.
  ///   - options: What tells the options from others: all else that batches depend on, such as their size and order.
  public init(epoch: Int, step: Int, faultyCount: Int = 0, data: Signature, options: Signature) {
    self.epoch = epoch
    self.step = step
    self.faultyCount = faultyCount
    self.data = data
    self.options = options
  }

  /// Reads a state, of which an older program's has other fields.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    version = try values.decode(Int.self, forKey: .version)
    try Self.check(version)
    epoch = try values.decode(Int.self, forKey: .epoch)
    step = try values.decode(Int.self, forKey: .step)
    faultyCount = try values.decode(Int.self, forKey: .faultyCount)
    data = try values.decode(Signature.self, forKey: .data)
    options = try values.decode(Signature.self, forKey: .options)
  }

  /// Checks that an iterator can take the state up.
  ///
  /// - Parameters:
  ///   - own: The state of that iterator, wherever it stands: its data and its options are what counts.
  ///   - batchCount: The number of batches of a pass; `nil` where nobody knows it beforehand.
  /// - Throws: `IteratorStateError` when the state belongs to other data, other options or another version, saying what
  ///   changed, and when it names a batch that a pass does not have.
  public func check(against own: IteratorState, batchCount: Int? = nil) throws(IteratorStateError) {
    try Self.check(version)
    if let difference = own.data.firstDifference(from: data) {
      throw IteratorStateError(
        problem: "belongs to other data: \(difference); restore it on the data it was taken from")
    }
    if let difference = own.options.firstDifference(from: options) {
      throw IteratorStateError(
        problem: "belongs to other options: \(difference); restore it with the options it was taken with")
    }
    // Behind the last batch is a position too: the end of the pass.
    guard epoch >= 0, step >= 0, step <= batchCount ?? step, faultyCount >= 0 else {
      let pass = batchCount.map { ", a pass has \($0) batches" } ?? ""
      throw IteratorStateError(
        problem: "names batch \(step) of pass \(epoch)\(pass); the state is damaged")
    }
  }
}

extension IteratorState {
  fileprivate static func check(_ version: Int) throws(IteratorStateError) {
    guard version != currentVersion else { return }
    let remedy = version > currentVersion ? "update it" : "use the program that wrote it"
    throw IteratorStateError(
      problem: "is of format version \(version), this program knows version \(currentVersion); \(remedy)")
  }
}

/// Why an iterator's state cannot be taken up.
public struct IteratorStateError: Error, Hashable, CustomStringConvertible {
  /// What is wrong and what to do.
  public var problem: String

  /// Makes an error.
  public init(problem: String) { self.problem = problem }

  /// `iterator state: what is wrong, the remedy`.
  public var description: String { "iterator state: \(problem)" }
}
