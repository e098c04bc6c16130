import ArgumentParser
import Timestep

/// `timestep inspect`: what is in the data, before anything is made of it.
struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract:
      "Shows counts, lengths, columns, missing values, padding and the masks of a batch; or what a model is made of."
  )

  @OptionGroup(title: "Data") var data: DataOptions

  @Option(help: "The batch whose masks are drawn, from 0.")
  var step = 0

  @Option(help: "A model file, whose layers, parameters and memory are shown instead of data.")
  var model: String?

  func validate() throws {
    guard (data.features == nil) != (model == nil) else {
      throw ValidationError(
        "give --features, which says where the sequences lie, or --model, a model file"
          + (model == nil ? "" : ", not both"))
    }
    if step < 0 { throw ValidationError("--step \(step): batches are numbered from 0") }
  }

  func run() throws {
    let output = StandardStream.output
    if let model {
      try output.writeResult("\(try ModelFile(model).network.summary(rows: data.batchSize ?? 32))\n")
      return
    }
    let features = try ReaderSurvey(try data.featureReader(missingValues: .nan))
    try output.writeResult(features.text(title: "features"))
    if let labels = try data.labelReader() {
      try output.writeResult(try ReaderSurvey(labels).text(title: "labels"))
    }
    let missing = features.columns.reduce(0) { $0 + $1.missingCount }
    guard missing == 0 else {
      try output.writeResult("batches: none can be made while values are missing\n")
      return
    }
    // Without a word about the labels they are looked at as they are.
    var data = data
    if data.hasLabels && data.classes == nil { data.regression = true }
    let dataSets = try data.dataSets()
    guard step < dataSets.stepCount else {
      throw ValidationError("--step \(step): there are \(dataSets.stepCount) batches, numbered from 0")
    }
    try output.writeResult(try BatchSurvey(dataSets).text)
    try output.writeResult(maskDrawing(try dataSets.batch(epoch: 0, step: step), number: step))
  }
}
