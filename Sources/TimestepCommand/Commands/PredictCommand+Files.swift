import ArgumentParser
import Platform
import Timestep

// Predictions for files instead of rows.
extension PredictCommand {
  /// Writes the predictions for the series of `--features` as a table.
  func predictFiles(_ file: ModelFile) throws {
    var file = file
    let options = try dataOptions(file)
    var outputs = OutputFiles()
    outputs.add("--output", output, .predictions)
    try outputs.check(overwriting: overwrite) { [model] + options.inputPaths }
    let sets = try options.dataSets(contract: options.knowledge(of: file))
    try file.complete(by: sets.contract, model)
    if let violation = file.contract?.violation(by: sets.contract) {
      throw TensorFileError(
        path: model, problem: "does not fit the data: \(violation); predict for data of the same form")
    }
    noteRelativeLabels(file.contract)
    let source = BatchSource.sequences(sets).normalized(by: file.contract?.featuresNormalizer, labels: nil)
    let writer = try output.map { try FileWriter($0) }
    func write(_ text: String) throws {
      if let writer { try writer.write(text) } else { try StandardStream.output.writeResult(text) }
    }
    let table = PredictionTable(file)
    try write(table.header)
    var batches = source.iterator
    while let batch = try batches.next() { try write(table.rows(of: batch)) }
    try writer?.commit()
  }

  /// Returns the flags about the files, as commands about data have them, completed by what the model knows.
  private func dataOptions(_ file: ModelFile) throws -> DataOptions {
    var words = features.flatMap { ["--features", $0] } + missing.flatMap { ["--missing", $0] }
    if skipLines > 0 { words += ["--skip-lines", "\(skipLines)"] }
    if header { words.append("--header") }
    let notations = [
      "delimiter": delimiter, "decimal": decimal, "thousands": thousands, "quote": quote?.rawValue,
      "encoding": encoding?.rawValue,
    ]
    for (name, value) in notations { words += value.map { ["--\(name)=\($0)"] } ?? [] }
    // Labels are not read, so that files without any can be predicted for.
    let given = Set(GivenFlags.current.flags.map(\.definition.name))
    words += try DataSetFile(ofModel: model).flags(of: .evaluate).filter { flag in
      !given.contains(flag.definition.name)
        && [.format, .columns, .grouping, .files].contains(flag.definition.topic)
        && flag.definition.name != "label-column"
    }.map(\.word)
    let options = try DataOptions.parse(words)
    guard let contract = file.contract, file.namesAreKnown else { return options }
    return try options.completed(by: contract).leavingOutLabels(of: contract)
  }
}
