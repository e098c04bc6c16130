import DataSets
import Tensors

/// The work of one thread on some rows of a batch: a batch of its own, with buffers that are reused.
///
/// A network cuts every batch into shares by its size alone, so that no result depends on the number of threads.
struct NetworkShare: Sendable {
  private var computations: [any LayerComputation]
  private var outputLayer: any OutputComputation
  /// The input, and then every layer's output.
  private(set) var activations: [Series]
  private var errors = Series()
  private var nextErrors = Series()
  private var labels = Series()
  /// The gradient of each layer's parameters, of the loss summed over this share's rows.
  private(set) var gradients: [[Float]]

  init(_ configuration: NetworkConfiguration, parameterCounts: [Int]) {
    let indices = configuration.layers.indices.dropLast()
    computations = indices.map {
      configuration.layers[$0].makeComputation(inputSize: configuration.inputSize(of: $0))
    }
    guard let last = configuration.layers.last as? any OutputLayer else {
      preconditionFailure("a validated network ends with an output layer")
    }
    outputLayer = last.makeOutputComputation(inputSize: configuration.inputSize(of: indices.endIndex))
    activations = [Series](repeating: Series(), count: configuration.layers.count + 1)
    gradients = parameterCounts.map { [Float](repeating: 0, count: $0) }
  }

  /// Computes every layer's outputs for rows `rows` of `batch`.
  ///
  /// - Parameter states: One a layer: the state before the batch; becomes the state after it.
  mutating func forward(
    _ batch: DataSet, rows: Range<Int>, codes: StepCodes, parameters: [[Float]],
    states: inout [RecurrentState?]
  ) {
    gather(batch.features, batch.featuresMask, rows, into: &activations[0])
    for layer in 0...computations.count {
      var output = Series()
      swap(&output, &activations[layer + 1])
      if layer < computations.count {
        computations[layer].forward(
          activations[layer], parameters: parameters[layer], codes: codes, state: &states[layer],
          into: &output)
      } else {
        outputLayer.forward(
          activations[layer], parameters: parameters[layer], codes: codes, state: &states[layer],
          into: &output)
      }
      swap(&output, &activations[layer + 1])
    }
  }

  /// The loss summed over the labelled steps, after `forward`; what `backward` begins with.
  mutating func loss(_ batch: DataSet, rows: Range<Int>, codes: StepCodes) -> Double {
    guard let tensor = batch.labels else { return 0 }
    gather(tensor, batch.labelsMask, rows, into: &labels)
    return outputLayer.loss(
      activations[activations.count - 1], labels: labels, codes: codes, gradient: &errors)
  }

  /// Computes all gradients, after `loss`.
  mutating func backward(codes: StepCodes, parameters: [[Float]], firstStep: Int) {
    let last = computations.count
    outputLayer.backward(
      activations[last], outputGradient: errors, parameters: parameters[last], codes: codes,
      firstStep: firstStep,
      gradient: &gradients[last])
    if last > 0 {
      outputLayer.inputGradient(parameters: parameters[last], firstStep: firstStep, into: &nextErrors)
    }
    for layer in (0..<last).reversed() {
      swap(&errors, &nextErrors)
      computations[layer].backward(
        activations[layer], outputGradient: errors, parameters: parameters[layer], codes: codes,
        firstStep: firstStep, gradient: &gradients[layer])
      if layer > 0 {
        computations[layer].inputGradient(
          parameters: parameters[layer], firstStep: firstStep, into: &nextErrors)
      }
    }
  }

  /// Copies rows of `tensor`, `[N, C, T]` in any storage order; masked cells are selected to 0, whatever they hold.
  private func gather(_ tensor: Tensor, _ mask: Mask, _ rows: Range<Int>, into series: inout Series) {
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
