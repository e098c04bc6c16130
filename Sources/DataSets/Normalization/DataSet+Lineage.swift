import Sequences
import Tensors

extension DataSet {
  /// The rows of examples that a normalizer or a transform applied to the batch was fitted on, in ascending
  /// order.
  ///
  /// An evaluation rejects these examples. Empty if nothing was fitted, or if the lineage is not known. It is
  /// carried along through pieces, parts and files, and is excluded from `==`. In a piece of lanes, a row is
  /// included as soon as a series in it is known to be such an example.
  public var fittedRows: [Int] {
    get { lineageNotes.rows }
    set {
      precondition(newValue.allSatisfy { $0 >= 0 && $0 < exampleCount }, "rows that the batch does not have")
      var notes = LineageNotes(series: lineageNotes.series)
      for row in newValue { notes.mark(row, location: lineageNotes.locations[row]) }
      lineageNotes = notes
    }
  }

  /// Returns the location where the example in `row` begins, as in messages: `PATH:LINE`, or `nil` if it is
  /// not known.
  package func fittedLocation(ofRow row: Int) -> String? {
    lineageNotes.locations[row] ?? (row < metadata.count ? metadata[row].location : nil)
  }

  /// The identities of the batch's examples, if its values are as read, and not yet normalized.
  ///
  /// For statistics that are computed by hand:
  /// ```swift
  /// statistics.add(batch.features, mask: batch.featuresMask)
  /// statistics.lineage.merge(batch.lineage)
  /// ```
  public var lineage: Lineage { Lineage(exampleIdentities.compactMap { $0 }) }

  /// The identity of each row's example; `nil` for rows that are not a whole example, or that their features do
  /// not identify.
  var exampleIdentities: [UInt64?] {
    if lineageNotes.series != nil { return [UInt64?](repeating: nil, count: exampleCount) }
    let (elements, strides) = (features.elements, features.strides)
    let offsets = (0..<features.shape[1]).map { $0 * strides[1] }
    let (rows, labelCounts) = (featuresMask.lengths, labelsMask.lengths)
    return (0..<exampleCount).map { row in
      if !ExampleIdentity.identifies(rows: rows[row], labels: labels == nil ? 0 : labelCounts[row]) {
        return nil
      }
      // A row that continues a series, or has several, as on lanes.
      if (0..<stepCount).contains(where: { seriesStarts[row, $0] != ($0 == 0) }) { return nil }
      var identity = ExampleIdentity(of: metadata.isEmpty ? nil : metadata[row].features)
      for step in 0..<stepCount where featuresMask[row, step] {
        identity.add(stepAt: row * strides[0] + step * strides[2], of: elements, offsets: offsets)
      }
      return identity.value
    }
  }

  /// Returns the notes of the batch, whose values are as read, after `normalizers` are applied to it.
  func lineageNotes(after normalizers: [AffineNormalizer?]) -> LineageNotes {
    var notes = lineageNotes
    let lineages = normalizers.compactMap { $0?.lineage }.filter { !$0.isEmpty }
    if lineages.isEmpty { return notes }
    for (row, identity) in exampleIdentities.enumerated() {
      if let identity, lineages.contains(where: { $0.contains(identity) }) { notes.mark(row) }
    }
    return notes
  }
}
