/// Weighted parts of a data set (training, validation, test), drawn by key, so that a sequence always stays
/// in its part.
///
/// The part of a key depends only on the key, the weights and the seed. So adding or removing files never
/// moves another sequence to a different part.
///
/// ```swift
/// let partition = Partition(["train": 8, "validation": 1, "test": 1], seed: 1)
/// let training = try partition.part("train", of: reader)
/// let (features, labels) = try partition.part("test", of: features, labels: labels)
/// ```
/// By default, sequences are drawn by pairing key, which features and labels share. The pairing key of a file depends
/// on how the split names it; its example key does not (`Key.example`).
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
  { SubsetSequenceRecordReader(reader, try indices(of: name, in: reader) { reader.source(of: $0).key }) }

  /// Returns the sequences of `reader`, of any type, that belong to the part called `name`.
  ///
  /// - Throws: `RecordError` if there are none.
  public func part(
    _ name: String, of reader: any SequenceRecordReader, by key: Key = .pairing
  ) throws(RecordError) -> any SequenceRecordReader {
    reader.choosing(try indices(of: name, in: reader) { key.text(of: $0, in: reader) })
  }

  /// Returns the labels of the sequences of `features` that belong to the part called `name`.
  ///
  /// Labels without a feature sequence are drawn by their own keys.
  ///
  /// - Parameter features: All features, of every part.
  /// - Throws: `RecordError` if there are none.
  public func part(
    _ name: String, ofLabels labels: any SequenceRecordReader, of features: any SequenceRecordReader,
    by key: Key = .example
  ) throws(RecordError) -> any SequenceRecordReader {
    var partners: [String: Int] = [:]
    // By pairing key, labels and features have the same one.
    if key != .pairing {
      for index in 0..<features.count { partners[features.source(of: index).key] = index }
    }
    return labels.choosing(
      try indices(of: name, in: labels) { index in
        partners[labels.source(of: index).key].map { key.text(of: $0, in: features) }
          ?? key.text(of: index, in: labels)
      })
  }

  /// Returns the examples that belong to the part called `name`: features, drawn by their example keys, and their labels.
  ///
  /// - Throws: `RecordError` if there are none.
  public func part(
    _ name: String, of features: any SequenceRecordReader, labels: any SequenceRecordReader
  ) throws(RecordError) -> (features: any SequenceRecordReader, labels: any SequenceRecordReader) {
    (try part(name, of: features, by: .example), try part(name, ofLabels: labels, of: features))
  }

  /// Returns the indices of the sequences of `reader` that belong to the part called `name`, in ascending order.
  ///
  /// - Throws: `RecordError` if there are none.
  package func indices(
    of name: String, in reader: any SequenceRecordReader, by key: Key
  ) throws(RecordError) -> [Int] {
    try indices(of: name, in: reader) { key.text(of: $0, in: reader) }
  }

  private func indices(
    of name: String, in reader: any SequenceRecordReader, key: (Int) -> String
  ) throws(RecordError) -> [Int] {
    precondition(names.contains(name), "no part is called \(name)")
    let indices = (0..<reader.count).filter { part(of: key($0)) == name }
    guard !indices.isEmpty else {
      throw RecordError(
        .empty, path: reader.source(of: 0).path,
        "the part \"\(name)\" has no sequence: expected at least one of \(reader.count), found none; give it a larger weight, "
          + "another seed, or more sequences")
    }
    return indices
  }
}

extension Partition {
  /// The key of a sequence that decides its part.
  public enum Key: String, Sendable, Hashable, Codable {
    /// The key that pairs features with labels: the number of a numbered pattern, the text that a glob's wildcards
    /// match, a path.
    case pairing
    /// The key that names the example in results: the same however its file was named.
    case example

    fileprivate func text(of index: Int, in reader: any SequenceRecordReader) -> String {
      switch self {
      case .pairing: reader.source(of: index).key
      case .example: reader.exampleKey(of: index)
      }
    }
  }
}
