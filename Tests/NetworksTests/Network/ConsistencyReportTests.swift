import DataSets
import Networks
import Tensors
import Testing
import Training

/// The report holds for correct networks, and detects faulty ones.
@Suite struct ConsistencyReportTests {
  private struct Batches: DataSetIterator {
    let batches: [DataSet]
    var position = 0

    mutating func begin(epoch: Int) { position = 0 }

    mutating func next() throws -> DataSet? {
      guard position < batches.count else { return nil }
      defer { position += 1 }
      return batches[position]
    }
  }

  private func batches(_ masks: MaskPattern, starts: StartPattern = .stepZero) -> Batches {
    var random = SplitMix64(seed: 61)
    return Batches(
      batches: [7, 2, 20].map {
        randomBatch(
          ($0, 3, 9), outputs: 2, loss: .meanSquaredError, masks: masks, starts: starts, padding: .nan,
          using: &random)
      })
  }

  @Test(arguments: MaskPattern.allCases, [StartPattern.stepZero, .several])
  func predictionsAreConsistent(masks: MaskPattern, starts: StartPattern) throws {
    let data = batches(masks, starts: starts)
    let report = try mixedNetwork().verifyConsistency(on: data)
    #expect(report.holds, "\(report)")
    #expect(report.findings.map(\.way) == MultiLayerNetwork.ConsistencyReport.Way.allCases)
    #expect(report.findings.allSatisfy { $0.outputCount > 0 && $0.largestDifference != nil })
  }

  /// With layers that need whole series, the ways that cut series are omitted.
  @Test(
    arguments: [
      [LSTM(4), LastTimeStep()], [Bidirectional(GRU(4)), LastTimeStep()],
      [Bidirectional(LSTM(4), .product), Dropout(rate: 0.5), LastTimeStep(backward: .last)],
    ] as [[any Layer]])
  func wholeSeries(layers: [any Layer]) throws {
    let network = try MultiLayerNetwork(inputs: .recurrent(size: 3), seed: 1, updater: .sgd(learningRate: 1))
    {
      for layer in layers { layer }
      SeriesOutput(2, activation: .identity, loss: .meanSquaredError)
    }
    let data = batches(.manyToOne)
    let report = try network.verifyConsistency(on: data)
    #expect(report.holds, "\(report)")
    #expect(
      report.findings.filter { $0.largestDifference == nil }.map(\.way) == [
        .stepByStep, .randomCuts, .lanes,
      ])
    #expect(report.description.contains("step by step                   -        -  needs whole series"))
  }

  /// A layer that counts the steps of the batch: earlier steps, or padding in front, change its outputs.
  @Test func findsWhatDependsOnTheBatch() throws {
    let network = try MultiLayerNetwork(inputs: .recurrent(size: 3), seed: 1, updater: .sgd(learningRate: 1))
    {
      StepCounter()
      RNNOutput(2, activation: .identity, loss: .meanSquaredError)
    }
    let data = batches(.full)
    let report = try network.verifyConsistency(on: data)
    #expect(!report.holds)
    let broken = report.findings.filter { !$0.holds }.map(\.way)
    #expect(broken == [.stepByStep, .randomCuts, .padded, .lanes])
    #expect(report.description.contains("BROKEN"))
  }

  /// NaN outputs do not equal anything, not even themselves.
  @Test func numbersThatAreNotNumbers() throws {
    var network = try mixedNetwork()
    network[parameter: "layer2.b"] = Tensor(shape: [2], elements: [.nan, 0])
    let data = batches(.full)
    let report = try network.verifyConsistency(on: data)
    #expect(report.findings.allSatisfy { !$0.holds && $0.largestDifference?.isNaN == true })
  }
}

/// Outputs the number of the step in the batch: a faulty layer, as a user might write it.
private struct StepCounter: Layer {
  static let kind = "stepCounter"
  var validationError: String? { nil }
  var inputArrangement: InputType.Arrangement? { nil }
  func output(of input: LayerShape) -> LayerShape { LayerShape(.recurrent(size: 1), input.scope) }
  func parameters(input: InputType) -> [ParameterSpecification] { [] }
  func makeComputation(input: InputType) -> any LayerComputation { Computation() }

  struct Computation: LayerComputation {
    func forward(
      _ input: StepValues, _ pass: LayerPass, state: inout RecurrentState?, into output: inout StepValues
    ) {
      output.reshape(steps: input.steps, rows: input.rows, size: 1)
      for step in 0..<input.steps {
        for row in 0..<input.rows { output[step, row, 0] = pass.flags.isPresent(step, row) ? Float(step) : 0 }
      }
    }

    func backward(
      _ input: StepValues, outputGradient: StepValues, _ pass: LayerPass, firstStep: Int,
      gradient: inout [Float]
    ) {}

    func inputGradient(_ pass: LayerPass, firstStep: Int, into inputGradient: inout StepValues) {
      inputGradient.reshape(steps: pass.flags.steps, rows: pass.flags.rows, size: 1)
      inputGradient.clear()
    }
  }
}
