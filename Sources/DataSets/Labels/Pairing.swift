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

  /// Checks that every feature sequence has a label sequence, and the other way round.
  ///
  /// - Throws: `RecordError` naming a file without a partner.
  package static func check(
    _ features: any SequenceRecordReader, with labels: any SequenceRecordReader
  ) throws { _ = try Pairing(features: features, labels: labels) }

  /// A sequence without a partner, and the decision to leave it out.
  package typealias Lonely = (index: Int, entry: Ledger.Entry)

  /// Returns the sequences of both readers that have no partner.
  package static func lonely(
    _ features: any SequenceRecordReader, labels: any SequenceRecordReader
  ) -> (features: [Lonely], labels: [Lonely]) {
    func keys(_ reader: any SequenceRecordReader) -> Set<String> {
      Set((0..<reader.count).map { reader.source(of: $0).key })
    }
    func lonely(_ reader: any SequenceRecordReader, _ partners: Set<String>, _ what: String) -> [Lonely] {
      (0..<reader.count).filter { !partners.contains(reader.source(of: $0).key) }.map {
        let entry = Ledger.Entry(
          error(reader, $0, of: 1, what: what), rule: .skipSequence, action: "left out the sequence")
        return ($0, entry)
      }
    }
    return (lonely(features, keys(labels), "label"), lonely(labels, keys(features), "feature"))
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
    let lonely = lonely(features, labels: labels)
    func kept(_ reader: any SequenceRecordReader, _ lonely: [Lonely]) -> any SequenceRecordReader {
      let left = Set(lonely.map(\.index))
      return left.isEmpty ? reader : reader.choosing((0..<reader.count).filter { !left.contains($0) })
    }
    if lonely.features.count == features.count {
      throw error(features, 0, of: features.count, what: "label")
    }
    return (
      kept(features, lonely.features), kept(labels, lonely.labels),
      (lonely.features + lonely.labels).map(\.entry)
    )
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
