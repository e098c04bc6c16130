import ArgumentParser
import Timestep

/// `timestep convert`: converts CSV files to batches on disk.
struct ConvertCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert",
    abstract: "Converts CSV files to batches in safetensors or npz files, with a manifest.")

  @OptionGroup(title: "Data") var data: DataOptions

  @Option(help: .flag("output")) var output: String

  @Option(help: .flag("format")) var format = TensorFileFormat.safetensors

  @Option(help: .flag("layout")) var layout = TensorLayout.nct

  @Option(help: .flag("normalize", .convert)) var normalize: Normalization?

  func validate() throws {
    if output.isEmpty { throw ValidationError("--output is empty; name the directory to write") }
    if !data.hasFeatures {
      throw ValidationError("--features is missing: name the files that contain the sequences")
    }
  }

  func run() throws {
    let overwrite = data.overwrite
    try data.outputs.check(directory: output, overwriting: overwrite) { data.inputPaths }
    var dataSets = try data.dataSets()
    data.noteCollected(in: dataSets.contract)
    if case .sequences(let normalized, _) = try BatchOptions(data).normalized(
      .sequences(dataSets), normalize)
    {
      dataSets = normalized
    }
    if overwrite { try checkReplaceable(output, holding: dataSets) }
    let log = try data.faults.openLog()
    let summary = try keeping(log) {
      try convert(
        dataSets, to: output, format: format, layout: layout, replacing: overwrite,
        errorBudget: data.faults.budget, onDecision: log.append)
    }
    StandardStream.error.write(summary + "\n")
  }
}

/// Writes the batches of `dataSets` to a directory.
///
/// - Returns: A summary of the written batches, in a sentence.
func convert(
  _ dataSets: SequenceBatches, to output: String, format: TensorFileFormat, layout: TensorLayout,
  replacing: Bool = false, errorBudget: ErrorBudget = .unlimited,
  onDecision: @escaping @Sendable (Ledger.Entry) -> Void = { _ in }
) throws -> String {
  let writer = try SavedDataSetWriter(
    output, format: format, layout: layout, contract: dataSets.contract, replacing: replacing)
  // Batches are saved in C order; assembling them in that order saves a pass over memory.
  var batches = SequenceDataSetIterator(
    layout == .nct ? dataSets.stored(.c) : dataSets, errorBudget: errorBudget, onDecision: onDecision)
  var examples = 0
  var present = 0
  var cells = 0
  var written = 0
  while let batch = try batches.next() {
    try Interruption.check()
    // A small batch may have no examples for this shard.
    if batch.exampleCount == 0 { continue }
    try writer.append(batch)
    written += 1
    examples += batch.exampleCount
    present += batch.featuresMask.count
    cells += batch.exampleCount * batch.stepCount
  }
  try Interruption.check()
  try writer.commit()
  let padding = Double(cells - present) / Double(max(1, cells)) * 100
  return "\(pluralized(examples, "example")) in \(pluralized(written, "batch", "batches")), "
    + "\((padding * 10).rounded() / 10) % padding: \(output)"
    + "\n\(batches.report.verdict)"
}

extension TensorFileFormat: FlagValue {}
extension TensorLayout: FlagValue {}
