import Platform
import Timestep

// Decides whether a header and skipped lines, which flags state for the feature files, apply to label files.
extension DataOptions {
  /// Returns the format of the label files in `files`.
  ///
  /// What a flag for labels says is certain. What only the flags for features say is decided by the counts:
  /// the first label file must have a label for every row of its features, or one label. Of a file with
  /// several sequences, all rows are counted. A line that is a declared category is a label. Faults do not
  /// matter for the counts: the rows are counted whatever they contain. But if the counts make a label of a
  /// first line that cannot be one, nobody can know, and if they decide nothing, lines that cannot be labels
  /// are no labels.
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
    guard inherited.skippedLines != own.skippedLines || inherited.header != own.header,
      let (key, rows, path) = firstReadable(features)
    else { return inherited }
    // The header alone, and the skipped lines alone, may be inherited too.
    var formats = [own]
    for format in [
      FileFormat(skippedLines: own.skippedLines, delimiter: delimiter, header: inherited.header),
      FileFormat(skippedLines: inherited.skippedLines, delimiter: delimiter, header: own.header), inherited,
    ] where !formats.contains(format) { formats.append(format) }
    let readings = formats.compactMap { format in
      labels(key, { try makeReader(format, $0) }).map { LabelReading(format: format, path: $0, rows: $1) }
    }
    guard let without = readings.first, without.format == own else { return inherited }
    // Several sequences in a file are found by reading all of it, so a reader is made only where it decides.
    // A missing first label is one.
    func isReadable(_ format: FileFormat) -> Bool {
      do {
        _ = try makeReader(format, .raise)
        return true
      } catch {
        return (error as? RecordError)?.kind == .missingValue
      }
    }
    if hasVocabulary, isReadable(own) { return own }
    let fitting = readings.filter { reading in
      if layout.isGrouped { return fits(reading.rows, rows, ofSeries: features.count) }
      guard fits(reading.rows, rows, ofSeries: 1) else { return false }
      // One label may be what the wrong number of skipped lines leaves of a short file, but not of every file.
      return reading.rows.all > 1 || rows.all == 1 || reading.format == own
        || haveOneLabel { try makeReader(reading.format, $0) }
    }
    if let format = fitting.first?.format, Set(fitting.map(\.rows.all)).count == 1 {
      if format == inherited { return format }
      // Formats that leave the same number of rows differ in what they call the lines above: a header has
      // names.
      if let readable = fitting.map(\.format).first(where: isReadable) { return readable }
      // Without a policy, reading ends with the fault of that line.
      if faults.policy.raisesEverything || fitting.contains(where: { $0.format == inherited }) {
        return format
      }
    } else if (own.lineCount..<inherited.lineCount).allSatisfy({ !isReadable(own.skipping($0)) }) {
      return inherited
    }
    let lineCount = inherited.lineCount - own.lineCount
    let withoutThem = readings.first { $0.format == inherited }?.rows.all ?? without.rows.all - lineCount
    throw RecordError(
      .lengths, path: without.path,
      "it is not clear whether its first \(lineCount == 1 ? "line is a label" : "\(lineCount) lines are labels"): "
        + "expected as many labels as rows in \(path), \(rows.all), found \(without.rows.all) if so and "
        + "\(max(0, withoutThem)) if not; say so "
        + "(\(Remedy.labelsWithoutHeader) or \(Remedy.labelHeader), \(Remedy.skipLabelLines))"
    )
  }

  /// Returns the file and the counts of the labels of the features `key`, read in a certain format; `nil` if
  /// they cannot be read so.
  private func labels(
    _ key: String, _ makeReader: (ErrorPolicy) throws -> any SequenceRecordReader
  ) -> (path: String, rows: RowCounts)? {
    // With repaired values, every row counts.
    guard let reader = try? makeReader(ErrorPolicy(.repair(.constant(0)))) else { return nil }
    if layout.isGrouped { return total(reader).map { (reader.source(of: 0).path, $0) } }
    guard let index = (0..<reader.count).first(where: { reader.source(of: $0).key == key }),
      let rows = try? counts(reader, index)
    else { return nil }
    return (reader.source(of: index).path, rows)
  }

  /// Returns true if each of the first label files has one label, read in a certain format.
  private func haveOneLabel(_ makeReader: (ErrorPolicy) throws -> any SequenceRecordReader) -> Bool {
    guard let reader = try? makeReader(ErrorPolicy(.repair(.constant(0)))) else { return false }
    return (0..<min(reader.count, 16)).allSatisfy { index in
      // Faults are reported when the file is read.
      (try? counts(reader, index)).map { $0.all == 1 } ?? true
    }
  }

  /// Returns the number of rows of all sequences, or `nil` if the reader does not know it.
  private func total(_ reader: any SequenceRecordReader) -> RowCounts? {
    var sum = 0
    for index in 0..<reader.count {
      guard let count = reader.stepCount(of: index) else { return nil }
      sum += count
    }
    return RowCounts(all: sum, kept: sum, left: sum)
  }

  /// Returns true if there is a label for each row, or for each of the series.
  private func fits(_ labels: RowCounts, _ features: RowCounts, ofSeries count: Int) -> Bool {
    labels.all == count || [.ordinals, .ranks].contains(RowPairing(features: features, labels: labels))
  }

  /// Returns the first feature sequence that can be read, by its key, with its counts and file.
  private func firstReadable(
    _ features: any SequenceRecordReader
  ) -> (key: String, rows: RowCounts, path: String)? {
    if layout.isGrouped {
      guard features.count > 0, let rows = total(features) else { return nil }
      return (features.source(of: 0).key, rows, features.source(of: 0).path)
    }
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
  func counts(_ reader: any SequenceRecordReader, _ index: Int) throws -> RowCounts {
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

/// A way to read label files, with what it finds in the first one.
private struct LabelReading {
  let format: FileFormat
  let path: String
  let rows: RowCounts
}

extension FileFormat {
  /// The number of lines before the first row.
  fileprivate var lineCount: Int { skippedLines + (header == .present ? 1 : 0) }

  /// Returns the format with the first row after `count` lines, which are all skipped unless the header is
  /// certain.
  fileprivate func skipping(_ count: Int) -> FileFormat {
    FileFormat(skippedLines: count - (lineCount - skippedLines), delimiter: delimiter, header: header)
  }
}
