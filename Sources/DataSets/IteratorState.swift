import Records

/// A position in the passes over a data set: counters and signatures, valid in another process too.
///
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

  /// Makes the state of a collection of batches with these signatures.
  package init(epoch: Int, step: Int, faultyCount: Int = 0, signatures: (data: Signature, options: Signature))
  {
    self.epoch = epoch
    self.step = step
    self.faultyCount = faultyCount
    (data, options) = signatures
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

  /// Checks that the state belongs to a collection of `stepCount` batches with these signatures.
  package func check(_ signatures: (data: Signature, options: Signature), stepCount: Int)
    throws(IteratorStateError)
  {
    try check(signatures)
    guard epoch >= 0, step >= 0, step <= stepCount, faultyCount >= 0 else {
      throw IteratorStateError(
        problem: "names batch \(step) of pass \(epoch), a pass has \(stepCount) batches; the state is damaged"
      )
    }
  }

  /// Checks the data and the options, and says what changed.
  func check(_ signatures: (data: Signature, options: Signature)) throws(IteratorStateError) {
    try Self.check(version)
    if let difference = signatures.data.firstDifference(from: data) {
      throw IteratorStateError(
        problem: "belongs to other data: \(difference); restore it on the data it was taken from")
    }
    if let difference = signatures.options.firstDifference(from: options) {
      throw IteratorStateError(
        problem: "belongs to other options: \(difference); restore it with the options it was taken with")
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
