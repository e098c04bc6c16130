extension NetworkConfiguration {
  /// What the weights of a layer cost in the score.
  func regularization(of layer: Int) -> Regularization {
    layers[layer].regularization ?? Regularization(l1: l1, l2: l2)
  }

  /// Refuses numbers with which nothing can be learnt; configurations come out of model files too.
  func checkTraining() throws(NetworkError) {
    let problem =
      updater.problem ?? weights.problem ?? Regularization(l1: l1, l2: l2).problem ?? gradientLimit.problem
    if let problem { throw NetworkError(problem) }
  }

  /// Refuses what is special about a layer where it is impossible.
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
  /// What is impossible about the limit, in words; `nil` when nothing is.
  var problem: String? {
    switch self {
    case .none, .renormalizedLayer, .renormalizedParameter: return nil
    case .elements(let limit), .layerNorm(let limit), .parameterNorm(let limit), .globalNorm(let limit):
      return limit > 0 && limit.isFinite
        ? nil : "a gradient limit of \(limit); it must be finite and above 0"
    }
  }
}
