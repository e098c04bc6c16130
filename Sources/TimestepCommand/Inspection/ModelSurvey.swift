import Platform
import Sequences
import Timestep

/// What a model expects of data, what its outputs mean, and how far it is trained.
struct ModelSurvey {
  private let file: ModelFile
  private let rows: Int

  /// Makes the survey of a model, with the memory for batches of `rows` series.
  init(_ file: ModelFile, rows: Int) { (self.file, self.rows) = (file, rows) }

  var text: String {
    originText + (file.contract.map(dataText) ?? "data: the model was saved without a data contract\n")
      + trainingText
      + "\n\(file.network.summary(rows: rows))\n"
  }

  /// The program that trained the model first, and what its file does not say.
  private var originText: String {
    guard let origin = file.origin else { return "" }
    if file.namesAreKnown { return "origin: \(origin.rawValue)\n" }
    return
      "origin: \(origin.rawValue); the file names no columns and classes (numbers stand for them), and says nothing of "
      + "alignment: \"timestep import\" stores them\n"
  }

  private func dataText(_ contract: DataContract) -> String {
    let source = contract.source?.columns ?? contract.columns
    let labelColumns = contract.source?.labels ?? []
    var text = "columns in the files: " + names(source) + "\n"
    for name in source {
      if let encoding = contract.encodings?[name] { text += "  \(shown(name)): \(encoding)\n" }
    }
    if !labelColumns.isEmpty { text += "  labels among them: \(names(labelColumns))\n" }
    if let all = contract.source?.fileColumns { text += "  all columns of the files: \(names(all))\n" }
    for (number, transform) in (contract.transforms?.transforms ?? []).enumerated() {
      text += "transform \(number + 1): \(escapedText(transform.summary.utf8, limit: nil))\n"
    }
    text += "features\n" + table(contract.columns, contract.featuresNormalizer)
    switch contract.labels.encoding {
    case .none: text += "labels: none\n"
    case .oneHot, .multiLabel:
      let several = contract.labels.encoding == .multiLabel ? ", several at a time" : ""
      text += "labels: \(pluralized(contract.labels.names.count, "class", "classes"))\(several)\n"
      text += contract.labels.names.enumerated().map { "  class \($0): \(shown($1))\n" }.joined()
    case .values: text += "labels: numbers\n" + table(contract.labels.names, contract.labelsNormalizer)
    }
    text += "alignment: \(contract.alignment)\n"
    let settings = (contract.fileSettings ?? [:]).merging(contract.notation?.settings ?? [:]) { own, _ in own
    }
    if !settings.isEmpty {
      text += "files: \(settings.sorted { $0.key < $1.key }.map { words($0, $1) }.joined(separator: " "))\n"
    }
    return text
  }

  /// The number of epochs of training; the network knows the epoch that it is in, from 0.
  private var epochs: Int { file.network.iteration == 0 ? 0 : file.network.epoch + 1 }

  private var trainingText: String {
    let configuration = file.network.configuration
    let steps: String
    switch configuration.backpropagation {
    case .full: steps = "through whole series"
    case .truncated(let forward, _): steps = "through \(forward) steps"
    }
    return
      "training: \(pluralized(epochs, "epoch")), \(pluralized(file.network.iteration, "update")), "
      + "errors \(steps), seed \(configuration.seed)\n"
  }

  /// Returns a row for each column, with its normalizer.
  private func table(_ columns: [String], _ normalizer: AffineNormalizer?) -> String {
    var rows = [["  column", "name"]]
    if normalizer != nil { rows[0] += ["minus", "divided by"] }
    for (index, name) in columns.enumerated() {
      var row = ["  \(index)", shown(name)]
      if let normalizer { row += [normalizer.shift[index].short, normalizer.scale[index].short] }
      rows.append(row)
    }
    return TextTable(rows: rows).text + "\n"
  }

  private func shown(_ name: String) -> String { escapedText(name.utf8) }

  private func names(_ names: [String]) -> String { names.map(shown).joined(separator: ", ") }

  /// Returns a flag as the command line has it.
  private func words(_ name: String, _ setting: DataContract.Setting) -> String {
    switch setting {
    case .toggle: "--\(name)"
    case .integer(let number): "--\(name) \(number)"
    case .text(let text): "--\(name) \(shellQuoted(escapedText(text.utf8, limit: nil)))"
    case .list(let texts):
      texts.map { "--\(name) \(shellQuoted(escapedText($0.utf8, limit: nil)))" }.joined(separator: " ")
    }
  }
}

extension ModelSurvey: Encodable {
  private enum CodingKeys: String, CodingKey {
    case origin, columns, source, encodings, transforms, normalizer, labels, alignment, files, network,
      parameters
    case epochs, updates
  }

  /// The labels: what they are, their names, and their normalizer.
  private struct Labels: Encodable {
    var encoding: DataContract.Labels.Encoding
    var names: [String]
    var normalizer: Normalizer?
  }

  /// A normalizer: (x - minus) / dividedBy, column by column.
  private struct Normalizer: Encodable {
    var minus, dividedBy: [Double]

    init(_ normalizer: AffineNormalizer) { (minus, dividedBy) = (normalizer.shift, normalizer.scale) }
  }

  /// Writes what the text says; `network` is what `--network` reads.
  func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encodeIfPresent(file.origin?.rawValue, forKey: .origin)
    if let contract = file.contract {
      try values.encode(contract.columns, forKey: .columns)
      try values.encodeIfPresent(contract.source, forKey: .source)
      try values.encodeIfPresent(contract.encodings?.mapValues(\.description), forKey: .encodings)
      try values.encodeIfPresent(contract.transforms?.transforms.map(\.summary), forKey: .transforms)
      try values.encodeIfPresent(contract.featuresNormalizer.map(Normalizer.init), forKey: .normalizer)
      try values.encode(
        Labels(
          encoding: contract.labels.encoding, names: contract.labels.names,
          normalizer: contract.labelsNormalizer.map(Normalizer.init)), forKey: .labels)
      try values.encode(contract.alignment, forKey: .alignment)
      try values.encodeIfPresent(contract.fileSettings, forKey: .files)
    }
    try values.encode(file.network.configuration, forKey: .network)
    try values.encode(file.network.parameterCount, forKey: .parameters)
    try values.encode(epochs, forKey: .epochs)
    try values.encode(file.network.iteration, forKey: .updates)
  }
}

extension TextNotation {
  /// The flags that say what differs from plain CSV.
  fileprivate var settings: [String: DataContract.Setting] {
    var settings: [String: DataContract.Setting] = [:]
    if delimiter != Self.plain.delimiter { settings["delimiter"] = .text(delimiter) }
    if decimal != Self.plain.decimal { settings["decimal"] = .text(decimal) }
    if let thousands { settings["thousands"] = .text(thousands) }
    if quotes != Self.plain.quotes { settings["quote"] = .text(quotes.rawValue) }
    if encoding != Self.plain.encoding { settings["encoding"] = .text(encoding.rawValue) }
    return settings
  }
}
