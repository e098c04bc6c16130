import DataSets
import Tensors

/// The work of one thread on some rows of a batch, with its own buffers, which are reused.
///
/// A network cuts every batch into shares by its size alone, so that no result depends on the number of
/// threads.
struct BatchShare: Sendable {
  private var computations: [any LayerComputation]
  private var outputLayer: any OutputComputation
  private let scopes: [LayerShape.Scope]
  /// The input, followed by every layer's output.
  private(set) var activations: [StepValues]
  private var errors = StepValues()
  private var nextErrors = StepValues()
  private var labels = StepValues()
  /// The gradient of each layer's parameters, for the loss summed over this share's rows.
  private(set) var gradients: [[Float]]

  init(_ configuration: NetworkConfiguration, _ plan: NetworkPlan) {
    let layers = configuration.layers.map(\.layer)
    computations = plan.inputs.dropLast().enumerated().map {
      configuration.makeComputation(of: $0, input: $1.type)
    }
    guard let last = layers.last as? any OutputLayer, let lastInput = plan.inputs.last else {
      preconditionFailure("a planned network ends with an output layer")
    }
    outputLayer = last.makeOutputComputation(input: lastInput.type)
    scopes = plan.inputs.map(\.scope)
    activations = [StepValues](repeating: StepValues(), count: layers.count + 1)
    gradients = plan.specifications.map { [Float](repeating: 0, count: $0.reduce(0) { $0 + $1.count }) }
  }

  /// Returns the passes over some rows, one per layer.
  ///
  /// - Parameter noise: Returns the noise of a layer; `nil` outside training.
  func passes(_ flags: StepFlags, _ parameters: [[Float]], noise: ((_ layer: Int) -> LayerPass.Noise)? = nil)
    -> [LayerPass]
  {
    let seriesCodes = scopes.contains(.series) ? flags.ofSeries : flags
    return scopes.indices.map { layer in
      LayerPass(
        parameters: parameters[layer], flags: scopes[layer] == .step ? flags : seriesCodes,
        noise: noise?(layer))
    }
  }

  /// Takes rows `rows` of a batch as the input.
  ///
  /// - Returns: True if all present values are finite.
  mutating func take(_ batch: DataSet, rows: Range<Int>) -> Bool {
    gather(batch.features, batch.featuresMask, rows, into: &activations[0])
    return activations[0].isFinite
  }

  /// Takes values as the input.
  mutating func take(_ input: StepValues) { activations[0] = input }

  /// Computes every layer's outputs, after `take`.
  ///
  /// - Parameter states: The state before the steps, one per layer; becomes the state after them.
  mutating func forward(_ passes: [LayerPass], states: inout [RecurrentState?]) {
    for layer in passes.indices {
      var output = StepValues()
      swap(&output, &activations[layer + 1])
      if layer < computations.count {
        computations[layer].forward(
          activations[layer], passes[layer], state: &states[layer], into: &output)
      } else {
        outputLayer.forward(activations[layer], passes[layer], state: &states[layer], into: &output)
      }
      swap(&output, &activations[layer + 1])
    }
  }

  /// True if the labels that the loss was computed from are finite.
  var hasFiniteLabels: Bool { labels.isFinite }

  /// Computes the loss summed over the labelled steps, after `forward`, and the gradient that `backward`
  /// starts from.
  mutating func loss(_ batch: DataSet, rows: Range<Int>, flags: StepFlags, _ passes: [LayerPass]) -> Double {
    guard let tensor = batch.labels, let last = passes.last else { return 0 }
    gather(tensor, batch.labelsMask, rows, into: &labels)
    if scopes.last == .series { keepPredictedSteps(of: flags) }
    return outputLayer.loss(
      activations[passes.count], labels: labels, flags: last.flags, gradient: &errors)
  }

  /// Computes all gradients of the layers from `lowest` on, after `loss`.
  mutating func backward(_ passes: [LayerPass], firstStep: Int, lowest: Int = 0) {
    let last = computations.count
    outputLayer.backward(
      activations[last], outputGradient: errors, passes[last], firstStep: firstStep,
      gradient: &gradients[last])
    if last > lowest { outputLayer.inputGradient(passes[last], firstStep: firstStep, into: &nextErrors) }
    for layer in (0..<last).reversed() where layer >= lowest {
      swap(&errors, &nextErrors)
      computations[layer].backward(
        activations[layer], outputGradient: errors, passes[layer], firstStep: firstStep,
        gradient: &gradients[layer])
      if layer > lowest {
        computations[layer].inputGradient(passes[layer], firstStep: firstStep, into: &nextErrors)
      }
    }
  }

  /// Reduces the labels of every series to the label of the step that holds its prediction.
  private mutating func keepPredictedSteps(of flags: StepFlags) {
    var kept = StepValues()
    kept.reshape(steps: 1, rows: labels.rows, size: labels.size)
    for row in 0..<labels.rows {
      guard let step = flags.predictionStep(of: row) else { continue }
      for unit in 0..<labels.size { kept[0, row, unit] = labels[step, row, unit] }
    }
    labels = kept
  }

  /// Copies rows of `tensor`, `[N, C, T]` in any storage order; masked cells become 0, whatever they hold.
  private func gather(_ tensor: Tensor, _ mask: Mask, _ rows: Range<Int>, into series: inout StepValues) {
    let size = tensor.shape[1]
    series.reshape(steps: tensor.shape[2], rows: rows.count, size: size)
    let strides = tensor.strides
    let elements = tensor.elements
    var to = 0
    for step in 0..<series.steps {
      for row in rows {
        var from = row * strides[0] + step * strides[2]
        let isPresent = mask.isFull || mask[row, step]
        for _ in 0..<size {
          series.storage[to] = isPresent ? elements[from] : 0
          to += 1
          from += strides[1]
        }
      }
    }
  }
}
