import Timestep

/// Statistics of all sequences of a reader.
struct ReaderSurvey {
  /// One column's values.
  struct Column {
    var name: String
    var statistics = ColumnStatistics(columns: 1)
    var missingCount = 0
    /// The number of missing values that a transform put something in the place of.
    var filledCount = 0
    /// True if it has labels that may be missing.
    var isOptional = false
  }

  private(set) var columns: [Column]
  private(set) var lengths: [Int] = []
  /// The encodings of text columns as numbers, by column.
  private let encodings: [String: ColumnEncoding]

  /// The timestamps of the whole sequences; `nil`: not surveyed.
  private var times: TimeSurvey?

  /// The number of missing values that nothing has been put in the place of, but for labels that may be missing.
  var missingCount: Int {
    columns.lazy.filter { !$0.isOptional }.reduce(0) { $0 + $1.missingCount - $1.filledCount }
  }

  /// The number of sequences that the policy leaves out.
  private var leftOutCount = 0

  init(_ reader: any SequenceRecordReader, _ policy: ErrorPolicy = .raise, times: TimeSurvey? = nil) throws {
    self.times = times
    let optional = reader.schema.optionalColumns
    columns = reader.columns.map { Column(name: $0, isOptional: optional.contains($0)) }
    encodings = reader.schema.encodings
    var cursor: any SequenceCursor = try reader.makeCursor()
    var record = SequenceRecord()
    for index in 0..<reader.count {
      do {
        try cursor.read(index, into: &record)
      } catch let error as RecordError where policy[error.kind] == .skipSequence {
        leftOutCount += 1
        continue
      }
      lengths.append(record.stepCount)
      // What was filled in is missing, as in all statistics.
      for cell in record.missingCells where !record.values[cell].isNaN {
        columns[cell % record.columnCount].filledCount += 1
        record.values[cell] = .nan
      }
      for column in columns.indices {
        let values = (0..<record.stepCount).map { record.values[$0 * record.columnCount + column] }
        let tensor = Tensor(shape: [1, 1, values.count], elements: values)
        columns[column].statistics.add(tensor, mask: Mask(rows: 1, steps: values.count) { !values[$1].isNaN })
        columns[column].missingCount += values.count { $0.isNaN }
      }
    }
  }

  /// Returns the survey of some of the columns, or of all if none of them is chosen.
  func choosing(_ isChosen: (String) -> Bool) -> ReaderSurvey {
    let chosen = columns.filter { isChosen($0.name) }
    var survey = self
    if !chosen.isEmpty { survey.columns = chosen }
    return survey
  }

  /// Makes the statistics of sequences after their transforms, as the batches contain them.
  init(transformed dataSets: SequenceBatches) throws {
    try self.init(dataSets.contract.columns, SequenceDataSetIterator(dataSets)) {
      ($0.features, $0.featuresMask)
    }
  }

  /// Returns the statistics of the features and labels of batches that `convert` wrote.
  static func ofSaved(_ saved: SavedDataSets) throws -> (features: ReaderSurvey, labels: ReaderSurvey?) {
    let contract = saved.contract
    let features = try ReaderSurvey(contract.columns, saved.makeIterator()) { ($0.features, $0.featuresMask) }
    if contract.labels.encoding == .none { return (features, nil) }
    let labels = try ReaderSurvey(contract.labels.names, saved.makeIterator()) { batch in
      (batch.labels ?? batch.features, batch.labelsMask)
    }
    return (features, labels)
  }

  private init(
    _ names: [String], _ iterator: some DataSetIterator, _ part: (DataSet) -> (Tensor, Mask)
  ) throws {
    (columns, encodings) = (names.map { Column(name: $0) }, [:])
    var batches = iterator
    while let batch = try batches.next() {
      let (values, mask) = part(batch)
      lengths += mask.lengths
      let (elements, strides) = (values.elements, values.strides)
      for column in columns.indices {
        // One column at a time, so that missing values of one do not hide those of others.
        var single = Tensor(shape: [mask.exampleCount, 1, mask.stepCount])
        single.withMutableSpan { span in
          for row in 0..<mask.exampleCount {
            for step in 0..<mask.stepCount {
              span[row * mask.stepCount + step] =
                elements[row * strides[0] + column * strides[1] + step * strides[2]]
            }
          }
        }
        columns[column].statistics.add(single, mask: mask)
      }
    }
  }

  var jsonColumns: [Inspection.Column] {
    columns.map { column in
      let statistics = column.statistics
      func figure(_ values: [Double]) -> Double? { statistics.count > 0 ? values[0] : nil }
      let kind =
        switch encodings[column.name] {
        case .category?: "category"
        case .time?: "time"
        case .offset?, nil: "number"
        }
      return Inspection.Column(
        name: column.name, kind: kind, minimum: figure(statistics.minimum),
        maximum: figure(statistics.maximum), mean: figure(statistics.mean),
        deviation: figure(statistics.standardDeviation), missing: column.missingCount,
        times: times?.figures(of: column.name))
    }
  }

  var jsonLengths: Inspection.Lengths {
    let sorted = lengths.sorted()
    return Inspection.Lengths(
      minimum: sorted.first ?? 0, median: sorted.isEmpty ? 0 : sorted[sorted.count / 2],
      maximum: sorted.last ?? 0, total: lengths.reduce(0, +))
  }

  func text(title: String) -> String {
    let sorted = lengths.sorted()
    let total = lengths.reduce(0, +)
    var text =
      "\(title): \(pluralized(lengths.count, "sequence")), \(pluralized(columns.count, "column")), \(pluralized(total, "step"))\n"
    text +=
      "  length: \(sorted.first ?? 0) to \(sorted.last ?? 0), median \(sorted.isEmpty ? 0 : sorted[sorted.count / 2])\n"
    if leftOutCount > 0 { text += "  left out: \(pluralized(leftOutCount, "sequence")) at fault\n" }
    let rows = columns.map { column in
      let statistics = column.statistics
      let hasValues = statistics.count > 0
      let figures = [
        statistics.minimum[0], statistics.mean[0], statistics.maximum[0], statistics.standardDeviation[0],
      ]
      return [column.name] + figures.map { hasValues ? $0.short : "-" } + ["\(column.missingCount)"]
    }
    let head = ["column", "least", "mean", "greatest", "deviation", "missing"]
    text += TextTable(rows: [head] + rows).text.split(separator: "\n").map { "  \($0)\n" }.joined()
    for column in columns {
      if let encoding = encodings[column.name] { text += "  column \(column.name): \(encoding)\n" }
      if let figures = times?.figures(of: column.name) { text += "    \(figures.text)\n" }
    }
    return text
  }
}
