import Sequences
import Tensors

extension DataSet {
  /// The rows of examples that something done to the batch was fitted on, rising: a normalizer, or a transform.
  ///
  /// What an evaluation refuses. Empty where nothing was fitted, and where the lineage of what was fitted is not known.
  /// It goes along through pieces, parts and files, and is no part of whether two batches are equal. A piece of lanes
  /// has a row as soon as a series in it is known to be such an example.
  public var fittedRows: [Int] {
    get { lineageNotes.rows }
    set {
      precondition(newValue.allSatisfy { $0 >= 0 && $0 < exampleCount }, "rows that the batch has not")
      var notes = LineageNotes(series: lineageNotes.series)
      for row in newValue { notes.mark(row, place: lineageNotes.places[row]) }
      lineageNotes = notes
    }
  }

  /// Where the example in `row` begins, as messages name it: `PATH:LINE`; `nil` when nobody knows.
  package func fittedPlace(ofRow row: Int) -> String? {
    lineageNotes.places[row] ?? (row < metadata.count ? metadata[row].place : nil)
  }

  /// The batch's examples by their identities, if its values are those that were read: not normalized yet.
  ///
  /// For statistics that are gathered by hand:
  /// ```swift
  /// statistics.add(batch.features, mask: batch.featuresMask)
  /// statistics.lineage.merge(batch.lineage)
  /// ```
  public var lineage: Lineage { Lineage(exampleIdentities.compactMap { $0 }) }

  /// The identity of each row's example; `nil` for rows that are no whole example.
  var exampleIdentities: [UInt64?] {
    if lineageNotes.series != nil { return [UInt64?](repeating: nil, count: exampleCount) }
    let (elements, strides) = (features.elements, features.strides)
    let offsets = (0..<features.shape[1]).map { $0 * strides[1] }
    return (0..<exampleCount).map { row in
      // A row that goes on with a series, or holds several, as lanes have them.
      if (0..<stepCount).contains(where: { seriesStarts[row, $0] != ($0 == 0) }) { return nil }
      var identity = ExampleIdentity(of: metadata.isEmpty ? nil : metadata[row].features)
      for step in 0..<stepCount where featuresMask[row, step] {
        identity.add(stepAt: row * strides[0] + step * strides[2], of: elements, offsets: offsets)
      }
      return identity.value
    }
  }

  /// The notes of the batch, whose values are those that were read, after `normalizers` are applied to it.
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
