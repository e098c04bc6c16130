import Sequences
import Tensors

/// Makes batches: reads their sequences, then pads, aligns, encodes and masks them.
///
/// It owns the cursors and buffers of one thread. It is a class so that threads pass on the same instance,
/// not a copy.
///
/// `@unchecked Sendable`: cursors belong to one thread at a time; `AssemblerPool` passes a whole assembler
/// from thread to thread under its lock and never shares one.
final class BatchAssembler: @unchecked Sendable {
  private let recipe: BatchRecipe
  private var featureCursor: any SequenceCursor
  private var labelCursor: (any SequenceCursor)?
  /// True if labels have their own reader.
  ///
  /// Stored because it is needed for every example, and checking the cursor would cost reference counting.
  private let hasOwnLabels: Bool
  // One per row of the batch, reused from batch to batch; the first `indices.count` of them belong to this
  // batch.
  private var features: [SequenceRecord] = []
  private var labels: [SequenceRecord] = []
  /// The rows of each example that the window before has too, if steps count once.
  private var repeatedRows: [RowOrdinals?] = []
  private var ledger = Ledger()
  private var cost = PipelineReport.Cost()

  init(_ recipe: BatchRecipe) throws {
    self.recipe = recipe
    featureCursor = try recipe.features.makeCursor()
    hasOwnLabels = recipe.ownLabelReader != nil
    labelCursor = try recipe.ownLabelReader?.makeCursor()
  }

  /// Returns the cost of the batches made since the last call.
  func takeCost() -> PipelineReport.Cost {
    defer { cost = PipelineReport.Cost() }
    return cost
  }

  /// Returns the batch of the examples `wanted`, without those that the policy skips.
  func assemble(_ wanted: [Int]) throws -> DataSet {
    ledger = Ledger()
    let start = ContinuousClock.now
    let indices = try read(wanted)
    let readingTime = start.nanosecondsUntilNow
    var batch = indices.isEmpty ? recipe.emptyBatch : try batch(of: indices)
    batch.ledger = ledger
    var reading = featureCursor.takeCost()
    if let labels = labelCursor?.takeCost() { reading += labels }
    cost.reading += reading
    let measured = reading.open &+ reading.read &+ reading.parse
    cost.otherReading &+= readingTime > measured ? readingTime - measured : 0
    cost.padding &+= start.nanosecondsUntilNow &- readingTime
    cost.batchCount += 1
    cost.paddingStepCount += batch.exampleCount * batch.stepCount - batch.featuresMask.count
    return batch
  }

  /// Returns the number of steps that example `index` has in batches, the longer of features and labels; 0 if the policy
  /// skips it.
  func length(of index: Int) throws -> Int {
    if try read([index]).isEmpty { return 0 }
    return max(features[0].stepCount, hasOwnLabels ? labels[0].stepCount : 0)
  }

  /// Returns the decisions about example `index`, which is read for this.
  func decisions(about index: Int) throws -> [Ledger.Entry] {
    ledger = Ledger()
    _ = try read([index])
    return ledger.entries
  }

  private func batch(of indices: [Int]) throws -> DataSet {
    let labelLengths = (0..<indices.count).map { row in
      recipe.labelWidth == nil ? 0 : !hasOwnLabels ? features[row].stepCount : labels[row].stepCount
    }
    let ranges = (0..<indices.count).map {
      recipe.alignment.ranges(features: features[$0].stepCount, labels: labelLengths[$0])
    }
    let steps = ranges.reduce(0) { max($0, $1.features.upperBound, $1.labels.upperBound) }
    var (featureTensor, labelTensor) = try recipe.tensors(for: indices, stepCount: steps) {
      max(ranges[$0].features.upperBound, ranges[$0].labels.upperBound)
    }
    writeFeatures(ranges.map(\.features), into: &featureTensor)
    var batch = DataSet(
      features: featureTensor,
      featuresMask: Mask(ranges: ranges.map(\.features), stepCount: steps), metadata: metadata(indices))
    if features[..<indices.count].contains(where: { !$0.missingCells.isEmpty }) {
      batch.observedMask = observedMask(ranges.map(\.features), steps)
    }
    batch.staticColumns = recipe.statics(of: indices)
    if recipe.keepsTimes {
      for row in indices.indices {
        batch.stepTimes.append(features[row].times, from: ranges[row].features.lowerBound)
      }
    }
    if labelTensor != nil {
      try writeLabels(indices, ranges.map(\.labels), into: &labelTensor)
      var present = ranges.map(\.labels)
      if recipe.countsStepsOnce {
        for row in present.indices {
          let repeated = repeatedLabels(row, present[row])
          labelTensor?.clear(row: row, steps: repeated)
          present[row] = repeated.upperBound..<present[row].upperBound
        }
      }
      batch.labels = labelTensor
      batch.labelsMask = labelsMask(present, of: ranges.map(\.labels), steps)
    }
    batch.origin.known = recipe.origin(
      of: indices, features: ranges.map(\.features.lowerBound),
      labels: ranges.map(\.labels.lowerBound),
      featureRows: features.prefix(indices.count).map(\.rowOrdinals),
      labelRows: (0..<indices.count).map { labelRecord($0).rowOrdinals })
    let hasLineage = recipe.hasLineage
    for row in indices.indices {
      let isIdentified = ExampleIdentity.identifies(
        rows: features[row].stepCount, labels: hasOwnLabels ? labels[row].stepCount : 0)
      if isIdentified && features[row].isFittedExample || hasOwnLabels && labels[row].isFittedExample
        || isIdentified && hasLineage && isFitted(row, batch.metadata[row].features)
      {
        batch.lineageNotes.mark(row)
      }
    }
    return batch
  }

  /// Returns the mask of the labels.
  ///
  /// - Parameters:
  ///   - present: The steps whose labels count, unless they are missing.
  ///   - ranges: The steps of all labels.
  private func labelsMask(_ present: [Range<Int>], of ranges: [Range<Int>], _ steps: Int) -> Mask {
    guard recipe.mayLackLabels else { return Mask(ranges: present, stepCount: steps) }
    return Mask(rows: present.count, steps: steps) { row, step in
      present[row].contains(step) && !recipe.lacksLabel(labelRecord(row), step - ranges[row].lowerBound)
    }
  }

  /// Returns true if a normalizer was fitted on the example in row `row`.
  private func isFitted(_ row: Int, _ source: SequenceRecord.Source) -> Bool {
    var identity = ExampleIdentity(of: source)
    identity.add(features[row], columns: recipe.featureColumns)
    return recipe.isFitted(on: identity.value)
  }

  /// Returns the steps at the beginning of `labels` whose rows a window before has too; none if there is not a label for
  /// every row.
  private func repeatedLabels(_ row: Int, _ labels: Range<Int>) -> Range<Int> {
    guard labels.count == features[row].stepCount else { return labels.lowerBound..<labels.lowerBound }
    guard let repeated = repeatedRows[row] else { return labels.lowerBound..<labels.lowerBound }
    // Rows may be in any order, and rows without a label are missing: those that are left are in the same order.
    let ordinals = features[row].rowOrdinals
    var (count, next) = (0, 0)
    while count < labels.count, next < repeated.count {
      if repeated[next] == ordinals[count] { count += 1 }
      next += 1
    }
    return labels.lowerBound..<labels.lowerBound + count
  }

  private func labelRecord(_ row: Int) -> SequenceRecord { !hasOwnLabels ? features[row] : labels[row] }

  /// Reads the sequences of the examples `wanted`; those that are kept fill the first rows.
  ///
  /// - Returns: The examples that are kept.
  private func read(_ wanted: [Int]) throws -> [Int] {
    while features.count < wanted.count {
      features.append(SequenceRecord())
      labels.append(SequenceRecord())
      repeatedRows.append(nil)
    }
    var kept: [Int] = []
    for index in wanted {
      let row = kept.count
      do {
        try read(index, at: row)
        try checkLabelCount(of: index, at: row)
        let ofLabels = !hasOwnLabels ? [] : labels[row].ledger
        note(ofLabels.isEmpty ? features[row].ledger : features[row].ledger + ofLabels)
        kept.append(index)
      } catch let error as RecordError where recipe.policy[error.kind] == .skipSequence {
        note([Ledger.Entry(error, rule: .skipSequence, action: "left out the sequence")])
      }
    }
    // Outside the policy: a series is not at fault because another one is shorter.
    try checkLengths(of: kept)
    return kept
  }

  private func note(_ entries: [Ledger.Entry]) {
    if entries.isEmpty { return }
    ledger = ledger + Ledger(entries: entries, sequenceCount: 1)
  }

  private func read(_ index: Int, at row: Int) throws {
    try featureCursor.read(index, into: &features[row])
    try recipe.checkFeatures(features[row], index)
    if recipe.mayHaveGaps { try recipe.checkFilled(features[row], index) }
    if recipe.countsStepsOnce {
      let repeated = recipe.features.repeatedStepCount(of: index)
      repeatedRows[row] = repeated == 0 ? nil : features[row].rowOrdinals[0..<repeated]
    }
    if hasOwnLabels {
      let partner = recipe.pairing[index]
      do {
        try labelCursor?.read(partner, into: &labels[row])
      } catch let error as RecordError {
        throw recipe.labelFault(error)
      }
      try recipe.checkOwnLabels(labels[row], partner)
      if features[row].mayLackRows || labels[row].mayLackRows {
        try recipe.pairRows(of: &features[row], with: &labels[row], index)
        try recipe.checkFeatures(features[row], index)
        try recipe.checkOwnLabels(labels[row], partner)
      }
      if recipe.keepsLastLabel { labels[row].keepLastLabel() }
    }
    if recipe.skipsBadClasses { try recipe.checkClasses(labelRecord(row), of: index) }
  }

  /// With alignment `.equal`, compares the number of an example's labels with that of its features.
  private func checkLabelCount(of index: Int, at row: Int) throws {
    guard recipe.alignment == .equal, hasOwnLabels, labels[row].stepCount != features[row].stepCount else {
      return
    }
    throw recipe.lengthsError(
      features[row].rowOrdinals.counts, labels[row].rowOrdinals.counts,
      firstLine: labels[row].lines.lowerBound, of: index)
  }

  /// With alignment `.equal`, compares the lengths of the examples of a batch.
  ///
  /// Without label files nothing can differ within a series, so series of different lengths are padded.
  private func checkLengths(of indices: [Int]) throws {
    guard recipe.alignment == .equal, hasOwnLabels,
      let row = indices.indices.first(where: { features[$0].stepCount != features[0].stepCount })
    else { return }
    throw recipe.unequalLengths(
      (indices[row], features[row].stepCount, features[row].lines.lowerBound),
      (indices[0], features[0].stepCount, features[0].lines.lowerBound))
  }

  private func writeFeatures(_ ranges: [Range<Int>], into tensor: inout Tensor) {
    let strides = tensor.strides
    tensor.withMutableSpan { span in
      for (row, range) in ranges.enumerated() {
        recipe.writeFeatures(
          features[row], to: &span, at: row * strides[0] + range.lowerBound * strides[2], strides)
      }
    }
  }

  private func observedMask(_ ranges: [Range<Int>], _ steps: Int) -> DataSet.ObservedMask {
    let missing = ranges.indices.map { Set(features[$0].missingCells) }
    let columns = recipe.featureColumns
    return DataSet.ObservedMask(rows: ranges.count, columns: columns.count, steps: steps) {
      row, column, step in
      let width = features[row].columnCount
      return !ranges[row].contains(step)
        || !missing[row].contains((step - ranges[row].lowerBound) * width + columns[column])
    }
  }

  private func writeLabels(_ indices: [Int], _ ranges: [Range<Int>], into tensor: inout Tensor?) throws {
    guard let strides = tensor?.strides else { return }
    try tensor?.withMutableSpan { span in
      for (row, range) in ranges.enumerated() {
        try recipe.writeLabels(
          labelRecord(row), of: indices[row], to: &span,
          at: row * strides[0] + range.lowerBound * strides[2], strides)
      }
    }
  }

  private func metadata(_ indices: [Int]) -> [DataSet.ExampleMetadata] {
    let labelReader = recipe.ownLabelReader
    return indices.enumerated().map { row, index in
      var metadata = DataSet.ExampleMetadata(
        index: index, features: recipe.features.source(of: index), featureLines: features[row].lines)
      if let reader = labelReader {
        metadata.labels = reader.source(of: recipe.pairing[index])
        metadata.labelLines = labels[row].lines
      }
      return metadata
    }
  }
}

extension SequenceRecord {
  /// Makes all labels missing but that of the last step.
  fileprivate mutating func keepLastLabel() {
    for cell in values.indices.dropLast(columnCount) { values[cell] = .nan }
  }
}
