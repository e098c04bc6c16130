/// The properties of output layers, as model files store them.
struct OutputFields: Codable {
  let size: Int
  let activation: Activation
  let loss: Loss
  /// `nil` if the file has none, as in files older than class weights.
  let classWeights: [Float]?

  init(_ size: Int, _ activation: Activation, _ loss: Loss, _ classWeights: [Float]) {
    (self.size, self.activation, self.loss) = (size, activation, loss)
    self.classWeights = classWeights.isEmpty ? nil : classWeights
  }

  /// The reason why the layer is invalid, in words; `nil` if it is valid.
  var validationError: String? {
    if let problem = sizeProblem(size) ?? loss.problem(with: activation) { return problem }
    guard let weights = classWeights else { return nil }
    if weights.count != size {
      return "\(weights.count) class weights for \(size) outputs; give one for each"
    }
    if let bad = weights.first(where: { !($0 >= 0 && $0.isFinite) }) {
      return "a class weight of \(bad); class weights are finite and not negative"
    }
    return weights.contains { $0 > 0 } ? nil : "class weights that are all 0: nothing could be learnt"
  }
}
