import Conformance
import DataSets
import Networks
import Tensors
import TestSupport
import Testing
import Training

extension MultiLayerNetwork: AuditedTrainer {
  /// The gradients in the parameters' order.
  public func gradients(_ batch: DataSet) throws -> [(name: String, values: [Float])] {
    let pass: (loss: BatchLoss, gradients: [String: Tensor]) = try gradients(batch)
    return parameterNames.map { name in (name, pass.gradients[name]?.elements ?? []) }
  }
}

@Suite struct TrainerTests {
  /// Two examples of 5 and 3 steps, x = 1, 2, 3, ..., every label 1.
  private let batch: DataSet = {
    var features = Tensor(shape: [2, 1, 5])
    var labels = Tensor(shape: [2, 1, 5])
    let mask = Mask(ranges: [0..<5, 0..<3], stepCount: 5)
    for (row, length) in [5, 3].enumerated() {
      for step in 0..<length {
        features[row, 0, step] = Float(5 * row + step + 1)
        labels[row, 0, step] = 1
      }
    }
    return DataSet(features: features, labels: labels, featuresMask: mask, labelsMask: mask)
  }()

  @Test func aGoodTrainerPasses() throws {
    let report = try checkConformance(of: BrokenTrainer(nil), on: [batch])
    #expect(
      report.description == """
        1 batches, 2 examples
        - outputs are exactly 0 outside the step mask
        - outputs are the same twice
        - the values of padding change nothing
        - further steps of padding change nothing
        - an example's outputs do not depend on the others
        - the storage order changes nothing
        - score changes nothing
        - the losses of examples add up
        - the values of padding change no gradient
        - the values of padding and the storage order change no update
        - a copy learns on its own
        - a piece whose labels are all masked changes nothing
        """)
  }

  @Test(arguments: TrainerFault.allCases) func everyBrokenPromiseIsNamed(_ fault: TrainerFault) {
    let expected =
      switch fault {
      case .shape:
        "outputs: outputs are [N, outputs, T], but their shape is [2, 5, 1] for N = 2, T = 5"
      case .zeros:
        "outputs of example 1, step 3: outputs are exactly 0 outside the step mask, but output 0 is 0.25"
      case .twice:
        "outputs of example 0, step 0: outputs are the same twice, but output 0 was 1.75 and is now 2.75"
      case .padding:
        "outputs of example 0, step 0: the values of padding change nothing, "
          + "but output 0 was 0.75 and is now nan"
      case .poisonedZeros:
        "outputs of example 0, step 5, with NaN as padding: outputs are exactly 0 outside the step mask, "
          + "but output 0 is nan"
      case .length:
        "outputs of example 0, step 0: further steps of padding change nothing, "
          + "but output 0 was 0.95 and is now 0.89285713"
      case .company:
        "outputs of example 0, step 0: an example's outputs do not depend on the others, "
          + "but output 0 was 2.75 and is now 1.75"
      case .order:
        "outputs of example 0, step 0: the storage order changes nothing (f), "
          + "but output 0 was 0.75 and is now 1.75"
      case .scoreChanges:
        "outputs of example 0, step 0: score changes nothing, but output 0 was 0.75 and is now 1.75"
      case .scoreCounts:
        "step count of score: a loss counts the labels that are present, and rows, "
          + "but it was 8 and is now 10"
      case .scorePadding:
        "sum of score: the values of padding change nothing, but it was 28.5 and is now nan"
      case .sums: "sum of score: the losses of examples add up, but it was 57.0 and is now 28.5"
      case .gradients:
        "gradient of bias, element 1: the values of padding change nothing, but it was 24.0 and is now nan"
      case .fitLoss:
        "sum of loss of fit: the values of padding change nothing, but it was 28.5 and is now nan"
      case .update:
        "outputs after an update of example 0, step 0: the values of padding change nothing, "
          + "but output 0 was -2.25 and is now nan"
      case .copies:
        "outputs of example 0, step 0: a copy learns on its own, but output 0 was 0.75 and is now -2.25"
      case .masked:
        "loss of fit: a piece whose labels are all masked changes nothing, but fit gives a loss of 0.0"
      case .maskedUpdate:
        "outputs after an update of example 0, step 0: a piece whose labels are all masked changes nothing, "
          + "but output 0 was 0.75 and is now 1.0"
      case .maskedScore:
        "score: a piece whose labels are all masked changes nothing, but its sum is 1.0, of 0 steps"
      }
    #expect(
      message { try checkConformance(of: BrokenTrainer(fault), on: [batch]) } == "batch 0, \(expected)")
  }

  @Test func networksPass() throws {
    let batches = try (0..<2).map { step in
      try IteratorTests.makeBatches(.shuffled(seed: 1)).batch(epoch: 0, index: step)
    }
    let truncated = NetworkConfiguration.Backpropagation.truncated(forward: 2, backward: 2)
    let cases: [(any Layer, NetworkConfiguration.Backpropagation)] = [
      (LSTM(4), .full), (LSTM(4), truncated), (GRU(4), .full), (GRU(4), truncated),
      (Bidirectional(LSTM(3)), .full), (Dense(4, activation: .tanh), .full),
    ]
    for (layer, backpropagation) in cases {
      let network = try MultiLayerNetwork(
        inputs: .recurrent(size: 2), seed: 5, updater: .adam(learningRate: 0.01),
        backpropagation: backpropagation
      ) {
        layer
        RNNOutput(3, activation: .softmax, loss: .multiClassCrossEntropy)
      }
      try checkConformance(of: network, on: batches)
    }
  }
}
