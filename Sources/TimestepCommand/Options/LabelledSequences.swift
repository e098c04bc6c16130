import Timestep

/// The sequences of all parts of the data with their labels, before transforms and windows.
struct LabelledSequences {
  /// The features.
  private(set) var features: any SequenceRecordReader
  /// The labels, if they have a reader of their own.
  private(set) var labels: (any SequenceRecordReader)?
  /// The part of every sequence; `nil` without `--split`.
  private(set) var parts: [String]?
  /// The decisions about the sequences that were left out, with the parts of these.
  private var decisions: [(entry: Ledger.Entry, part: String?)] = []

  /// Makes a description of all sequences.
  init(features: any SequenceRecordReader, labels: (any SequenceRecordReader)?, parts: [String]?) {
    (self.features, self.labels, self.parts) = (features, labels, parts)
  }

  /// Returns the decisions about the sequences of a part that were left out.
  ///
  /// - Parameter part: The name of the part; `nil` without `--split`.
  func leftOut(of part: String?) -> [Ledger.Entry] {
    decisions.filter { parts == nil || $0.part == part }.map(\.entry)
  }

  /// Leaves out sequences, unless none would be left.
  ///
  /// Nothing is learned from them then, no window is cut out of them, and batches have as many examples as they should.
  ///
  /// - Parameter faulty: The decisions about them, by the indices of whole sequences (`wholeSequence(of:)`).
  mutating func leaveOut(_ faulty: [Int: Ledger.Entry]) {
    let found = (0..<features.count).map { faulty[features.wholeSequence(of: $0)] }
    let kept = found.indices.filter { found[$0] == nil }
    guard kept.count < features.count, !kept.isEmpty else { return }
    for (index, entry) in found.enumerated() {
      if let entry, !decisions.contains(where: { $0.entry == entry }) {
        decisions.append((entry, parts?[index]))
      }
    }
    if let own = labels {
      let keys = Set(found.indices.filter { found[$0] != nil }.map { features.source(of: $0).key })
      labels = own.choosing((0..<own.count).filter { !keys.contains(own.source(of: $0).key) })
    }
    features = features.choosing(kept)
    parts = parts.map { parts in kept.map { parts[$0] } }
  }
}
