import Timestep

/// The sequences of all parts of the data with their labels, before transforms and windows.
struct LabelledSequences {
  /// A sequence that can be left out, or the piece of one.
  struct Member: Hashable {
    /// The index of the whole sequence.
    let whole: Int
    /// The part that the piece is; `nil`: it is whole.
    let part: String?
  }

  /// The features.
  private(set) var features: any SequenceRecordReader
  /// The labels, if they have a reader of their own.
  private(set) var labels: (any SequenceRecordReader)?
  /// The part of every sequence; `nil` without `--split`.
  var parts: [String]?
  /// The decisions about the sequences that were left out, with the parts of these; `nil`: in every part.
  private var decisions: [(entry: Ledger.Entry, part: String?)] = []
  /// The pieces, with the keys of their whole sequences; `nil`: sequences are whole.
  private var pieces: [(member: Member, key: String)]?

  /// Makes a description of all sequences.
  init(features: any SequenceRecordReader, labels: (any SequenceRecordReader)?, parts: [String]?) {
    (self.features, self.labels, self.parts) = (features, labels, parts)
  }

  /// Divides every sequence into parts in the order of its rows; `nil`: it stays whole.
  mutating func divide(by split: ChronologicalSplit?) throws {
    guard let split else { return }
    func divided(_ reader: some SequenceRecordReader) throws {
      let pieces = try WindowedSequenceRecordReader(reader, dividing: split)
      guard pieces.count > 0 else {
        throw RecordError(
          .empty, path: reader.source(of: 0).path,
          "no sequence has rows for the parts \(split): expected one that is long enough, found none among "
            + "\(pluralized(reader.count, "sequence")); make fewer folds, or give longer sequences")
      }
      func ofPieces(_ labels: some SequenceRecordReader) throws -> any SequenceRecordReader {
        try pieces.labels(from: labels)
      }
      // A sequence that cannot be read is an empty piece of every part.
      let divided = Dictionary(grouping: (0..<pieces.count).filter { pieces.stepCount(of: $0) != 0 }) {
        pieces.location(of: $0).sequence
      }
      let empty = Set((0..<pieces.count).map { pieces.location(of: $0).sequence }).subtracting(divided.keys)
      let readableCount = reader.count - empty.count
      self.pieces = (0..<pieces.count).map { piece in
        let whole = pieces.location(of: piece).sequence
        let member = Member(whole: reader.wholeSequence(of: whole), part: pieces.partNames[piece])
        return (member, reader.source(of: whole).key)
      }
      for name in split.usedNames {
        let count = divided.values.count { own in own.contains { pieces.partNames[$0] == name } }
        if count > 0, count < readableCount {
          RunNotes.write(
            "the part \"\(name)\" has rows of \(count) of \(pluralized(readableCount, "sequence")): the others are too short for it"
          )
        }
      }
      labels = try labels.map { try ofPieces($0) }
      (features, parts) = (pieces, pieces.partNames)
    }
    try divided(features)
  }

  /// Returns the decisions about the sequences of a part that were left out.
  ///
  /// - Parameter part: The name of the part; `nil` without `--split`.
  func leftOut(of part: String?) -> [Ledger.Entry] {
    decisions.filter { parts == nil || $0.part == nil || $0.part == part }.map(\.entry)
  }

  /// Checks that the policy has left something of a part.
  ///
  /// - Throws: `RecordError` about the first sequence of the part that was left out, if all were.
  func checkRest(of part: String?) throws {
    guard let part, let parts, !parts.contains(part), let first = leftOut(of: part).first else { return }
    throw RecordError(nothingLeftAfter: first)
  }

  /// Returns the sequence, or piece, that a reader of `features` calls a whole sequence (`wholeSequence(of:)`).
  func member(_ whole: Int) -> Member { pieces?[whole].member ?? Member(whole: whole, part: nil) }

  /// Returns the pairing keys of the sequences among `faulty`, and of those with a training piece among them.
  func trainingKeys(of faulty: [Member: Ledger.Entry]) -> [String] {
    (0..<features.count).compactMap { index in
      let whole = features.wholeSequence(of: index)
      let member = member(whole)
      guard faulty[member] != nil, member.part == nil || member.part == PartName.train.rawValue else {
        return nil
      }
      return pieces?[whole].key ?? features.source(of: index).key
    }
  }

  /// Leaves out the sequences and labels without a partner.
  ///
  /// - Parameter partition: The parts of `--split`, which decide where labels without features count.
  /// - Returns: The keys of the sequences.
  /// - Throws: `RecordError` if nothing would be left.
  mutating func leaveOutUnpaired(dividing partition: Partition?) throws -> [String] {
    guard let own = labels else { return [] }
    let lonely = Pairing.lonely(features, labels: own)
    if lonely.features.isEmpty, lonely.labels.isEmpty { return [] }
    let paired = try Pairing.paired(features, with: own)
    let labelParts = parts.flatMap { parts in partition?.parts(ofLabels: own, as: parts, of: features) }
    decisions += lonely.features.map { ($0.entry, parts?[$0.index]) }
    decisions += lonely.labels.map { ($0.entry, labelParts?[$0.index]) }
    let keys = lonely.features.map { features.source(of: $0.index).key }
    let left = Set(lonely.features.map(\.index))
    parts = parts.map { parts in parts.indices.filter { !left.contains($0) }.map { parts[$0] } }
    (features, labels) = (paired.features, paired.labels)
    return keys
  }

  /// Leaves out the rows whose labels a policy leaves out.
  mutating func leaveOutRowsWithoutLabels() {
    guard let labels else { return }
    features = features.rows(labelledBy: labels)
  }

  /// Returns the categories of each column that the rows of the training part have, all rows without parts.
  ///
  /// - Parameter keys: The pairing keys of sequences whose rows do not count.
  func usedCategories(leavingOut keys: Set<String>) throws -> [String: Set<String>] {
    let columns = features.columns.enumerated().compactMap { place, name -> (Int, String, Vocabulary)? in
      guard case .category(let vocabulary)? = features.schema.encodings[name] else { return nil }
      return (place, name, vocabulary)
    }
    var used = Dictionary(uniqueKeysWithValues: columns.map { ($0.1, Set<String>()) })
    let training = (0..<features.count).filter { index in
      (parts?[index] ?? PartName.train.rawValue) == PartName.train.rawValue
        && !keys.contains(pieces?[features.wholeSequence(of: index)].key ?? features.source(of: index).key)
    }
    var (cursor, record): (any SequenceCursor, SequenceRecord) = (try features.makeCursor(), SequenceRecord())
    for index in try features.kept(training, by: features.schema.policy) {
      try cursor.read(index, into: &record)
      for row in 0..<record.stepCount {
        for (place, name, vocabulary) in columns {
          let value = record.values[row * record.columnCount + place]
          if let number = Int(exactly: value), vocabulary.names.indices.contains(number) {
            used[name]?.insert(vocabulary.names[number])
          }
        }
      }
    }
    return used
  }

  /// Leaves out sequences.
  ///
  /// Nothing is learned from them then, no window is cut out of them, and batches have as many examples as they should.
  ///
  /// - Parameter faulty: The decisions about them.
  /// - Returns: True if any was left out.
  /// - Throws: `RecordError` if none would be left.
  mutating func leaveOut(_ faulty: [Member: Ledger.Entry]) throws -> Bool {
    let members = (0..<features.count).map { member(features.wholeSequence(of: $0)) }
    let kept = members.indices.filter { faulty[members[$0]] == nil }
    guard kept.count < features.count else { return false }
    func checkRest(_ count: Int) throws {
      guard count == 0, let first = members.lazy.compactMap({ faulty[$0] }).first else { return }
      throw RecordError(nothingLeftAfter: first)
    }
    try checkRest(kept.count)
    var keys: Set<String> = []
    for (index, member) in members.enumerated() {
      guard let entry = faulty[member] else { continue }
      keys.insert(features.source(of: index).key)
      decisions.append((entry, parts?[index]))
    }
    if let own = labels {
      let rest = (0..<own.count).filter { !keys.contains(own.source(of: $0).key) }
      // The sequences that are left have no labels.
      try checkRest(rest.count)
      labels = own.choosing(rest)
    }
    features = features.choosing(kept)
    parts = parts.map { parts in kept.map { parts[$0] } }
    return true
  }
}

/// The sequences that categories and classes are collected from: those of the training part that no policy leaves out.
struct CollectionRule {
  /// The keys that decide the parts.
  let partKey: Partition.Key
  /// The pairing keys of sequences that the policy leaves out for a fault that shows only after they were read: in their
  /// labels, or after transforms.
  private(set) var leftOut: Set<String> = []
  /// The categories to collect, by column; `nil`: all texts of these sequences.
  var categories: [String: Set<String>]?

  /// Makes the rule for data of which nothing is left out after reading.
  init(partKey: Partition.Key) { self.partKey = partKey }

  /// Leaves out sequences, by their pairing keys.
  ///
  /// - Returns: True if that changes the rule.
  mutating func leaveOut(_ keys: some Sequence<String>) -> Bool {
    let count = leftOut.count
    leftOut.formUnion(keys)
    return leftOut.count > count
  }
}
