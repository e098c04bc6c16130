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

  @Option(help: .flag("labels-as")) var labelsAs = ClassLabels.oneHot

  @Option(help: .flag("order", .convert)) var order = TrainCommand.OrderName.file

  @Option(help: .flag("seed", .convert)) var seed: UInt64 = 0

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
    var dataSets = try data.dataSets(order: order == .file ? .sequential : .shuffled(seed: seed))
    data.noteCollected(in: dataSets.contract)
    if case .sequences(let normalized, _) = try BatchOptions(data).normalized(
      .sequences(dataSets), normalize)
    {
      dataSets = normalized
    }
    if overwrite { try checkReplaceable(output, holding: dataSets) }
    let log = try data.faults.openLog()
    let conversion = try keeping(log) {
      try Conversion(
        of: dataSets, to: output, format: format, layout: layout, classLabels: labelsAs, replacing: overwrite,
        errorBudget: data.faults.budget, onDecision: log.append)
    }
    StandardStream.error.write("\(conversion): \(output)\n")
    if dataSets.contract.labels.encoding != .none, conversion.labelCount == 0 {
      let ahead = dataSets.contract.horizon.map { " (a label needs \($0.lead + $0.steps) later rows)" } ?? ""
      StandardStream.error.write("no step has a label\(ahead)\n")
    }
    data.noteTime(conversion.report)
  }
}

extension TensorFileFormat: FlagValue {}
extension TensorLayout: FlagValue {}
extension ClassLabels: FlagValue {}
