import CNetworkKernels
import DataSets
import Testing

/// The activations and their derivatives against their definitions in double precision.
@Suite struct ActivationTests {
  /// The functions of single values, with their numbers in the C kernels.
  static let functions: [(code: Int, slow: GraphActivation)] = [
    (TIMESTEP_TANH, .tanh), (TIMESTEP_SIGMOID, .sigmoid), (TIMESTEP_IDENTITY, .identity),
    (TIMESTEP_RELU, .relu),
    (TIMESTEP_HARD_SIGMOID, .hardSigmoid), (TIMESTEP_HARD_TANH, .hardTanh),
    (TIMESTEP_LEAKY_RELU, .leakyReLU),
    (TIMESTEP_ELU, .elu), (TIMESTEP_SELU, .selu), (TIMESTEP_SOFTPLUS, .softplus),
    (TIMESTEP_SOFTSIGN, .softsign),
    (TIMESTEP_GELU, .gelu), (TIMESTEP_SWISH, .swish),
  ]

  /// Numbers of every magnitude with both signs, including those where formulas change.
  static let inputs: [Float] = {
    var inputs: [Float] = [1e-6, 1e-20, 87.3, 88, 89, 104, 1e4, 1e10, 1e30, .greatestFiniteMagnitude]
    inputs += inputs.map { -$0 }
    for number in -30...30 {
      let value = Float(number)
      inputs += [value / 7, value * 3, value / 1000]
    }
    return inputs
  }()

  private func activated(_ code: Int, _ values: [Float]) -> [Float] {
    var values = values
    timestep_forward_activation(Int32(code), values.count, &values)
    return values
  }

  @Test(arguments: functions)
  func values(code: Int, slow: GraphActivation) {
    for (input, found) in zip(Self.inputs, activated(code, Self.inputs)) {
      let exact = slow([Double(input)])[0]
      // Some roundings of 2^-24 each; what is smaller than every normal float may be 0. Three functions are small far below
      // 0 as differences, or products, of larger numbers.
      let rest = [.hardSigmoid, .gelu, .swish].contains(slow) ? 0x1p-24 : Double(Float.leastNormalMagnitude)
      let bound = 6 * 0x1p-24 * exact.magnitude + rest
      #expect((Double(found) - exact).magnitude <= bound || Float(exact) == found, "\(slow)(\(input))")
      #expect(found.isFinite || !Float(exact).isFinite, "\(slow)(\(input)) is \(found)")
    }
  }

  @Test(arguments: functions)
  func notANumberStays(code: Int, slow: GraphActivation) {
    // More numbers than a vector register holds, so that both vector and scalar loops run.
    for count in [1, 19] {
      #expect(activated(code, [Float](repeating: .nan, count: count)).allSatisfy { $0.isNaN }, "\(slow)")
    }
  }

  /// Central differences of the definition, away from corners.
  @Test(arguments: functions)
  func slopes(code: Int, slow: GraphActivation) {
    let corners: [Double] = [-2.5, -1, 0, 1, 2.5]
    let inputs = Self.inputs.filter { input in
      input.magnitude < 50 && corners.allSatisfy { (Double(input) - $0).magnitude > 1e-4 }
    }
    var gradient = inputs.indices.map { Float($0 % 5) - 1.5 }
    let errors = gradient
    timestep_backward_activation(Int32(code), inputs.count, inputs, activated(code, inputs), &gradient)
    for (index, input) in inputs.enumerated() {
      let (above, below) = (slow([Double(input) + 1e-5])[0], slow([Double(input) - 1e-5])[0])
      let slope = (above - below) / 2e-5
      let found = Double(gradient[index]) / Double(errors[index])
      #expect((found - slope).magnitude < 1e-6 * max(1, slope.magnitude), "\(slow)'(\(input))")
    }
  }

  /// The whole Jacobian of the softmax, row by row.
  @Test(arguments: [1, 2, 3, 5, 17])
  func softmaxGradient(n: Int) {
    var random = SplitMix64(seed: UInt64(n))
    let logits = (0..<3 * n).map { _ in Float(random.symmetric(3)) }
    let errors = (0..<3 * n).map { _ in Float(random.symmetric(1)) }
    var (activated, gradient) = (logits, errors)
    timestep_forward_softmax(3, n, &activated)
    timestep_backward_softmax(3, n, activated, &gradient)
    for row in 0..<3 {
      let places = row * n..<(row + 1) * n
      for place in places {
        func sum(_ step: Double) -> Double {
          let z = places.map { Double(logits[$0]) + ($0 == place ? step : 0) }
          return zip(GraphActivation.softmax(z), errors[places]).reduce(0) { $0 + $1.0 * Double($1.1) }
        }
        let slope = (sum(1e-5) - sum(-1e-5)) / 2e-5
        #expect((Double(gradient[place]) - slope).magnitude < 1e-6)
      }
    }
  }

  /// Differences of millions between logits do not overflow.
  @Test func softmaxOfLargeNumbers() {
    var values: [Float] = [-3e38, 0, 3e38, 1e30, 1e30, -1e30]
    timestep_forward_softmax(2, 3, &values)
    #expect(values == [0, 0, 1, 0.5, 0.5, 0])
  }
}
