import Sequences

/// The assignment of label sequences to feature sequences.
package enum Pairing: Sendable {
  /// The labels are in the same order as the features; needs no memory.
  case identity
  /// Feature sequence `i` belongs to label sequence `indices[i]`.
  case indices([Int32])

  subscript(index: Int) -> Int {
    switch self {
    case .identity: return index
    case .indices(let indices): return Int(indices[index])
    }
  }

  /// Pairs by key.
  ///
  /// - Throws: `RecordError` naming a file without a partner; nothing is skipped silently.
  init(
    features: any SequenceRecordReader, labels: any SequenceRecordReader, allowsLonelyLabels: Bool = false
  ) throws {
    if features.count == labels.count
      && (0..<features.count).allSatisfy({ features.source(of: $0).key == labels.source(of: $0).key })
    {
      self = .identity
      return
    }
    var byKey: [String: Int32] = [:]
    for index in 0..<labels.count {
      let source = labels.source(of: index)
      guard let earlier = byKey.updateValue(Int32(index), forKey: source.key) else { continue }
      throw RecordError(
        .duplicateKey, path: source.path,
        "has the same key \"\(source.key)\" as \(labels.source(of: Int(earlier)).path); every feature "
          + "file needs one label file: remove or rename one")
    }
    var indices: [Int32] = []
    var lonely: [Int] = []
    for index in 0..<features.count {
      if let partner = byKey.removeValue(forKey: features.source(of: index).key) {
        indices.append(partner)
      } else {
        lonely.append(index)
      }
    }
    if let first = lonely.first { throw Self.error(features, first, of: lonely.count, what: "label") }
    if let first = byKey.values.min(), !allowsLonelyLabels {
      throw Self.error(labels, Int(first), of: byKey.count, what: "feature")
    }
    self = .indices(indices)
  }

  /// Returns the features that have labels, and the decisions about sequences of either reader without a
  /// partner.
  ///
  /// - Throws: `RecordError` if nothing is left.
  package static func paired(
    _ features: any SequenceRecordReader, with labels: any SequenceRecordReader
  ) throws -> (
    features: any SequenceRecordReader, labels: any SequenceRecordReader, entries: [Ledger.Entry]
  ) {
    func keys(_ reader: any SequenceRecordReader) -> Set<String> {
      Set((0..<reader.count).map { reader.source(of: $0).key })
    }
    let (featureKeys, labelKeys) = (keys(features), keys(labels))
    func lonely(_ reader: any SequenceRecordReader, _ partners: Set<String>, _ what: String) -> [Ledger.Entry]
    {
      (0..<reader.count).filter { !partners.contains(reader.source(of: $0).key) }.map {
        Ledger.Entry(
          error(reader, $0, of: 1, what: what), rule: .skipSequence, action: "left out the sequence")
      }
    }
    let kept = (0..<features.count).filter { labelKeys.contains(features.source(of: $0).key) }
    if kept.isEmpty { throw error(features, 0, of: features.count, what: "label") }
    let entries = lonely(features, labelKeys, "label") + lonely(labels, featureKeys, "feature")
    if entries.isEmpty { return (features, labels, []) }
    let partners = (0..<labels.count).filter { featureKeys.contains(labels.source(of: $0).key) }
    return (features.choosing(kept), labels.choosing(partners), entries)
  }

  private static func error(
    _ reader: any SequenceRecordReader, _ index: Int, of count: Int, what: String
  ) -> RecordError {
    let source = reader.source(of: index)
    let others = count == 1 ? "" : " (nor \(count == 2 ? "has" : "have") \(count - 1) more)"
    return RecordError(
      .unpaired, path: source.path, line: reader.sharesFile(index) ? source.firstLine : nil,
      "has no \(what) file with its key \"\(source.key)\"\(others); every feature file needs one label file "
        + "of the same number, glob match or name: add the missing file, or narrow the range")
  }
}
