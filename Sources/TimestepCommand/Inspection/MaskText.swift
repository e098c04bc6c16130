import Timestep

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
