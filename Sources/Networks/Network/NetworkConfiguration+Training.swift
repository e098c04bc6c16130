extension NetworkConfiguration {
  /// Returns the penalty on the weights of a layer.
  func regularization(of layer: Int) -> Regularization {
    layers[layer].regularization ?? Regularization(l1: l1, l2: l2)
  }

  /// Rejects numbers with which nothing can be learned; configurations are also read from model files.
  func checkTraining() throws(NetworkError) {
    let problem =
      updater.problem ?? weights.problem ?? Regularization(l1: l1, l2: l2).problem ?? gradientLimit.problem
    if let problem { throw NetworkError(problem) }
  }

  /// Rejects invalid settings of a layer.
  func checkTraining(of entry: NetworkLayer, _ parameters: [ParameterSpecification]) throws(NetworkError) {
    let problem =
      entry.updater?.problem ?? entry.learningRate?.problem ?? entry.weights?.problem
      ?? entry.regularization?.problem
    if let problem { throw NetworkError(problem) }
    let weights = entry.weights ?? self.weights
    for parameter in parameters {
      guard case .weights(let fanIn, let fanOut) = parameter.initialization else { continue }
      let matrix = WeightMatrix(shape: parameter.shape, fanIn: fanIn, fanOut: fanOut)
      if let problem = weights.problem(for: matrix, parameter.name) { throw NetworkError(problem) }
    }
  }
}

extension GradientLimit {
  /// The reason why the limit is invalid, in words; `nil` if it is valid.
  var problem: String? {
    switch self {
    case .none, .renormalizedLayer, .renormalizedParameter: return nil
    case .elements(let limit), .layerNorm(let limit), .parameterNorm(let limit), .globalNorm(let limit):
      return limit > 0 && limit.isFinite
        ? nil : "a gradient limit of \(limit); it must be finite and above 0"
    }
  }
}
