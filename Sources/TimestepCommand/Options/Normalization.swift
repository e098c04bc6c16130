import ArgumentParser
import Platform
import Timestep

/// The possible normalizations of features, and of regression labels.
enum Normalization: String, FlagValue, CaseIterable {
  case none, standardize, minmax

  /// Returns `source`, normalized by statistics of `data`, and reports the columns that say nothing.
  ///
  /// - Parameters:
  ///   - loss: The loss of the training, which may not take standardized labels; `nil`: not known, or there is none.
  ///   - observe: Is called with every batch that is read.
  /// - Throws: `ValidationError` if it is normalized already.
  func normalized(
    _ source: BatchSource, fittedTo data: BatchSource, for loss: Loss? = nil,
    observe: @escaping (DataSet) -> Void = { _ in }
  ) throws -> BatchSource {
    if self == .none { return source }
    let contract = source.contract
    guard contract.featuresNormalizer == nil, contract.labelsNormalizer == nil else {
      throw ValidationError(
        "--normalize \(rawValue): the batches were normalized when they were written; \(Remedy.leaveOutNormalize)"
      )
    }
    let batches: any DataSetIterator = data.iterator
    let (features, labels) = try ColumnStatistics.fit(Self.observed(batches, observe))
    var normalizesLabels = contract.labels.encoding == .values
    if normalizesLabels, self == .standardize, let loss, !loss.takesNegativeLabels {
      normalizesLabels = false
      RunNotes.write("the labels are not normalized: the loss \(loss) takes no labels below 0")
    }
    return source.normalized(
      by: try normalizer(of: features, contract.columns, classes: contract.classColumns),
      labels: normalizesLabels ? labels.flatMap { normalizer(of: $0, contract.labels.names) } : nil)
  }

  /// Returns the normalizer for the regression labels of data that a model is trained further on; `nil` if they
  /// stay as they are.
  ///
  /// Labels that mean the same as the model's are normalized in the same way, others by their own statistics.
  ///
  /// - Parameters:
  ///   - own: The requested normalization by the labels' own statistics; `nil`: as for the model's.
  ///   - path: The model's file, for messages.
  static func labels(
    of source: BatchSource, for model: ModelFile, _ path: String, own: Normalization?
  ) throws -> AffineNormalizer? {
    let contract = source.contract
    let isNormalized = contract.featuresNormalizer != nil || contract.labelsNormalizer != nil
    if let own, own != .none, isNormalized {
      throw ValidationError(
        "--normalize \(own.rawValue): the batches were normalized when they were written; \(Remedy.leaveOutNormalize)"
      )
    }
    guard contract.labels.encoding == .values else {
      guard let own, own != .none else { return nil }
      throw ValidationError(
        "--normalize \(own.rawValue): with --from it is for regression labels, but the labels are classes, and the "
          + "features are normalized as the model's were; \(Remedy.leaveOutNormalize)")
    }
    if contract.labelsNormalizer != nil { return nil }
    let stored = model.contract?.labelsNormalizer
    func tell(_ words: String) { StandardStream.error.write("\(path): labels: \(words)\n") }
    guard own ?? (stored == nil ? .none : .standardize) != .none,
      let statistics = try ColumnStatistics.fit(source.iterator).labels
    else {
      tell("not normalized\(own == nil ? ", as the model's" : "")")
      return nil
    }
    let normalizer =
      own?.normalizer(of: statistics, contract.labels.names)
      ?? model.labelsNormalizer(for: contract.labels, statistics)
    // Columns in another order have the same numbers.
    let isOwn = own != nil || normalizer?.shift.sorted() != stored?.shift.sorted()
    tell(isOwn ? "normalized by their own statistics" : "normalized as the model's")
    return normalizer
  }

  /// Returns the normalizer of columns with these statistics, and reports the columns that say nothing; `nil`
  /// if they stay as they are.
  ///
  /// - Parameter classes: The columns that hold class indices, which are not changed.
  private func normalizer(
    of statistics: ColumnStatistics, _ names: [String], classes: [Int] = []
  ) -> AffineNormalizer? {
    if self == .none { return nil }
    for column in classes {
      RunNotes.write(
        "column \"\(escapedText(names[column].utf8))\" holds categories, which are no quantities: it is not normalized; "
          + "give each category a column (\(Remedy.oneHotColumn(escapedText(names[column].utf8))))")
    }
    warnOfConstants(statistics, names, except: classes)
    let normalizer: AffineNormalizer = self == .standardize ? .standardize(statistics) : .minMax(statistics)
    return normalizer.leaving(classes)
  }

  private static func observed(
    _ batches: some DataSetIterator, _ observe: @escaping (DataSet) -> Void
  ) -> any DataSetIterator {
    ObservedIterator(base: batches, observe: observe)
  }

  /// Reports columns that normalization shifts but does not scale: they say nothing, and other values of test
  /// data would not be in proportion.
  private func warnOfConstants(
    _ statistics: ColumnStatistics, _ names: [String], except classes: [Int]
  ) {
    for (column, name) in names.enumerated()
    where statistics.isConstant(column) && !classes.contains(column) {
      let value =
        statistics.counts[column] == 0
        ? "it has no values" : "it is always \(Float(statistics.minimum[column]))"
      StandardStream.error.write(
        "column \"\(escapedText(name.utf8))\" is constant in the training data: \(value); it is shifted to 0 and not "
          + "scaled\n")
    }
  }
}

extension BatchOptions {
  /// Returns the batches, normalized by the statistics of all data of which they are a part.
  func normalized(_ source: BatchSource, _ normalization: Normalization?) throws -> BatchSource {
    guard let normalization, normalization != .none else { return source }
    return try normalization.normalized(source, fittedTo: trainingData(for: source))
  }

  /// Returns the data that numbers for `source` are learned from: all shards of the training part of `--split`.
  func trainingData(for source: BatchSource) throws -> BatchSource {
    var all = data
    (all.batching.shard, all.batching.largestFirst, all.batching.dropLast) = (nil, false, false)
    if all.batching.isDivided { all.batching.part = .train }
    let isWhole =
      data.batching.shard == nil && !data.batching.dropLast && all.batching.part == data.batching.part
    guard areMade, !isWhole else {
      return source
    }
    // What was learned before is known: it is neither learned nor reported again.
    return .sequences(
      try all.dataSets(contract: source.contract, isTrained: false, sharing: sharers))
  }
}
