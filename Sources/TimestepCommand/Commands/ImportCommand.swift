import ArgumentParser
import Platform
import Timestep

/// `timestep import`: writes a model of Deeplearning4j as a model file, with what its zip does not say.
struct ImportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract:
      "Writes a model of Deeplearning4j as a model file, with the names that its zip does not contain.",
    discussion: """
      The zip is one that ModelSerializer wrote. It contains the layers, parameters, normalizers and the memory of the \
      optimizer, but no names of columns and classes, and not how labels are aligned. All commands take the zip as it is, \
      too.
      """)

  @Argument(help: "Zip file that Deeplearning4j's ModelSerializer wrote.") var zip: String

  @Option(help: .flag("model", .import)) var model: String

  @Option(help: .flag("keep-columns", .import)) var keepColumns: NameList?

  @Option(help: .flag("label-column", .import)) var labelColumn: NameList?

  @Option(help: .flag("label-categories", .import)) var labelCategories: NameList?

  @Option(help: .flag("classes", .import)) var classes: Int?

  @Flag(help: .flag("regression", .import)) var regression = false

  @Flag(help: .flag("multi-label", .import)) var multiLabel = false

  @Option(help: .flag("align", .import)) var align: Alignment?

  @Flag(help: .flag("overwrite", .import)) var overwrite = false

  func validate() throws {
    if let classes, classes < 2 { throw ValidationError("--classes \(classes): at least 2 are needed") }
  }

  func run() throws {
    var outputs = OutputFiles()
    outputs.add("--model", model, .model)
    try outputs.check(overwriting: overwrite) { [zip] }
    var file = try ModelFile(knownHere: zip)
    guard file.origin == .deeplearning4j, !file.namesAreKnown, let own = file.contract else {
      throw TensorFileError(
        path: zip,
        problem:
          "is a model of Timestep: expected a zip of Deeplearning4j, found what every command takes already; use it as it is"
      )
    }
    let inputs = own.columns.count
    if let keepColumns, keepColumns.names.count != inputs {
      throw ValidationError(
        "--keep-columns \(keepColumns): expected \(pluralized(inputs, "name")), one for each input of the network, found "
          + "\(keepColumns.names.count)")
    }
    let outputSize = file.network.outputSize
    if let labelColumn, labelColumn.names.count != outputSize {
      throw ValidationError(
        "--label-column \(labelColumn): expected \(pluralized(outputSize, "name")), one for each output of the network, found "
          + "\(labelColumn.names.count)")
    }
    var contract = DataContract(
      columns: keepColumns?.names ?? own.columns, labels: try labels(own.labels, outputSize),
      alignment: align ?? own.alignment)
    contract.labelVocabulary = labelCategories.map { Vocabulary($0.names) }
    file.contract = try file.contract(completedBy: contract)
    try file.save(to: model, with: .updater)
    StandardStream.error.write("written: \(escapedText(model.utf8, limit: nil)) (model)\n")
  }

  /// Returns the meaning and the names of the outputs.
  private func labels(_ own: DataContract.Labels, _ outputs: Int) throws -> DataContract.Labels {
    // One output is enough to distinguish two classes.
    let expected = outputs == 1 ? 2 : outputs
    func checked(_ flag: String, _ count: Int) throws {
      guard count == expected else {
        throw ValidationError(
          "\(flag): expected \(expected) classes, as the network has outputs for, found \(count)")
      }
    }
    if let labelCategories {
      try checked("--label-categories \(labelCategories)", labelCategories.names.count)
      return DataContract.Labels(encoding: .oneHot, names: labelCategories.names)
    }
    if let classes {
      try checked("--classes \(classes)", classes)
      return DataContract.Labels(encoding: .oneHot, names: (0..<classes).map(String.init))
    }
    let positions = (0..<outputs).map(String.init)
    if multiLabel { return DataContract.Labels(encoding: .multiLabel, names: positions) }
    if let labelColumn { return DataContract.Labels(encoding: .values, names: labelColumn.names) }
    return regression ? DataContract.Labels(encoding: .values, names: positions) : own
  }
}
