/// A transform that makes one row of several, and one label of theirs.
package protocol RowMerging: SequenceTransform {
  /// The way to merge labels that rows have, in label files or in `labelColumns`; `nil`: such labels are an error.
  var labels: Resample.LabelRule? { get }
  /// The columns that hold labels, to which `labels` applies; `nil` if there are none.
  var labelColumns: [String]? { get set }
  /// The most rows that become one.
  var rowLimit: Int { get }
  /// The way to combine the values of the selected columns.
  var figure: Resample.Figure { get }
  /// The columns that `figure` applies to, while the others keep their last value; `nil` for all.
  var columns: [String]? { get }
}

extension RowMerging {
  /// Merges the labels of the rows that became one.
  ///
  /// - Parameters:
  ///   - labels: The labels, one for every row of the data.
  ///   - features: The merged rows; each has the ordinal of its first row.
  ///   - pairing: The rule by which the rows of the two belong together.
  /// - Returns: False if there is no rule for labels.
  package func merge(_ labels: inout SequenceRecord, of features: SequenceRecord, by pairing: RowPairing)
    -> Bool
  {
    guard let rule = self.labels else { return false }
    let own = features.rowOrdinals
    let stepOfLabel = pairing.stepsByNumber(labels.rowOrdinals)
    let before = labels.values
    let width = labels.columnCount
    var values: [Float] = []
    var firstSteps: [Int] = []
    for rows in own.rowsOfSteps {
      let steps = rows.prefix(rowLimit).compactMap { stepOfLabel[pairing.number(of: $0, in: own)] }
      guard let first = steps.first else { continue }
      firstSteps.append(first)
      for column in 0..<width {
        // Missing labels do not count.
        let present = steps.map { before[$0 * width + column] }.filter { !$0.isNaN }
        values.append(present.isEmpty ? .nan : rule.value(present))
      }
    }
    labels.select(firstSteps)
    labels.values = values
    return true
  }
}

/// A transform that merges rows by their contents, so that only a sequence tells how many rows become one.
package protocol RowGrouping: RowMerging {
  /// Returns the steps of `record` that become each step of the result; of an empty one, after the first, none.
  func groups(of record: SequenceRecord, columns: [String]) throws -> [Range<Int>]
}
