import Timestep

/// Statistics of all batches of a pass.
struct BatchSurvey {
  private let contract: DataContract
  /// The number of examples that a batch can have; `nil` if it is not known.
  private let size: Int?
  private let count: Int
  private var examples = 0
  /// The steps of all batches, padding included, and the present ones.
  private var cells = 0
  private var presentFeatures = 0
  private var presentLabels = 0
  /// The number of labels of each class; empty if labels are not classes.
  private var classes: [Int] = []

  /// Reads all batches that are made of files.
  ///
  /// - Parameter onDecision: Called with every decision about a fault.
  init(
    _ dataSets: SequenceBatches, _ budget: ErrorBudget,
    onDecision: @escaping @Sendable (Ledger.Entry) -> Void
  ) throws {
    (contract, size, count) = (dataSets.contract, dataSets.batchSize, dataSets.batchCount)
    try add(SequenceDataSetIterator(dataSets, errorBudget: budget, onDecision: onDecision))
  }

  /// Reads all batches that `convert` wrote.
  init(_ saved: SavedDataSets) throws {
    (contract, size, count) = (saved.contract, nil, saved.batchCount)
    try add(saved.makeIterator())
  }

  private mutating func add(_ iterator: some DataSetIterator) throws {
    if contract.labels.areClasses { classes = contract.labels.names.map { _ in 0 } }
    var batches = iterator
    while let batch = try batches.next() {
      examples += batch.exampleCount
      cells += batch.exampleCount * batch.stepCount
      presentFeatures += batch.featuresMask.count
      presentLabels += batch.labelsMask.count
      guard let tensor = batch.labels, !classes.isEmpty else { continue }
      for row in 0..<batch.exampleCount {
        for step in 0..<batch.stepCount where batch.labelsMask[row, step] {
          for label in classes.indices where tensor[row, label, step] == 1 { classes[label] += 1 }
        }
      }
    }
  }

  private func padding(_ present: Int) -> Double { Double(cells - present) / Double(max(1, cells)) }

  var text: String {
    func percent(_ share: Double) -> String { "\((share * 1000).rounded() / 10) %" }
    var text = "batches: \(count)" + (size.map { " of up to \(pluralized($0, "example"))" } ?? "")
    text += ", aligned \(contract.alignment)\n"
    text += "  padding: \(percent(padding(presentFeatures))) of the features' steps"
    if contract.labels.encoding != .none { text += ", \(percent(padding(presentLabels))) of the labels'" }
    text += "\n"
    if !classes.isEmpty {
      let counts = classes.enumerated().map { "\($0): \($1)" }
      text += "  labels by class: \(counts.joined(separator: ", "))\n"
    }
    return text
  }

  var json: Inspection.Batches {
    Inspection.Batches(
      count: count, size: size, examples: examples, alignment: contract.alignment.rawValue,
      padding: padding(presentFeatures),
      labelPadding: contract.labels.encoding == .none ? nil : padding(presentLabels))
  }

  /// The classes of the labels; `nil` if labels are not classes.
  var jsonClasses: [Inspection.Class]? {
    if classes.isEmpty { return nil }
    return zip(contract.labels.names, classes).map { Inspection.Class(name: $0, labels: $1) }
  }
}

/// Returns the masks of a batch as text: `#` is present, `.` is padding.
func maskDrawing(_ batch: DataSet, number: Int) -> String {
  let widest = 100
  let most = 32
  func row(_ mask: Mask, _ example: Int) -> String {
    let steps = (0..<min(widest, batch.stepCount)).map { mask[example, $0] ? "#" : "." }.joined()
    return steps + (batch.stepCount > widest ? " (+\(batch.stepCount - widest) steps)" : "")
  }
  var text =
    "masks of batch \(number): \(pluralized(batch.exampleCount, "example")), \(pluralized(batch.stepCount, "step")) "
    + "(# present, . padding)\n"
  for example in 0..<min(most, batch.exampleCount) {
    let source = batch.metadata.isEmpty ? "" : "  \(batch.metadata[example].features.path)"
    text += "  features \(row(batch.featuresMask, example))\(source)\n"
    if batch.labels != nil { text += "  labels   \(row(batch.labelsMask, example))\n" }
  }
  if batch.exampleCount > most {
    text += "  ... and \(pluralized(batch.exampleCount - most, "more example"))\n"
  }
  return text
}
