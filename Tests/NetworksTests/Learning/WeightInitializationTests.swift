import DataSets
import FoundationEssentials
import Networks
import Tensors
import Testing

/// Initial weights: moments, bounds, structure, repeatability, and invalid settings.
@Suite struct WeightInitializationTests {
  /// A network whose layer 0 has `W` [40, 4 * 30] and `R` [30, 4 * 30].
  private func network(_ weights: WeightInitialization, seed: UInt64 = 1) throws -> MultiLayerNetwork {
    try MultiLayerNetwork(inputs: .recurrent(size: 40), seed: seed, updater: .sgd(learningRate: 1)) {
      LSTM(30).weights(weights)
      RNNOutput(2, activation: .softmax, loss: .multiClassCrossEntropy)
    }
  }

  /// The variance of `W`, with fanIn 40 and fanOut 30, and the bound of its elements if there is one.
  static let random: [(WeightInitialization, variance: Double, isUniform: Bool)] = [
    (.normal(deviation: 0.3), 0.09, false), (.uniform(limit: 0.3), 0.03, true), (.xavier, 2.0 / 70, false),
    (.xavierUniform, 2.0 / 70, true), (.xavierFanIn, 1.0 / 40, false), (.relu, 2.0 / 40, false),
    (.reluUniform, 2.0 / 40, true), (.leCunNormal, 1.0 / 40, false), (.leCunUniform, 1.0 / 40, true),
    (.sigmoidUniform, 16 * 2.0 / 70, true),
  ]

  @Test(arguments: random)
  func meanAndVariance(weights: WeightInitialization, variance: Double, isUniform: Bool) throws {
    let values = try network(weights)[parameter: "layer0.W"].doubles
    let count = Double(values.count)
    let mean = values.reduce(0, +) / count
    let second = values.reduce(0) { $0 + $1 * $1 } / count
    // Five standard deviations: of the mean sqrt(variance / n); of the mean square sqrt((kurtosis - 1) / n) variance, with
    // the kurtosis 3 of a normal distribution and 9/5 of a uniform one.
    #expect(mean.magnitude < 5 * (variance / count).squareRoot())
    let spread = ((isUniform ? 0.8 : 2) / count).squareRoot()
    #expect((second / variance - 1).magnitude < 5 * spread)
    let largest = values.reduce(0) { max($0, $1.magnitude) }
    // The limit of a uniform distribution is sqrt(3 variance); of 4,800 normal numbers some pass 3 deviations.
    let limit = (3 * variance).squareRoot()
    if isUniform {
      #expect(largest <= limit * (1 + 0x1p-23) && largest > 0.99 * limit)
    } else {
      #expect(largest > 3 * variance.squareRoot() && largest < 6 * variance.squareRoot())
    }
  }

  @Test(arguments: random.map { $0.0 } + [.orthogonal(), .orthogonal(gain: 2)])
  func seedsDecide(weights: WeightInitialization) throws {
    #expect(try network(weights).bits == network(weights).bits)
    let (a, b) = (try network(weights), try network(weights, seed: 2))
    for name in ["layer0.W", "layer0.R"] {
      #expect(a[parameter: name].bits != b[parameter: name].bits)
      #expect(Set(a[parameter: name].bits).count > a[parameter: name].elements.count / 2)
    }
  }

  @Test func constants() throws {
    for (weights, value) in [(WeightInitialization.zero, Float(0)), (.ones, 1), (.constant(-0.25), -0.25)] {
      let network = try network(weights)
      for name in ["layer0.W", "layer0.R"] {
        #expect(network[parameter: name].elements.allSatisfy { $0 == value })
      }
      // Biases have their own values.
      #expect(network[parameter: "layer0.b"].elements[30] == 1)
    }
  }

  /// Every gate's block has orthogonal rows or columns, whichever are fewer, of length `gain`.
  @Test(arguments: [(1, 1), (1, 3), (3, 1), (5, 3), (3, 5), (8, 8), (17, 20)], [Float(1), -1.5])
  func orthogonal(sizes: (inputs: Int, units: Int), gain: Float) throws {
    let (inputs, n) = sizes
    let network = try MultiLayerNetwork(
      inputs: .recurrent(size: inputs), seed: 9, updater: .sgd(learningRate: 1)
    ) {
      LSTM(n).weights(.orthogonal(gain: gain))
      RNNOutput(2, activation: .softmax, loss: .multiClassCrossEntropy)
    }
    for (name, rows) in [("layer0.W", inputs), ("layer0.R", n)] {
      let values = network[parameter: name].doubles
      var blocks: [[Double]] = []
      for gate in 0..<4 {
        func value(_ row: Int, _ column: Int) -> Double { values[row * 4 * n + gate * n + column] }
        let vectors =
          rows <= n
          ? (0..<rows).map { row in (0..<n).map { value(row, $0) } }
          : (0..<n).map { column in (0..<rows).map { value($0, column) } }
        for (i, a) in vectors.enumerated() {
          for (j, b) in vectors.enumerated() {
            let product = zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
            // Every element is rounded to 2^-24 of its size.
            let expected = i == j ? Double(gain * gain) : 0
            #expect((product - expected).magnitude < 4 * 0x1p-23 * Double(gain * gain))
          }
        }
        blocks.append(vectors.flatMap { $0 })
      }
      if rows * n > 1 { #expect(Set(blocks).count == 4, "gates are drawn alike") }
    }
  }

  @Test func identity() throws {
    let network = try MultiLayerNetwork(
      inputs: .recurrent(size: 3), seed: 9, updater: .sgd(learningRate: 1)
    ) {
      LSTM(3).weights(.identity)
      RNNOutput(3, activation: .softmax, loss: .multiClassCrossEntropy).weights(.identity)
    }
    let gates = (0..<36).map { index in index % 12 % 3 == index / 12 ? Float(1) : 0 }
    #expect(network[parameter: "layer0.W"].elements == gates)
    #expect(network[parameter: "layer0.R"].elements == gates)
    #expect(network[parameter: "layer1.W"].elements == [1, 0, 0, 0, 1, 0, 0, 0, 1])
  }

  @Test func invalidWeightsAreRejected() {
    func expectRejection(_ weights: WeightInitialization, _ problem: String, inLayer: String? = nil) {
      #expect(throws: NetworkError("layer 0 (lstm): \(inLayer ?? problem)")) { try network(weights) }
      guard inLayer == nil else { return }
      #expect(throws: NetworkError(problem)) {
        try MultiLayerNetwork(
          inputs: .recurrent(size: 1), seed: 1, updater: .sgd(learningRate: 1), weights: weights
        ) { RNNOutput(2, activation: .softmax, loss: .multiClassCrossEntropy) }
      }
    }
    expectRejection(.constant(.nan), "initial weights of nan; they must be finite")
    expectRejection(
      .normal(deviation: -1), "initial weights with a deviation of -1.0; it must be finite and not negative")
    expectRejection(
      .uniform(limit: .nan), "initial weights with a limit of nan; it must be finite and not negative")
    expectRejection(.orthogonal(gain: .infinity), "initial weights with a gain of inf; it must be finite")
    expectRejection(
      .identity, "",
      inLayer: "the initial weights W cannot be the identity, because they take 40 values and give 30; the "
        + "identity requires a square matrix: choose another initialization")
  }

  @Test func inFiles() throws {
    let all: [WeightInitialization] =
      Self.random.map { $0.0 } + [.zero, .ones, .constant(2), .identity, .orthogonal(gain: 2)]
    for weights in all {
      #expect(
        try JSONDecoder().decode(WeightInitialization.self, from: try JSONEncoder().encode(weights))
          == weights)
    }
    // As existing model files contain it.
    #expect(
      String(decoding: try JSONEncoder().encode(WeightInitialization.xavier), as: UTF8.self)
        == #"{"xavier":{}}"#)
  }
}
