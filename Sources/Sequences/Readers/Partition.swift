/// Weighted parts of a data set (training, validation, test), drawn by key.
///
/// ```swift
/// let partition = Partition(["train": 8, "validation": 1, "test": 1], seed: 1)
/// let (features, labels) = try partition.part("test", of: features, labels: labels)
/// let training = try partition.part("train", of: reader)
/// ```
/// The parts of features and their labels have exact shares: of 240 examples, 192, 24 and 24. If every sequence has one
/// label, each class has nearly these shares too. A file that is added moves only examples at the borders of parts
/// (`Key.rank`).
///
/// The part of a single key, or of a sequence of one reader, depends on that key, the weights and the seed alone
/// (`Key.pairing`): files that are added or removed move no other sequence, and shares are near those of the weights.
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
    var rest = Double(hash(key) >> 11) / 0x1p53 * weights.reduce(0, +)
    for (name, weight) in zip(names, weights) where weight > 0 {
      if rest < weight { return name }
      rest -= weight
    }
    return names[weights.lastIndex { $0 > 0 } ?? 0]
  }

  func hash(_ key: String) -> UInt64 {
    var hash = Fingerprint()
    hash.combine(seed)
    hash.combine(key)
    // Mixed once more: FNV leaves the upper bits of short texts nearly equal.
    return hash.value.mixed
  }

  /// Returns the sequences of `reader` that belong to the part called `name`, by their pairing keys.
  ///
  /// - Throws: `RecordError` if there are none.
  public func part<Reader: SequenceRecordReader>(_ name: String, of reader: Reader) throws(RecordError)
    -> SubsetSequenceRecordReader<Reader>
  { SubsetSequenceRecordReader(reader, try indices(of: name, in: reader, parts(of: reader, by: .pairing))) }

  /// Returns the examples that belong to the part called `name`, in exact shares: features, and their labels.
  ///
  /// All labels are read, once: they may be classes. One that cannot be read is of no class.
  ///
  /// - Throws: `RecordError` if there are none.
  public func part(
    _ name: String, of features: any SequenceRecordReader, labels: any SequenceRecordReader
  ) throws(RecordError) -> (features: any SequenceRecordReader, labels: any SequenceRecordReader) {
    let parts = parts(of: features, by: .rank, classes: labels.classes(of: features))
    let ofLabels = self.parts(ofLabels: labels, as: parts, of: features)
    return (
      features.choosing(try indices(of: name, in: features, parts)),
      labels.choosing(try indices(of: name, in: labels, ofLabels))
    )
  }

  /// Returns the name of the part of every sequence of `reader`.
  ///
  /// - Parameter classes: The class of every sequence, for shares that are exact within each; `nil` for a sequence of none,
  ///   or if there are none.
  package func parts(of reader: any SequenceRecordReader, by key: Key, classes: [Int?]? = nil) -> [String] {
    switch key {
    case .pairing: (0..<reader.count).map { part(of: reader.source(of: $0).key) }
    case .example: (0..<reader.count).map { part(of: reader.exampleKey(of: $0)) }
    case .rank: ranked((0..<reader.count).map { reader.exampleKey(of: $0) }, classes)
    }
  }

  /// Returns the name of the part of every sequence of `labels`: that of its features, or, without these, of its own key.
  ///
  /// - Parameter parts: The parts of all sequences of `features`.
  package func parts(
    ofLabels labels: any SequenceRecordReader, as parts: [String], of features: any SequenceRecordReader
  ) -> [String] {
    let known = Dictionary(
      parts.indices.map { (features.source(of: $0).key, parts[$0]) }, uniquingKeysWith: { first, _ in first })
    return (0..<labels.count).map { known[labels.source(of: $0).key] ?? part(of: labels.exampleKey(of: $0)) }
  }

  /// Returns the parts of examples with the keys `keys`, in exact shares.
  ///
  /// In each class, the examples are in the order of the hashes of their keys, and parts are ranges of them. What a class
  /// cannot give to a part, because examples are whole, the next ones do.
  private func ranked(_ keys: [String], _ classes: [Int?]?) -> [String] {
    let hashes = keys.map(hash)
    var members: [Int: [Int]] = [:]
    for index in keys.indices { members[classes?[index] ?? .max, default: []].append(index) }
    let total = weights.reduce(0, +)
    let used = weights.indices.filter { weights[$0] > 0 }
    // The number of examples that each part is short of.
    var short = weights.map { _ in 0.0 }
    var parts = [String](repeating: "", count: keys.count)
    for (_, unordered) in members.sorted(by: { $0.key < $1.key }) {
      var rest = unordered.sorted { (hashes[$0], keys[$0]) < (hashes[$1], keys[$1]) }[...]
      for part in used { short[part] += Double(rest.count) * weights[part] / total }
      var counts = weights.map { _ in 0 }
      for _ in rest {
        guard let part = used.max(by: { (short[$0], $1) < (short[$1], $0) }) else { break }
        counts[part] += 1
        short[part] -= 1
      }
      for (part, count) in counts.enumerated() {
        for index in rest.prefix(count) { parts[index] = names[part] }
        rest = rest.dropFirst(count)
      }
    }
    return parts
  }

  /// Returns the indices of the sequences of `reader` that belong to the part called `name`, in ascending order.
  ///
  /// - Parameter parts: The part of every sequence.
  /// - Throws: `RecordError` if there are none.
  package func indices(
    of name: String, in reader: any SequenceRecordReader, _ parts: [String]
  ) throws(RecordError) -> [Int] {
    precondition(names.contains(name), "no part is called \(name)")
    let indices = parts.indices.filter { parts[$0] == name }
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
  /// The key of a sequence that decides its part, and how it does.
  public enum Key: String, Sendable, Hashable, Codable {
    /// The key that pairs features with labels: the number of a numbered pattern, the text that a glob's wildcards
    /// match, a path.
    case pairing
    /// The key that names the example in results: the same however its file was named.
    case example
    /// The place of the example among all of its class, in the order of hashes of their example keys: the shares are exact.
    case rank
  }
}

extension SequenceRecordReader {
  /// Returns the class of every sequence of `features`, if each sequence of labels here has one label; otherwise `nil`.
  ///
  /// A sequence without a label, or with one that cannot be read, has no class.
  package func classes(of features: any SequenceRecordReader) -> [Int?]? {
    guard columns.count == 1, var cursor = try? makeCursor() else { return nil }
    var record = SequenceRecord()
    var known: [String: Int] = [:]
    for index in 0..<count {
      guard (try? cursor.read(index, into: &record)) != nil else { continue }
      guard record.stepCount == 1 else { return nil }
      known[source(of: index).key] = Int(exactly: record.values[0])
    }
    return (0..<features.count).map { known[features.source(of: $0).key] }
  }
}
