import Platform
import Sequences

/// One lane: the example on it, with its features and labels read in parallel.
struct Lane {
  private let recipe: BatchRecipe
  /// The index of the example.
  private(set) var index = 0
  private(set) var features: LaneStream
  /// The labels, if they have their own reader.
  private var ownLabels: LaneStream?
  /// The rule by which labels from their own reader belong to the rows of the features.
  private var pairing = RowPairing.none
  /// The next step of the series.
  private var step = 0
  /// The number of steps whose labels count in a window before.
  private var repeatedCount = 0

  init(_ recipe: BatchRecipe) throws {
    self.recipe = recipe
    features = try LaneStream(recipe.features, identifying: recipe.featureColumns)
    if case .reader(let reader, _) = recipe.labelSource {
      ownLabels = try LaneStream(reader, describing: recipe.labelFault)
    }
  }

  /// The stream that provides the labels; without their own reader, it is that of the features.
  var labels: LaneStream { ownLabels ?? features }

  /// Begins example `index` at step `step` of its series, skipping the steps before it.
  ///
  /// - Throws: Any error of reading; `RecordError` if the series has no such step.
  mutating func begin(_ index: Int, at step: Int) throws {
    self.index = index
    self.step = step
    let partner = recipe.pairing[index]
    repeatedCount = recipe.countsStepsOnce ? recipe.features.repeatedStepCount(of: index) : 0
    pairing = .none
    if recipe.alignment == .end || recipe.dropsFeatureRows, let counts = try counts(index, partner) {
      pairing = try recipe.pairing(ofLane: counts, index)
      let length = pairing == .none ? counts.labels.left : counts.features.left
      let ranges = recipe.alignment.ranges(features: counts.features.left, labels: length)
      try features.begin(index, offset: ranges.features.lowerBound)
      try ownLabels?.begin(partner, offset: ranges.labels.lowerBound)
    } else {
      try features.begin(index)
      try ownLabels?.begin(partner)
    }
    guard step > 0 else { return }
    if pairing == .none {
      try features.skip(to: step)
      try ownLabels?.skip(to: step)
    } else {
      for start in Swift.stride(from: 0, to: step, by: LaneStream.skippedRows) {
        _ = try features.read(start..<min(step, start + LaneStream.skippedRows))
        try readPartners()
      }
    }
    let length = max(features.offset + features.rowCount, labels.offset + labels.rowCount)
    guard length >= step else {
      throw RecordError(
        .changed, path: features.source.path,
        "is shorter than it was when the position was taken: expected at least \(step) time steps, found "
          + "\(length); restore the position on the data it was taken from")
    }
  }

  /// Returns the numbers of rows of features and labels with separate readers, by reading both to their ends.
  private mutating func counts(
    _ index: Int, _ partner: Int
  ) throws -> (features: RowCounts, labels: RowCounts)? {
    guard let labels = try ownLabels?.counts(of: partner) else { return nil }
    return (try features.counts(of: index), labels)
  }

  /// Reads the labels of the feature rows read last.
  private mutating func readPartners() throws {
    guard try ownLabels?.read(partnersOf: features.rows, by: pairing) == false else { return }
    throw recipe.pairingError(
      features.counts, labels.counts, firstLine: labels.source.firstLine, of: index)
  }

  /// Reads the next `count` steps of the series.
  ///
  /// - Returns: The number of steps read, fewer than `count` only at the end of the series, and the ranges of
  ///   the features and labels among them.
  mutating func read(_ count: Int) throws -> (count: Int, features: Range<Int>, labels: Range<Int>) {
    let steps = step..<step + count
    func inPiece(_ range: Range<Int>) -> Range<Int> {
      range.lowerBound - step..<range.upperBound - step
    }
    let features = inPiece(try self.features.read(steps))
    if pairing != .none {
      try readPartners()
      step += features.count
      return (features.count, features, features)
    }
    let labels = inPiece(try ownLabels?.read(steps) ?? steps)
    guard let own = ownLabels else {
      step += features.count
      return (features.count, features, recipe.labelWidth == nil ? 0..<0 : features)
    }
    if recipe.alignment == .equal && features.count != labels.count { throw lengthsError(own) }
    // An empty range carries no information: it is after the end, or before the beginning.
    let found = [features, labels].filter { !$0.isEmpty }.map(\.upperBound).max() ?? 0
    step += found
    return (found, features, labels)
  }

  /// Returns the steps among the `count` that were read last whose labels count in a window before, counted from the first
  /// of them.
  func repeatedSteps(ofLast count: Int) -> Range<Int> {
    // Otherwise there may be one label for the whole window.
    guard ownLabels == nil || recipe.alignment == .equal || pairing != .none else { return 0..<0 }
    return 0..<max(0, min(count, repeatedCount - (step - count)))
  }

  private func lengthsError(_ labels: LaneStream) -> RecordError {
    func rows(_ stream: LaneStream) -> String {
      "\(stream.rowCount) row\(stream.rowCount == 1 ? "" : "s")"
    }
    let path = features.source.path
    let isOneLabel = labels.rowCount == 1 && features.rowCount > 1
    // Only the shorter one has been read to its end.
    let found =
      if isOneLabel {
        "has one label where \(path) has more rows"
      } else if labels.rowCount < features.rowCount {
        "has \(rows(labels)) where \(path) has more"
      } else {
        "has more rows than \(path), which has \(rows(features))"
      }
    return recipe.lengthsError(
      found, isOneLabel: isOneLabel, firstLine: labels.source.firstLine, of: index)
  }

  /// The identity of an example with exactly the rows read so far; `nil` if they do not identify it.
  var identity: UInt64? {
    isIdentified ? features.identity : nil
  }

  /// True if the features, as far as they have been read, identify the example.
  private var isIdentified: Bool {
    ExampleIdentity.identifies(rows: features.rowCount, labels: ownLabels?.rowCount ?? 0)
  }

  /// True if any transform or normalizer of the series was fitted on its example, as far as it has been read.
  var isFittedExample: Bool {
    isIdentified && features.rows.isFittedExample || labels.rows.isFittedExample
      || identity.map(recipe.isFitted) ?? false
  }

  /// The origin of the example, with the lines read last, or the first line if none were read.
  var metadata: DataSet.ExampleMetadata {
    func lines(_ stream: LaneStream) -> ClosedRange<Int> {
      stream.rows.stepCount > 0 ? stream.rows.lines : stream.source.firstLine...stream.source.firstLine
    }
    return DataSet.ExampleMetadata(
      index: index, features: features.source, featureLines: lines(features), labels: ownLabels?.source,
      labelLines: ownLabels.map(lines))
  }

  /// Releases the files of the example.
  mutating func end() {
    features.end()
    ownLabels?.end()
  }
}
