import ArgumentParser
import Platform
import Timestep

/// The possible normalizations of features, and of regression labels.
enum Normalization: String, FlagValue, CaseIterable {
  case none, standardize, minmax

  /// Returns `source`, normalized by statistics of `data`, and reports the columns that say nothing.
  ///
  /// - Parameter observe: Is called with every batch that is read.
  /// - Throws: `ValidationError` if it is normalized already.
  func normalized(
    _ source: BatchSource, fittedTo data: BatchSource, observe: @escaping (DataSet) -> Void = { _ in }
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
    let make = self == .standardize ? AffineNormalizer.standardize : AffineNormalizer.minMax
    let isRegression = contract.labels.encoding == .values
    warnOfConstants(features, contract.columns)
    if isRegression, let labels { warnOfConstants(labels, contract.labels.names) }
    return source.normalized(by: make(features), labels: isRegression ? labels.map(make) : nil)
  }

  private static func observed(
    _ batches: some DataSetIterator, _ observe: @escaping (DataSet) -> Void
  ) -> any DataSetIterator {
    ObservedIterator(base: batches, observe: observe)
  }

  /// Reports columns that normalization shifts but does not scale: they say nothing, and other values of test
  /// data would not be in proportion.
  private func warnOfConstants(_ statistics: ColumnStatistics, _ names: [String]) {
    for (column, name) in names.enumerated() where statistics.isConstant(column) {
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
  /// Returns the batches, normalized by the statistics of all data of which they are a part: the training
  /// part of `--split`, and all shards.
  func normalized(_ source: BatchSource, _ normalization: Normalization?) throws -> BatchSource {
    guard let normalization else { return source }
    var all = data
    (all.batching.shard, all.batching.largestFirst) = (nil, false)
    if all.batching.split != nil { all.batching.part = .train }
    let isWhole = data.batching.shard == nil && all.batching.part == data.batching.part
    guard areMade, !isWhole, normalization != .none else {
      return try normalization.normalized(source, fittedTo: source)
    }
    return try normalization.normalized(source, fittedTo: .sequences(try all.dataSets()))
  }
}
