import DataSets
import Networks
import Platform
import Tensors
import TestSupport
import Testing

/// A user's own layer, as `Docs/Architecture.md` shows it.
@Suite struct OwnLayerTests {
  // docs: begin
  /// Multiplies each unit by a learned factor: y = g * x.
  ///
  /// Parameters: `g` [n], initially 1.
  struct Gain: Layer {
    static let kind = "gain"
    var validationError: String? { nil }
    var inputArrangement: InputType.Arrangement? { nil }

    func output(of input: LayerShape) throws(NetworkError) -> LayerShape { input }

    func parameters(input: InputType) -> [ParameterSpecification] {
      [ParameterSpecification("g", [input.size], .constant(1), isRegularized: false)]
    }

    func makeComputation(input: InputType) -> any LayerComputation { GainComputation() }
  }

  struct GainComputation: LayerComputation {
    private var errors = StepValues()

    func forward(
      _ input: StepValues, _ pass: LayerPass, state: inout RecurrentState?, into output: inout StepValues
    ) {
      // The input is 0 at absent steps, so the output is too.
      output.reshape(steps: input.steps, rows: input.rows, size: input.size)
      for step in 0..<input.steps {
        for row in 0..<input.rows {
          for unit in 0..<input.size {
            output[step, row, unit] = pass.parameters[unit] * input[step, row, unit]
          }
        }
      }
    }

    mutating func backward(
      _ input: StepValues, outputGradient: StepValues, _ pass: LayerPass, firstStep: Int,
      gradient: inout [Float]
    ) {
      for unit in gradient.indices { gradient[unit] = 0 }
      errors = outputGradient
      for step in firstStep..<input.steps {
        for row in 0..<input.rows where pass.flags.isPresent(step, row) {
          for unit in 0..<input.size {
            gradient[unit] += outputGradient[step, row, unit] * input[step, row, unit]
          }
        }
      }
    }

    func inputGradient(_ pass: LayerPass, firstStep: Int, into inputGradient: inout StepValues) {
      inputGradient.reshape(steps: errors.steps, rows: errors.rows, size: errors.size)
      inputGradient.clear()
      for step in firstStep..<errors.steps {
        for row in 0..<errors.rows where pass.flags.isPresent(step, row) {
          for unit in 0..<errors.size {
            inputGradient[step, row, unit] = pass.parameters[unit] * errors[step, row, unit]
          }
        }
      }
    }
  }
  // docs: end

  /// A gain on top of an LSTM has the same effect as multiplying the rows of the output's weights by it.
  @Test(arguments: MaskPattern.allCases)
  func aGainEqualsScaledOutputWeights(masks: MaskPattern) throws {
    var random = SplitMix64(seed: 71)
    let batch = randomBatch(
      (3, 2, 4), outputs: 2, loss: .meanSquaredError, masks: masks, padding: .nan, using: &random)
    var network = try MultiLayerNetwork(
      inputs: .recurrent(size: 2), seed: 1, updater: .sgd(learningRate: 1)
    ) {
      LSTM(3)
      Gain()
      RNNOutput(2, activation: .identity, loss: .meanSquaredError)
    }
    network[parameter: "layer1.g"] = Tensor(shape: [3], elements: [0.5, -2, 4])
    var other = try MultiLayerNetwork(
      inputs: .recurrent(size: 2), seed: 1, updater: .sgd(learningRate: 1)
    ) {
      LSTM(3)
      RNNOutput(2, activation: .identity, loss: .meanSquaredError)
    }
    for key in ["layer0.W", "layer0.R", "layer0.b"] { other[parameter: key] = network[parameter: key] }
    var weights = network[parameter: "layer2.W"]
    for output in 0..<2 {
      weights[0, output] *= 0.5
      weights[1, output] *= -2
      weights[2, output] *= 4
    }
    other[parameter: "layer1.W"] = weights
    other[parameter: "layer1.b"] = network[parameter: "layer2.b"]
    let (one, two) = (try network.gradients(batch), try other.gradients(batch))
    // The factors are powers of two: nothing rounds differently.
    #expect(try network.output(batch).bits == other.output(batch).bits)
    for key in ["layer0.W", "layer0.R", "layer0.b"] {
      #expect(relativeDifference(one.gradients[key]?.doubles ?? [], two.gradients[key]?.doubles ?? []) < 1e-6)
    }
    // d loss / d g = sum over outputs of W * d loss / d (g W).
    let (w, gradient) = (network[parameter: "layer2.W"], try #require(two.gradients["layer1.W"]))
    let expected = (0..<3).map { unit in
      (0..<2).reduce(0.0) { $0 + Double(w[unit, $1]) * Double(gradient[unit, $1]) }
    }
    #expect(relativeDifference(one.gradients["layer1.g"]?.doubles ?? [], expected) < 1e-5)
  }

  @Test func theDocumentationShowsThisLayer() throws {
    func text(_ path: String) throws -> [Substring] {
      let file = FileBuffer()
      try file.read(path)
      return String(decoding: Array(file.bytes), as: UTF8.self).split(
        separator: "\n", omittingEmptySubsequences: false)
    }
    let own = try text(#filePath)
    let begin = try #require(own.firstIndex(of: "  // docs: begin"))
    let end = try #require(own.firstIndex(of: "  // docs: end"))
    let shown = try text(Repository.path + "/Docs/Architecture.md")
    let fence = try #require(shown.firstIndex(of: "```swift"))
    let documented = shown[(fence + 1)...].prefix { $0 != "```" }
    let indented = documented.map { line -> String in line.isEmpty ? "" : "  \(line)" }
    #expect(indented == own[(begin + 1)..<end].map(String.init))
  }
}
