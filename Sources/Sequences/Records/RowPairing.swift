/// The rule by which the rows of an example's features and labels belong together.
///
/// A label belongs to a row of the data, not to a position in what remains of the data: whatever drops a
/// feature row (a policy, a transform, a window) also drops its label. Let F and L be the numbers of rows in
/// the data, before any was dropped.
package enum RowPairing: Sendable, Equatable {
  /// The rows are not paired: the series has one label, or no row was dropped and the lengths differ.
  case none
  /// F = L: rows of the same ordinal belong together.
  case ordinals
  /// F and L are equal once a policy has skipped rows of one of them (a line of units, a comment): the n-th
  /// rows that are left belong together.
  case ranks
  /// Rows were dropped, and the counts do not tell which labels belonged to them.
  case unknown

  /// Finds the rule for an example.
  ///
  /// - Parameters:
  ///   - features: The numbers of rows of the features.
  ///   - labels: Those of the labels, from a reader of their own.
  package init(features: RowCounts, labels: RowCounts) {
    if labels.all == 1 {
      self = .none
    } else if features.all == labels.all {
      self = .ordinals
    } else if features.kept == labels.kept, features.kept == features.all || labels.kept == labels.all {
      self = .ranks
    } else {
      self = features.left == features.all && labels.left == labels.all ? .none : .unknown
    }
  }

  /// Returns the number by which a row finds its partner: rows of features and labels with the same number
  /// belong together.
  package func number(of ordinal: Int, in rows: RowOrdinals) -> Int {
    self == .ranks ? ordinal - rows.skippedCount(before: ordinal) : ordinal
  }

  /// Returns the step of each row that is left, by the number by which it finds its partner.
  package func stepsByNumber(_ rows: RowOrdinals) -> [Int: Int] {
    var steps: [Int: Int] = [:]
    for step in 0..<rows.count { steps[number(of: rows[step], in: rows)] = step }
    return steps
  }
}

/// The numbers of rows of a sequence.
package struct RowCounts: Sendable {
  /// All rows of the data.
  package var all: Int
  /// Those that no policy skipped.
  package var kept: Int
  /// Those that are left as steps.
  package var left: Int

  /// Counts the rows of a sequence that is read in pieces.
  package init(all: Int, kept: Int, left: Int) { (self.all, self.kept, self.left) = (all, kept, left) }
}

extension RowOrdinals {
  /// The numbers of rows.
  package var counts: RowCounts { RowCounts(all: rowCount, kept: rowCount - skipped.count, left: count) }

  /// Returns the number of skipped rows before row `row`, by binary search.
  package func skippedCount(before row: Int) -> Int {
    var (low, high) = (0, skipped.count)
    while low < high {
      let middle = (low + high) / 2
      if skipped[middle] < row { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

extension RowOrdinals {
  /// For every step, the rows of the data that it stands for, in the order of the steps and without those that a policy
  /// skipped: up to its last one or, if that is not known, up to the row of the next step.
  package var rowsOfSteps: [[Int]] {
    let skipped = Set(skipped)
    let ranks = order.map { Dictionary(uniqueKeysWithValues: zip($0, $0.indices)) }
    return (0..<count).map { step in
      let next = step + 1 < count ? self[step + 1] : nil
      guard let order, let ranks else {
        let end = ends.map { $0[step] + 1 } ?? next ?? rowCount
        return (self[step]..<max(self[step], end)).filter { !skipped.contains($0) }
      }
      let start = ranks[self[step]] ?? 0
      let end = ends.map { (ranks[$0[step]] ?? start) + 1 } ?? next.flatMap { ranks[$0] } ?? order.count
      return Array(order[start..<max(start, end)])
    }
  }
}

extension SequenceRecord {
  /// False if the steps are all rows of the data, in order; true if some rows may have been dropped.
  package var mayLackRows: Bool { chosenRows != nil || !skippedRows.isEmpty }

  /// Drops the steps of features and labels that have no partner, and brings the labels into the order of the
  /// features.
  package mutating func keepPairs(with labels: inout SequenceRecord, by pairing: RowPairing) {
    guard pairing == .ordinals || pairing == .ranks else { return }
    let own = rowOrdinals
    let stepOfLabel = pairing.stepsByNumber(labels.rowOrdinals)
    var (kept, partners): ([Int], [Int]) = ([], [])
    for step in 0..<stepCount {
      guard let partner = stepOfLabel[pairing.number(of: own[step], in: own)] else { continue }
      kept.append(step)
      partners.append(partner)
    }
    select(kept)
    labels.select(partners)
  }

  /// Drops the steps whose rows are in `rows`: transforms take the rows before and after them for neighbours.
  package mutating func dropRows(_ rows: some Sequence<Int>) {
    let (own, dropped) = (rowOrdinals, Set(rows))
    let kept = (0..<stepCount).filter { !dropped.contains(own[$0]) }
    if kept.count == stepCount { return }
    select(kept)
    chosenRows = chosenRows?.asNeighbours
  }

  /// Replaces the contents by the steps `steps`, in the given order.
  package mutating func select(_ steps: [Int]) {
    if steps.count == stepCount, steps.indices.allSatisfy({ steps[$0] == $0 }) { return }
    let rows = rowOrdinals.selecting(steps)
    let missing = Set(missingCells)
    missingCells =
      missing.isEmpty
      ? []
      : steps.indices.flatMap { step in
        (0..<columnCount).filter { missing.contains(steps[step] * columnCount + $0) }.map {
          step * columnCount + $0
        }
      }
    times = times?.selecting(steps)
    values = steps.flatMap { values[$0 * columnCount..<($0 + 1) * columnCount] }
    chooseRows(rows, linesOfAll: lines)
  }
}
