import ArgumentParser
import Timestep

// Evaluates a model of the first rows of each series on series that are divided otherwise.
extension DataOptions {
  /// Rejects series whose first rows a model was trained on, if such rows are among those to evaluate.
  ///
  /// The examples of the training are found by dividing the series as it did: they are in the model's lineage. Without one,
  /// only a note says which rows are those of new data.
  ///
  /// - Parameters:
  ///   - cut: The flags by which the training divided series in time.
  ///   - file: The model.
  ///   - contract: Its data contract.
  /// - Throws: `EvaluationError` about the first such example, and any error of reading.
  func checkCut(
    _ cut: String, of file: ModelFile, _ contract: DataContract, allowing policy: EvaluationPolicy
  ) throws {
    var trained = self
    trained.batching = try BatchingOptions.parse(cut.split(separator: " ").map(String.init))
    trained.batching.part = .train
    trained.store.window = try contract.window.map { try WindowArgument(flag: "\($0.size),\($0.stride)") }
    // Parts are shares of a series, so that any long one tells whether they overlap.
    let length = 1 << 20
    func rows(_ batching: BatchingOptions) -> Range<Int>? {
      guard let split = batching.chronologicalSplit else { return 0..<length }
      return split.ranges(of: length).first { $0.part == batching.part?.rawValue }?.rows
    }
    guard let own = rows(batching), let known = rows(trained.batching), own.overlaps(known) else { return }
    guard contract.featuresNormalizer != nil || contract.transforms?.lineage.isEmpty == false else {
      RunNotes.write(
        "the model was trained on the first rows of each series (\(cut)): figures on the same series are those of new data "
          + "only where they are divided in the same way (\(cut) --part test)")
      return
    }
    if policy.contains(.fittedExamples) { return }
    var location: String?
    do {
      location = try RunNotes.withoutNotes {
        try trained.dataSets(contract: knowledge(of: file)).firstFitted(by: contract.featuresNormalizer)
      }
    } catch is RecordError {
      // The training did not read series that cannot be divided so.
      return
    }
    guard let location else { return }
    throw EvaluationError(
      .trainingExample, location: location.isEmpty ? nil : location,
      "the model was trained on the first rows of this series (\(cut)), and they are among those to evaluate, so that figures "
        + "are not those of new data; evaluate the rows after them (\(cut) --part test), or allow it "
        + "(\(Remedy.allowTrainingData))")
  }
}

extension SequenceBatches {
  /// Returns the location of the first example that something was fitted on, empty if it has none; `nil`: there is none.
  fileprivate func firstFitted(by normalizer: AffineNormalizer?) throws -> String? {
    var batches = BatchSource.sequences(normalized(by: normalizer, labels: nil)).iterator
    while let batch = try batches.next() {
      if let row = batch.fittedRows.first { return batch.fittedLocation(ofRow: row) ?? "" }
    }
    return nil
  }
}
