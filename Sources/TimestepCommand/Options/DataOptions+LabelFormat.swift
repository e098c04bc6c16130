import Timestep

// Decides whether a header and skipped lines, which flags state for the feature files, apply to label files.
extension DataOptions {
  /// Returns the format of the label files in `files`.
  ///
  /// What a flag for labels says is certain. What only the flags for features say is decided by the counts: the
  /// first label file must have a label for every row of its features, or one label. A line that is a declared
  /// category is a label; a line that cannot be a label is none.
  ///
  /// - Parameters:
  ///   - features: The reader of the features, before transforms.
  ///   - makeReader: Makes a reader of the label files with a format and a policy.
  /// - Throws: `RecordError` if the counts decide nothing.
  func labelFormat(
    besides features: any SequenceRecordReader, hasVocabulary: Bool,
    _ makeReader: (FileFormat, ErrorPolicy) throws -> any SequenceRecordReader
  ) throws -> FileFormat {
    let delimiter = unescaped(labelDelimiter ?? delimiter)
    let inherited = FileFormat(
      skippedLines: labelSkipLines ?? skipLines, delimiter: delimiter,
      header: labelHeader ?? (header ? .present : .none))
    let own = FileFormat(
      skippedLines: labelSkipLines ?? 0, delimiter: delimiter, header: labelHeader ?? .none)
    guard inherited.skippedLines != own.skippedLines || inherited.header != own.header, !layout.isGrouped,
      let (key, rows, path) = firstReadable(features)
    else { return inherited }
    func labels(_ format: FileFormat) -> (path: String, rows: RowCounts)? {
      guard let reader = try? makeReader(format, .raise),
        let index = (0..<reader.count).first(where: { reader.source(of: $0).key == key }),
        let rows = try? counts(reader, index)
      else { return nil }
      return (reader.source(of: index).path, rows)
    }
    guard let without = labels(own) else { return inherited }
    if hasVocabulary { return own }
    let isWithFitting = labels(inherited).map { fits($0.rows, rows) } ?? false
    if fits(without.rows, rows) != isWithFitting { return isWithFitting ? inherited : own }
    let lineCount = inherited.skippedLines - own.skippedLines + (inherited.header == own.header ? 0 : 1)
    throw RecordError(
      .lengths, path: without.path,
      "it is not clear whether its first \(lineCount == 1 ? "line is a label" : "\(lineCount) lines are labels"): "
        + "expected as many labels as rows in \(path), \(rows.all), found \(without.rows.all) if so and "
        + "\(without.rows.all - lineCount) if not; say so (--label-header none or present, --label-skip-lines N)"
    )
  }

  private func fits(_ labels: RowCounts, _ features: RowCounts) -> Bool {
    labels.all == 1 || [.ordinals, .ranks].contains(RowPairing(features: features, labels: labels))
  }

  /// Returns the first feature sequence that can be read, by its key, with its counts and file.
  private func firstReadable(
    _ features: any SequenceRecordReader
  ) -> (key: String, rows: RowCounts, path: String)? {
    for index in 0..<min(features.count, 16) {
      guard let rows = try? counts(features, index) else { continue }
      let source = features.source(of: index)
      return (source.key, rows, source.path)
    }
    return nil
  }

  /// Counts the rows of a sequence a few at a time: series on lanes may be longer than the memory.
  ///
  /// Streams throw every fault, whatever the policy; such a sequence is read whole.
  private func counts(_ reader: any SequenceRecordReader, _ index: Int) throws -> RowCounts {
    var record = SequenceRecord()
    do {
      var stream = try reader.makeRowStream()
      try stream.begin(index)
      var counts = RowCounts(all: 0, kept: 0, left: 0)
      while case let count = try stream.read(upTo: 4096, into: &record), count > 0 {
        let found = record.rowOrdinals.counts
        counts = RowCounts(all: found.all, kept: found.kept, left: counts.left + count)
        record.values.removeAll(keepingCapacity: true)
      }
      stream.end()
      return counts
    } catch is RecordError {
      var cursor: any SequenceCursor = try reader.makeCursor()
      try cursor.read(index, into: &record)
      return record.rowOrdinals.counts
    }
  }
}
