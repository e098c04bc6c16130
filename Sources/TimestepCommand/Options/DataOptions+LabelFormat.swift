import CSV
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
    let notation = notationFlags.labelNotation
    let inherited = FileFormat(
      skippedLines: labelSkipLines ?? skipLines, notation: notation,
      header: labelHeader ?? (header ? .present : .none))
    let own = FileFormat(
      skippedLines: labelSkipLines ?? 0, notation: notation, header: labelHeader ?? .none)
    guard inherited.skippedLines != own.skippedLines || inherited.header != own.header,
      let counted = countedRows(of: features)
    else { return inherited }
    let (rows, path) = (counted.rows, counted.path)
    // The header alone, and the skipped lines alone, may be inherited too.
    var formats = [own]
    for format in [
      FileFormat(skippedLines: own.skippedLines, notation: notation, header: inherited.header),
      FileFormat(skippedLines: inherited.skippedLines, notation: notation, header: own.header), inherited,
    ] where !formats.contains(format) { formats.append(format) }
    let readings = formats.compactMap { format in
      labels(counted.key, { try makeReader(format, $0) }).map { path, rows, ofGroups in
        LabelReading(format: format, path: path, rows: rows, ofGroups: ofGroups)
      }
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
    // Without a common key nothing can be compared: the pairing reports it.
    let keys = Set(counted.ofGroups.keys)
    if layout.isGrouped, readings.allSatisfy({ keys.isDisjoint(with: $0.ofGroups.keys) }) {
      return inherited
    }
    // In files with several sequences, a label for every row decides before one for every series: a wrong format may
    // leave one label in short sequences.
    let ofRows = readings.filter { fits($0.ofGroups, counted.ofGroups) }
    let fitting = readings.filter { reading in
      if layout.isGrouped {
        return ofRows.isEmpty
          ? haveOneLabel(reading.ofGroups, counted.ofGroups) : ofRows.contains { $0.format == reading.format }
      }
      guard fits(reading.rows, rows) else { return false }
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

  /// Returns the file and the counts of the labels of the features `key`, read in a certain format, and those of every
  /// sequence if files have several; `nil` if they cannot be read so.
  private func labels(
    _ key: String, _ makeReader: (ErrorPolicy) throws -> any SequenceRecordReader
  ) -> (path: String, rows: RowCounts, ofGroups: [String: RowCounts])? {
    // With repaired values, every row counts.
    guard let reader = try? makeReader(ErrorPolicy(.repair(.missing))) else { return nil }
    if layout.isGrouped {
      return groups(of: reader).map { (reader.source(of: 0).path, RowCounts(all: $0.values.sum), $0) }
    }
    guard let index = (0..<reader.count).first(where: { reader.source(of: $0).key == key }),
      let rows = try? counts(reader, index)
    else { return nil }
    return (reader.source(of: index).path, rows, [:])
  }

  /// Returns true if each of the first label files has one label, read in a certain format.
  private func haveOneLabel(_ makeReader: (ErrorPolicy) throws -> any SequenceRecordReader) -> Bool {
    guard let reader = try? makeReader(ErrorPolicy(.repair(.missing))) else { return false }
    return (0..<min(reader.count, 16)).allSatisfy { index in
      // Faults are reported when the file is read.
      (try? counts(reader, index)).map { $0.all == 1 } ?? true
    }
  }

  /// Returns the number of rows of each sequence by its key, or `nil` if the reader does not know it.
  private func groups(of reader: any SequenceRecordReader) -> [String: RowCounts]? {
    var rows: [String: RowCounts] = [:]
    for index in 0..<reader.count {
      guard let count = reader.fileRowCount(of: index) else { return nil }
      rows[reader.source(of: index).key] = RowCounts(all: count)
    }
    return rows
  }

  /// Returns true if there is a label for each row, or one for the series.
  private func fits(_ labels: RowCounts, _ features: RowCounts) -> Bool {
    labels.all == 1 || [.ordinals, .ranks].contains(RowPairing(features: features, labels: labels))
  }

  /// Returns true if every sequence of files with several has a label for each row.
  ///
  /// What a wrong format makes of the lines above the first row is a sequence of its own, or changes the length of one:
  /// the sequences after it cannot hide that.
  private func fits(_ labels: [String: RowCounts], _ features: [String: RowCounts]) -> Bool {
    let common = labels.filter { features[$0.key] != nil }
    guard !common.isEmpty, common.count == labels.count || faults.policy[.unpaired] == .skipSequence else {
      return false
    }
    return common.allSatisfy { key, labels in
      guard let features = features[key] else { return false }
      return features.all == labels.all || RowPairing(features: features, labels: labels) == .ranks
    }
  }

  /// Returns true if every sequence has one label.
  private func haveOneLabel(_ labels: [String: RowCounts], _ features: [String: RowCounts]) -> Bool {
    labels.values.allSatisfy { $0.all == 1 }
      && (faults.policy[.unpaired] == .skipSequence || Set(labels.keys) == Set(features.keys))
  }

  /// Returns the counts of the first feature sequence that can be read, with its key and file; if files have several
  /// sequences, those of all rows, and of every sequence.
  private func countedRows(
    of features: any SequenceRecordReader
  ) -> (key: String, rows: RowCounts, path: String, ofGroups: [String: RowCounts])? {
    if layout.isGrouped {
      guard let all = try? featuresWithAllRows(), var groups = groups(of: all), all.count > 0 else {
        return nil
      }
      if faults.policy.skipsRows {
        for index in 0..<features.count {
          guard let kept = features.stepCount(of: index) else { continue }
          groups[features.source(of: index).key]?.kept = kept
        }
      }
      let source = all.source(of: 0)
      return (source.key, RowCounts(all: groups.values.sum), source.path, groups)
    }
    for index in 0..<min(features.count, 16) {
      guard let rows = try? counts(features, index) else { continue }
      let source = features.source(of: index)
      return (source.key, rows, source.path, [:])
    }
    return nil
  }

  /// Returns a reader of the sequences of feature files that contain several, for which every row counts, whatever it
  /// contains.
  private func featuresWithAllRows() throws -> (any SequenceRecordReader)? {
    guard
      let files = try features.first.map(split) ?? plugins.split(plugins.inputSplit, flag: "--input-split")
    else {
      return nil
    }
    // Without encodings, texts are faults, whose rows count too.
    var columns = columns
    (columns.keepColumns, columns.dropColumns, columns.unknownCategory) = (nil, nil, nil)
    (columns.category, columns.time, columns.offset, columns.sortByTime) = ([], [], [], false)
    return try layout.featureReader(
      files, featureFormat, columns, missing: MissingValues(.nan, tokens: layout.missing),
      policy: ErrorPolicy(.skipRow), knowing: [:], classNumbers: .keep([]), labels: []
    ) { Array(0..<$0.count) }
  }

  /// Rejects files that are cut after every N lines, and are not cut in the same places, if a policy leaves out rows or
  /// sequences.
  ///
  /// Where the numbers of rows differ, a line too many in one file moves all rows after it to other labels.
  ///
  /// - Parameter labels: A reader of the labels for which every row counts.
  /// - Throws: `RecordError` with the counts of the first file that differs.
  func checkCuts(of labels: () throws -> any SequenceRecordReader) throws {
    guard let size = layout.linesPerSequence, !faults.policy.raisesEverything,
      let features = try featuresWithAllRows()
    else { return }
    let own = FileCuts.ofFiles(try labels())
    for (key, cuts) in FileCuts.ofFiles(features).sorted(by: { $0.key < $1.key }) {
      guard let found = own[key], found.counts != cuts.counts, found.sum != cuts.counts.count else {
        continue
      }
      let place = zip(cuts.counts, found.counts).enumerated().first { $1.0 != $1.1 }?.offset
      let number = place ?? min(found.counts.count, cuts.counts.count)
      func count(_ counts: [Int]) -> Int { number < counts.count ? counts[number] : 0 }
      throw RecordError(
        .lengths, path: found.path,
        "its labels cannot be assigned to the rows of \(cuts.path): expected the same lines in both, since each "
          + "\(size) lines are a sequence and the policy leaves out what is faulty, found \(pluralized(count(cuts.counts), "row")) "
          + "and \(pluralized(count(found.counts), "label")) in sequence \(number), counted from 0; give every line its "
          + "label, or correct the files")
    }
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
  /// The rows of every sequence by its key, if files have several.
  let ofGroups: [String: RowCounts]
}

/// The places in which a file is cut into sequences.
private struct FileCuts {
  let path: String
  /// The number of rows of each sequence.
  var counts: [Int] = []

  /// The number of all rows.
  var sum: Int { counts.reduce(0, +) }

  /// Returns the files of a reader, by the part of the keys that all sequences of a file have in common.
  static func ofFiles(_ reader: any SequenceRecordReader) -> [Substring: FileCuts] {
    var files: [Substring: FileCuts] = [:]
    for index in 0..<reader.count {
      let source = reader.source(of: index)
      let key = source.key.lastIndex(of: "/").map { source.key[..<$0] } ?? ""
      files[key, default: FileCuts(path: source.path)].counts.append(reader.fileRowCount(of: index) ?? 0)
    }
    return files
  }
}

extension SequenceRecordReader {
  /// Returns the number of rows of sequence `index` in its file, if the reader knows it.
  fileprivate func fileRowCount(of index: Int) -> Int? {
    if self is CSVWideSequenceRecordReader { return 1 }
    return (self as? CSVGroupedSequenceRecordReader)?.rowCount(of: index) ?? stepCount(of: index)
  }
}

extension RowCounts {
  /// The counts of rows of which none was dropped.
  fileprivate init(all: Int) { self.init(all: all, kept: all, left: all) }
}

extension Collection<RowCounts> {
  /// The number of all rows.
  fileprivate var sum: Int { reduce(0) { $0 + $1.all } }
}

extension FileFormat {
  /// The number of lines before the first row.
  fileprivate var lineCount: Int { skippedLines + (header == .present ? 1 : 0) }

  /// Returns the format with the first row after `count` lines, which are all skipped unless the header is
  /// certain.
  fileprivate func skipping(_ count: Int) -> FileFormat {
    FileFormat(skippedLines: count - (lineCount - skippedLines), notation: notation, header: header)
  }
}
