import Platform
import Sequences

// Pairs the rows of features with those of label files.
extension BatchRecipe {
  /// Drops the rows of an example that have no partner, after merging the labels of rows that a transform
  /// merged.
  ///
  /// - Throws: `RecordError` if the counts do not tell which labels belong to the rows that are left.
  func pairRows(
    of features: inout SequenceRecord, with labels: inout SequenceRecord, _ index: Int
  ) throws(RecordError) {
    let rule = RowPairing(features: features.rowOrdinals.counts, labels: labels.rowOrdinals.counts)
    if rule == .unknown {
      throw pairingError(
        features.rowOrdinals.counts, labels.rowOrdinals.counts, firstLine: labels.lines.lowerBound, of: index)
    }
    if rule == .none { return }
    if rule == .ordinals { try checkFirstRows(of: labels, with: features, index) }
    if let labelMerging {
      guard labelMerging.merge(&labels, of: features, by: rule) else {
        throw mergingError(labelMerging, of: index)
      }
    }
    features.keepPairs(with: &labels, by: rule)
  }

  /// Rejects a first row that was left out, as a header would be, if another row of the other file was left out.
  ///
  /// The counts agree then, with the first row as a row of the data and without it, and nothing tells which is right.
  private func checkFirstRows(
    of labels: SequenceRecord, with features: SequenceRecord, _ index: Int
  ) throws(RecordError) {
    let (own, others) = (labels.rowOrdinals, features.rowOrdinals)
    let paths = (labels: labelPath(index), features: self.features.source(of: index).path)
    if !knowsLabelHeader, let ownLabelReader, !ownLabelReader.schema.namesColumns,
      ownLabelReader.beginsFile(pairing[index]),
      let line = Self.doubtfulHeader(of: labels, own, beside: others)
    {
      throw labelError(
        index,
        "its first label was left out, and so was another row of \(paths.features): expected to know whether line \(line) "
          + "is a header, found that both would fit; say so (\(Remedy.labelHeader)), or correct the label")
    }
    if !self.features.schema.namesColumns, self.features.beginsFile(index),
      let line = Self.doubtfulHeader(of: features, others, beside: own)
    {
      throw RecordError(
        .lengths, path: paths.features,
        "its first row was left out, and so was another label of \(paths.labels): expected to know whether line \(line) is "
          + "a header, found that both would fit; say so (\(Remedy.header) \(Remedy.labelsWithoutHeader)), or correct the row"
      )
    }
  }

  /// Returns the line of a first row that is text and was left out, if the file without it could have as many rows as the
  /// other file has left.
  private static func doubtfulHeader(
    of record: SequenceRecord, _ own: RowOrdinals, beside others: RowOrdinals
  ) -> Int? {
    let (skipped, otherSkipped) = (own.skipped, others.skipped)
    guard skipped.first == 0, let other = otherSkipped.first, other != 0,
      otherSkipped.count == 1 || otherSkipped.count == skipped.count
    else { return nil }
    let line = own.firstLine ?? record.lines.lowerBound
    let isText = record.ledger.contains {
      $0.line == line && [.notANumber, .unknownCategory].contains($0.fault)
    }
    return isText ? line : nil
  }

  /// True if transforms or windows drop or merge rows of features whose labels have their own reader.
  var dropsFeatureRows: Bool {
    ownLabelReader != nil
      && (features.schema.isPartial
        || features.schema.transforms?.transforms.allSatisfy(\.keepsRows) == false)
  }

  /// Returns the rule for an example on a lane, whose rows are streamed.
  ///
  /// - Throws: `RecordError` if there is none, or if labels would have to be merged.
  func pairing(
    ofLane counts: (features: RowCounts, labels: RowCounts), _ index: Int
  ) throws(RecordError) -> RowPairing {
    let rule = RowPairing(features: counts.features, labels: counts.labels)
    if rule == .unknown {
      throw pairingError(
        counts.features, counts.labels, firstLine: ownLabelReader?.source(of: pairing[index]).firstLine,
        of: index)
    }
    // If no row is missing, position is enough.
    if counts.features.left == counts.features.all && counts.labels.left == counts.labels.all { return .none }
    if rule != .none, let labelMerging {
      throw labelError(
        index,
        "has a label for every row, and \(labelMerging.summary): lanes do not merge labels; leave out the lanes, or "
          + "take labels from a column of the features' files")
    }
    return rule
  }

  /// The error about labels whose rows cannot be found: with all counts, since none of them is the wrong one.
  func pairingError(
    _ features: RowCounts, _ labels: RowCounts, firstLine: Int?, of index: Int
  ) -> RecordError {
    labelError(
      index,
      "its labels cannot be assigned to the rows of \(self.features.source(of: index).path): expected as many labels as "
        + "rows, \(words(features)), found \(words(labels)); \(remedy(firstLine))")
  }

  /// The error about labels that are more or fewer than their features' rows, with alignment `.equal`.
  func lengthsError(
    _ features: RowCounts, _ labels: RowCounts, firstLine: Int?, of index: Int
  ) -> RecordError {
    let path = self.features.source(of: index).path
    return lengthsError(
      "has \(labels.kept > 1 ? words(labels) : "one label") where \(path) has \(words(features))",
      isOneLabel: labels.kept <= 1, firstLine: firstLine, of: index)
  }

  /// The error about labels that are more or fewer than their features' rows, with alignment `.equal`.
  ///
  /// - Parameters:
  ///   - found: The numbers of rows, in words.
  ///   - isOneLabel: True if there are fewer than two labels.
  ///   - firstLine: The line of the first label.
  func lengthsError(_ found: String, isOneLabel: Bool, firstLine: Int?, of index: Int) -> RecordError {
    if isOneLabel && isAlignmentRequired {
      return labelError(
        index,
        found
          + "; the model was trained with a label for every row (alignment \"equal\"): give every row its label"
      )
    }
    if isOneLabel {
      return labelError(
        index,
        found + ": say which step it belongs to, the last (\(Remedy.alignAtEnd)), as usual, or the first "
          + "(\(Remedy.alignAtStart)), at which a recurrent network has seen one row")
    }
    return labelError(
      index,
      found + "; alignment \"equal\" requires a label for every row; \(remedy(firstLine))"
        + (isAlignmentRequired
          ? ""
          : "; if the lengths differ on purpose, choose how they are aligned (\(Remedy.alignAtStart), \(Remedy.alignAtEnd))")
    )
  }

  /// The error about two series of one batch whose lengths differ, with alignment `.equal`.
  func unequalLengths(
    _ one: (index: Int, stepCount: Int, line: Int), _ other: (index: Int, stepCount: Int, line: Int)
  ) -> RecordError {
    let path = features.source(of: one.index).path
    var otherPath = features.source(of: other.index).path
    // Two sequences of one file are identified only by their lines.
    let line = path == otherPath ? one.line : nil
    if line != nil { otherPath += ":\(other.line)" }
    return RecordError(
      .lengths, path: path, line: line,
      "has \(one.stepCount) time step\(one.stepCount == 1 ? "" : "s") where \(otherPath) has \(other.stepCount); alignment "
        + "\"equal\" requires the same length for all series of a batch; "
        + (isAlignmentRequired
          ? "the model was trained with it: use batches of one series (\(Remedy.batchesOfOne)), or, in evaluate, lanes "
            + "(\(Remedy.lanes))"
          : "pad with alignment \"start\" or \"end\" (\(Remedy.alignAtStart), \(Remedy.alignAtEnd))"))
  }

  private func mergingError(_ resample: any RowMerging, of index: Int) -> RecordError {
    labelError(
      index,
      "has a label for every row, and \(resample.summary): expected a rule for their labels, found none; "
        + "add labels=last, labels=mode or labels=mean to the transform")
  }

  private func labelPath(_ index: Int) -> String {
    ownLabelReader?.source(of: pairing[index]).path ?? "labels"
  }

  private func labelError(_ index: Int, _ problem: String) -> RecordError {
    RecordError(.lengths, path: labelPath(index), problem)
  }

  /// Returns the number of rows of the data, and of those that are left, in words.
  private func words(_ counts: RowCounts) -> String {
    var text = "\(counts.all) row\(counts.all == 1 ? "" : "s")"
    if counts.kept < counts.all { text += ", \(counts.kept) after the policy" }
    if counts.left < counts.kept { text += ", \(counts.left) left" }
    return text
  }

  /// Returns what helps if labels are missing or too many.
  ///
  /// - Parameter firstLine: The line of the first label.
  private func remedy(_ firstLine: Int?) -> String {
    let start = "give every row its label, or the series one label"
    guard let firstLine, firstLine > 1 else {
      return start
        + "; if the first lines of the label file are not labels, say so (\(Remedy.skipLabelLines))"
    }
    return start
      + "; the labels begin in line \(firstLine): if earlier lines are labels, say so (\(Remedy.labelsWithoutHeader), "
      + "\(Remedy.labelsFromFirstLine))"
  }
}

extension SequenceRecordReader {
  /// Returns true if a sequence is the first one of its file.
  fileprivate func beginsFile(_ index: Int) -> Bool {
    index == 0 || source(of: index - 1).path != source(of: index).path
  }
}
