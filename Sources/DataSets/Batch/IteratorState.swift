import Sequences

/// A position in the passes over a data set: counters and signatures, also valid in another process.
///
/// It suits every iterator whose batches depend only on the pass and the batch index, including custom
/// iterators, which then reject states of other data or other options, and damaged ones:
/// ```swift
/// var state: IteratorState { IteratorState(epoch: epoch, batch: batchIndex, data: data, options: options) }
///
/// mutating func restore(_ state: IteratorState) throws {
///   try state.check(against: self.state, batchCount: batchCount)
///   (epoch, batchIndex) = (state.epoch, state.batch)
/// }
/// ```
/// It is valid for any number of threads and shards: the union of the slices stays the same. Shards that begin with their
/// largest slices are an exception: only between two passes can their number change.
public struct IteratorState: Codable, Sendable, Hashable {
  /// The format version that this program writes.
  public static let currentVersion = 2
  /// The format version of this state.
  public var version = Self.currentVersion
  /// The pass.
  public var epoch: Int
  /// The index of the next batch of the pass.
  public var batch: Int
  /// The number of faulty sequences in this pass so far, which a policy skipped or repaired.
  public var faultyCount: Int
  /// Identifies the data.
  public var data: Signature
  /// Identifies the options.
  public var options: Signature

  /// Makes the state of an iterator.
  ///
  /// - Parameters:
  ///   - epoch: The pass.
  ///   - batch: The index of the next batch of the pass.
  ///   - faultyCount: The number of faulty sequences in this pass so far.
  ///   - data: Identifies the data. Compute it once: checkpoints request a state before every batch.
  ///   - options: Identifies the options: everything else that batches depend on, such as their size and
  ///     order.
  public init(epoch: Int, batch: Int, faultyCount: Int = 0, data: Signature, options: Signature) {
    self.epoch = epoch
    self.batch = batch
    self.faultyCount = faultyCount
    self.data = data
    self.options = options
  }

  // Files call the batch a step.
  private enum CodingKeys: String, CodingKey {
    case version, epoch
    case batch = "step"
    case faultyCount, data, options
  }

  /// Reads a state; states of older programs have other fields.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    version = try values.decode(Int.self, forKey: .version)
    try Self.check(version)
    epoch = try values.decode(Int.self, forKey: .epoch)
    batch = try values.decode(Int.self, forKey: .batch)
    faultyCount = try values.decode(Int.self, forKey: .faultyCount)
    data = try values.decode(Signature.self, forKey: .data)
    options = try values.decode(Signature.self, forKey: .options)
  }

  /// Checks that an iterator can continue from this state.
  ///
  /// - Parameters:
  ///   - own: The state of that iterator at any position: only its data and options matter.
  ///   - batchCount: The number of batches per pass; `nil` if it is not known in advance.
  /// - Throws: `IteratorState.RestoreError` if the state belongs to other data, other options or another version,
  ///   with a description of the difference, or if it names a batch that a pass does not have.
  public func check(against own: IteratorState, batchCount: Int? = nil) throws(RestoreError) {
    try Self.check(version)
    if let difference = own.data.firstDifference(from: data) {
      throw RestoreError(
        problem: "belongs to other data: \(difference); restore it on the data it was taken from")
    }
    if let difference = own.options.firstDifference(from: options) {
      throw RestoreError(
        problem: "belongs to other options: \(difference); restore it with the options it was taken with")
    }
    // The position after the last batch is valid too: the end of the pass.
    guard epoch >= 0, batch >= 0, batch <= batchCount ?? batch, faultyCount >= 0 else {
      let pass = batchCount.map { ", a pass has \($0) batches" } ?? ""
      throw IteratorState.RestoreError(
        problem: "names batch \(batch) of pass \(epoch)\(pass); the state is damaged")
    }
  }
}

extension IteratorState {
  fileprivate static func check(_ version: Int) throws(RestoreError) {
    guard version != currentVersion else { return }
    let remedy = version > currentVersion ? "update it" : "use the program that wrote it"
    throw RestoreError(
      problem: "is of format version \(version), this program knows version \(currentVersion); \(remedy)")
  }
}

extension IteratorState {
  /// The reason why the state of an iterator cannot be restored.
  public struct RestoreError: Error, Hashable, CustomStringConvertible {
    /// What is wrong and what to do.
    public var problem: String

    /// Makes an error.
    public init(problem: String) { self.problem = problem }

    /// `iterator state: what is wrong, the remedy`.
    public var description: String { "iterator state: \(problem)" }
  }
}
