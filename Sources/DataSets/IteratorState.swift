/// A position in the passes over a data set: counters and fingerprints, valid in another process too.
public struct IteratorState: Codable, Sendable, Hashable {
  /// The version of this format.
  public var version = 1
  /// The pass.
  public var epoch: Int
  /// The next batch of the pass.
  public var step: Int
  /// What tells the data from other data: counts, columns and keys, in hexadecimal.
  public var data: String
  /// What tells the options from others: batch size, order, encoding, alignment, normalizers, in hexadecimal.
  public var options: String

  /// Makes the state of a collection of batches with these fingerprints.
  package init(epoch: Int, step: Int, fingerprints: (data: UInt64, options: UInt64)) {
    self.epoch = epoch
    self.step = step
    data = String(fingerprints.data, radix: 16)
    options = String(fingerprints.options, radix: 16)
  }

  /// Checks that the state belongs to a collection of `stepCount` batches with these fingerprints.
  package func check(_ fingerprints: (data: UInt64, options: UInt64), stepCount: Int)
    throws(IteratorStateError)
  {
    try check(fingerprints, options: "batch size, order, labels, alignment or normalizers")
    guard epoch >= 0, step >= 0, step <= stepCount else {
      throw IteratorStateError(
        problem: "names batch \(step) of pass \(epoch), a pass has \(stepCount) batches; the state is damaged"
      )
    }
  }

  /// Checks the format, the data and the options, which messages call `options`.
  func check(
    _ fingerprints: (data: UInt64, options: UInt64), options names: String
  ) throws(IteratorStateError) {
    guard version == 1 else {
      throw IteratorStateError(
        problem: "is of format version \(version), this program knows version 1; update it")
    }
    guard data == String(fingerprints.data, radix: 16) else {
      throw IteratorStateError(
        problem: "belongs to other data: the number, the columns or the keys of the sequences differ; "
          + "restore it on the data it was taken from")
    }
    guard options == String(fingerprints.options, radix: 16) else {
      throw IteratorStateError(
        problem: "belongs to other options: \(names) differ; "
          + "restore it with the options it was taken with")
    }
  }
}

/// Why an iterator's state cannot be taken up.
public struct IteratorStateError: Error, Hashable, CustomStringConvertible {
  /// What is wrong and what to do.
  public var problem: String

  /// `iterator state: what is wrong, the remedy`.
  public var description: String { "iterator state: \(problem)" }
}
