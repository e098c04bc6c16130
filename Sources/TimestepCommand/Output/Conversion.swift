import Platform
import Timestep

/// A conversion of sequences to batches on disk that is done.
struct Conversion: CustomStringConvertible {
  /// The number of examples written.
  private(set) var exampleCount = 0
  /// The number of files written.
  private(set) var batchCount = 0
  /// The number of steps of all examples, padding included.
  private(set) var stepCount = 0
  /// The number of labels.
  private(set) var labelCount = 0
  /// The number of these steps that are padding.
  private(set) var paddingStepCount = 0
  /// The time spent.
  let report: PipelineReport

  /// Writes the batches of `dataSets` to a directory.
  ///
  /// - Parameters:
  ///   - output: The directory.
  ///   - isReplacing: True if the directory may replace one.
  ///   - onDecision: Is called with every decision about a fault.
  /// - Throws: `RecordError` if every sequence was left out; any error of reading and writing.
  init(
    of dataSets: SequenceBatches, to output: String, format: TensorFileFormat, layout: TensorLayout,
    classLabels: ClassLabels = .oneHot, replacing isReplacing: Bool = false,
    errorBudget: ErrorBudget = .unlimited,
    onDecision: @escaping @Sendable (Ledger.Entry) -> Void = { _ in }
  ) throws {
    let writer = try SavedDataSetWriter(
      output, format: format, layout: layout, classLabels: classLabels, contract: dataSets.contract,
      replacing: isReplacing)
    // Batches are saved in C order; assembling them in that order saves a pass over memory.
    var batches = SequenceDataSetIterator(
      layout == .nct ? dataSets.stored(.c) : dataSets, errorBudget: errorBudget, onDecision: onDecision)
    while let batch = try batches.next() {
      try Interruption.check()
      // A small batch may have no examples for this shard.
      if batch.exampleCount == 0 { continue }
      try writer.append(batch)
      batchCount += 1
      exampleCount += batch.exampleCount
      stepCount += batch.exampleCount * batch.stepCount
      if batch.labels != nil { labelCount += batch.labelsMask.count }
      paddingStepCount += batch.exampleCount * batch.stepCount - batch.featuresMask.count
    }
    try Interruption.check()
    try writer.commit()
    report = batches.report
  }

  /// What was written, in words, such as "370 examples in 12 batches, 32.1 % padding".
  var description: String {
    let padding = Double(paddingStepCount) / Double(max(1, stepCount)) * 100
    return "\(pluralized(exampleCount, "example")) in \(pluralized(batchCount, "batch", "batches")), "
      + "\(padding.fixed(1)) % padding"
  }
}
