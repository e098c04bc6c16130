/// Weighted parts of a data set (training, validation, test), drawn by key, so that a sequence always stays
/// in its part.
///
/// The part of a key depends only on the key, the weights and the seed. So adding or removing files never
/// moves another sequence to a different part, and features and labels, which share keys, stay together.
///
/// ```swift
/// let partition = Partition(["train": 8, "validation": 1, "test": 1], seed: 1)
/// let training = try partition.part("train", of: reader)
/// ```
public struct Partition: Sendable, Hashable, Codable {
  /// The names of the parts, in the order of their weight intervals.
  public let names: [String]
  /// The relative weights of the parts.
  public let weights: [Double]
  /// The seed that the parts are drawn with.
  public let seed: UInt64

  /// Makes a partition.
  public init(_ weights: KeyValuePairs<String, Double>, seed: UInt64 = 0) {
    self.init(names: weights.map(\.key), weights: weights.map(\.value), seed: seed)
  }

  /// Makes a partition into parts called `names`.
  public init(names: [String], weights: [Double], seed: UInt64 = 0) {
    precondition(
      names.count == weights.count && Set(names).count == names.count, "parts \(names) of \(weights)")
    precondition(
      weights.allSatisfy { $0 >= 0 && $0.isFinite } && weights.contains { $0 > 0 },
      "weights \(weights): numbers of 0 or more, one of them above")
    (self.names, self.weights, self.seed) = (names, weights, seed)
  }

  /// Returns the name of the part that `key` belongs to.
  public func part(of key: String) -> String {
    var hash = Fingerprint()
    hash.combine(seed)
    hash.combine(key)
    // Mixed once more: FNV leaves the upper bits of short texts nearly equal.
    let share = Double(hash.value.mixed >> 11) / 0x1p53
    var rest = share * weights.reduce(0, +)
    for (name, weight) in zip(names, weights) where weight > 0 {
      if rest < weight { return name }
      rest -= weight
    }
    return names[weights.lastIndex { $0 > 0 } ?? 0]
  }

  /// Returns the sequences of `reader` that belong to the part called `name`.
  ///
  /// - Throws: `RecordError` if there are none.
  public func part<Reader: SequenceRecordReader>(_ name: String, of reader: Reader) throws(RecordError)
    -> SubsetSequenceRecordReader<Reader>
  { SubsetSequenceRecordReader(reader, try indices(of: name, in: reader)) }

  /// Returns the sequences of `reader`, of any type, that belong to the part called `name`.
  ///
  /// - Throws: `RecordError` if there are none.
  public func part(_ name: String, of reader: any SequenceRecordReader) throws(RecordError)
    -> any SequenceRecordReader
  { reader.choosing(try indices(of: name, in: reader)) }

  /// Returns the indices of the sequences of `reader` that belong to the part called `name`, in ascending order.
  ///
  /// - Throws: `RecordError` if there are none.
  package func indices(of name: String, in reader: any SequenceRecordReader) throws(RecordError) -> [Int] {
    precondition(names.contains(name), "no part is called \(name)")
    let indices = (0..<reader.count).filter { part(of: reader.source(of: $0).key) == name }
    guard !indices.isEmpty else {
      throw RecordError(
        .empty, path: reader.source(of: 0).path,
        "the part \"\(name)\" has no sequence: expected at least one of \(reader.count), found none; give it a larger weight, "
          + "another seed, or more sequences")
    }
    return indices
  }
}
