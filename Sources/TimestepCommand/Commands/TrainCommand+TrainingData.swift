import Platform
import Timestep

// What a training learns from data before its first epoch, and what it knows from a model.
extension TrainCommand {
  /// Returns what a model knows of data that it is trained further on: its categories, its transforms with their
  /// numbers, and its labels, unless flags say something of these.
  func knowledge(of model: DataContract) -> DataContract {
    let knowsLabels = data.hasLabels && !data.describesLabels
    var known = DataContract(
      columns: [], labels: knowsLabels ? model.labels : .none,
      alignment: data.align ?? data.alignmentOfLabels,
      transforms: model.transforms)
    (known.encodings, known.staticColumns) = (model.encodings, model.staticColumns)
    (known.isSortedByTime, known.longestGap) = (model.isSortedByTime, model.longestGap)
    if knowsLabels { known.labelVocabulary = model.labelVocabulary }
    return known
  }

  /// Returns the training data, normalized by the statistics of `all` its shards, after a look for held-out examples
  /// in these.
  ///
  /// The data is read once for both, and for the counts of its labels.
  func normalized(
    _ source: BatchSource, by all: BatchSource, as origin: ModelFile?, for loss: Loss?,
    heldOut: [HeldOutBatches?], _ outline: RunOutline
  ) throws -> BatchSource {
    let parts = heldOut.compactMap { $0 }
    guard !allowed.allowTrainingData, !parts.isEmpty else {
      return try normalized(source, by: all, as: origin, for: loss, outline) { _ in }
    }
    let shared = SharedExamples(parts, in: all)
    var normalized = source
    if origin == nil, let normalize, normalize != .none {
      normalized = try self.normalized(source, by: all, as: origin, for: loss, outline, observe: shared.look)
    } else {
      var batches = all.iterator
      while let batch = try batches.next() {
        shared.look(at: batch)
        outline.count(batch, in: "training", all.contract.labelsNormalizer)
      }
      outline.endCount(of: "training")
      normalized = try self.normalized(source, by: all, as: origin, for: loss, outline) { _ in }
    }
    try shared.check()
    let elsewhere = fittedElsewhere(source, origin)
    for part in parts { try part.checkLineage(of: elsewhere) }
    return normalized
  }

  /// Returns what was fitted on other data than the training data, whose examples are compared by their content.
  private func fittedElsewhere(_ source: BatchSource, _ origin: ModelFile?) -> DataContract {
    var contract = source.contract
    switch source {
    case .sequences, .lanes: contract.transforms = nil
    case .saved, .plugged: break
    }
    contract.featuresNormalizer = contract.featuresNormalizer ?? origin?.contract?.featuresNormalizer
    // Numbers for other label columns were fitted on the examples that those of the features were fitted on.
    if contract.labelsNormalizer == nil, let stored = origin?.contract?.labelsNormalizer,
      contract.labels.encoding == .values, stored.shift.count == contract.labels.names.count
    {
      contract.labelsNormalizer = stored
    }
    return contract
  }

  private func normalized(
    _ source: BatchSource, by all: BatchSource, as origin: ModelFile?, for loss: Loss?, _ outline: RunOutline,
    observe: @escaping (DataSet) -> Void
  ) throws -> BatchSource {
    if let origin, let from {
      // The layers that are kept expect features as in the original training.
      return source.normalized(
        by: origin.contract?.featuresNormalizer,
        labels: try Normalization.labels(of: all, for: origin, from, own: normalize))
    }
    guard let normalize, normalize != .none else { return source }
    let normalized = try normalize.normalized(source, fittedTo: all, for: loss) {
      observe($0)
      outline.count($0, in: "training", all.contract.labelsNormalizer)
    }
    outline.endCount(of: "training")
    return normalized
  }
}
