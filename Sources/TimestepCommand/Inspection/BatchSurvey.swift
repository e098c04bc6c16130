import Timestep

/// Statistics of all batches of a pass.
struct BatchSurvey {
  let text: String

  init(_ dataSets: SequenceBatches) throws {
    var batches = SequenceDataSetIterator(dataSets)
    let contract = dataSets.contract
    var cells = 0
    var features = 0
    var labels = 0
    var classes: [Int] = []
    while let batch = try batches.next() {
      cells += batch.exampleCount * batch.stepCount
      features += batch.featuresMask.count
      labels += batch.labelsMask.count
      guard let tensor = batch.labels, contract.labels.encoding == .oneHot else { continue }
      if classes.isEmpty { classes = [Int](repeating: 0, count: tensor.shape[1]) }
      for row in 0..<batch.exampleCount {
        for step in 0..<batch.stepCount where batch.labelsMask[row, step] {
          for label in classes.indices where tensor[row, label, step] == 1 { classes[label] += 1 }
        }
      }
    }
    func percent(_ part: Int) -> String {
      let share = Double(part) / Double(max(1, cells))
      return "\((share * 1000).rounded() / 10) %"
    }
    var text =
      "batches: \(dataSets.batchCount) of up to \(dataSets.batchSize) examples, aligned \(contract.alignment)\n"
    text += "  padding: \(percent(cells - features)) of the features' steps"
    if contract.labels.encoding != .none { text += ", \(percent(cells - labels)) of the labels'" }
    text += "\n"
    if !classes.isEmpty {
      let counts = classes.enumerated().map { "\($0): \($1)" }
      text += "  labels by class: \(counts.joined(separator: ", "))\n"
    }
    self.text = text
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
    "masks of batch \(number): \(batch.exampleCount) examples, \(batch.stepCount) steps (# present, . padding)\n"
  for example in 0..<min(most, batch.exampleCount) {
    let source = batch.metadata.isEmpty ? "" : "  \(batch.metadata[example].features.path)"
    text += "  features \(row(batch.featuresMask, example))\(source)\n"
    if batch.labels != nil { text += "  labels   \(row(batch.labelsMask, example))\n" }
  }
  if batch.exampleCount > most { text += "  ... and \(batch.exampleCount - most) more examples\n" }
  return text
}
