import Sequences

/// Collects the identities of the examples of a pass.
struct LineageCollector {
  private var identities: [UInt64] = []
  /// The series on each lane that may continue in the next piece.
  private var running: [Int: UInt64] = [:]

  /// Adds the examples of a batch, or the series that end in a piece of lanes.
  mutating func add(_ batch: DataSet) {
    guard let series = batch.lineageNotes.series else {
      identities += batch.exampleIdentities.compactMap { $0 }
      return
    }
    for one in series {
      running[one.row] = one.isOver ? nil : one.identity
      if one.isOver { identities.append(one.identity) }
    }
  }

  /// All identities, at the end of the pass.
  var lineage: Lineage { Lineage(identities + running.values) }
}
