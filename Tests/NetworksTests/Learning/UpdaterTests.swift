import DataSets
import FoundationEssentials
import Networks
import TensorFiles
import Testing

/// Every updater against its double-precision reference and PyTorch; its state; invalid settings.
@Suite struct UpdaterTests {
  /// Every updater, slow and fast, with settings that differ from the defaults where a mix-up would not show.
  static let all: [(updater: Updater, slow: ReferenceUpdater, slots: [String])] = [
    (.sgd(learningRate: 0.125), .sgd(rate: 0.125), []),
    (.nesterovs(learningRate: 0.125, momentum: 0.75), .nesterovs(rate: 0.125, momentum: 0.75), ["m"]),
    (.adaGrad(learningRate: 0.125, epsilon: 0x1p-10), .adaGrad(rate: 0.125, epsilon: 0x1p-10), ["v"]),
    (
      .rmsProp(learningRate: 0.125, decay: 0.75, epsilon: 0x1p-10),
      .rmsProp(rate: 0.125, decay: 0.75, epsilon: 0x1p-10), ["v"]
    ),
    (
      .adaDelta(decay: 0.75, epsilon: 0x1p-10), .adaDelta(rate: 1, decay: 0.75, epsilon: 0x1p-10), ["m", "v"]
    ),
    (
      .adam(learningRate: 0.125, beta1: 0.75, beta2: 0.875, epsilon: 0x1p-10),
      .adam(rate: 0.125, beta1: 0.75, beta2: 0.875, epsilon: 0x1p-10), ["m", "v"]
    ),
    (
      .adamW(learningRate: 0.125, weightDecay: 0.5, beta1: 0.75, beta2: 0.875, epsilon: 0x1p-10),
      .adamW(rate: 0.125, beta1: 0.75, beta2: 0.875, epsilon: 0x1p-10, weightDecay: 0.5), ["m", "v"]
    ),
    (
      .nadam(learningRate: 0.125, beta1: 0.75, beta2: 0.875, epsilon: 0x1p-10),
      .nadam(rate: 0.125, beta1: 0.75, beta2: 0.875, epsilon: 0x1p-10), ["m", "v"]
    ),
    (
      .amsGrad(learningRate: 0.125, beta1: 0.75, beta2: 0.875, epsilon: 0x1p-10),
      .amsGrad(rate: 0.125, beta1: 0.75, beta2: 0.875, epsilon: 0x1p-10), ["m", "v", "vMax"]
    ),
  ]

  /// 25 updates, for counts that fill vector registers and counts that do not; weights are the first half.
  @Test(arguments: all.indices, [0, 1, 3, 8, 17, 100])
  func trajectory(index: Int, count: Int) {
    let (updater, slow, slots) = Self.all[index]
    var random = SplitMix64(seed: UInt64(100 * index + count))
    var parameters = (0..<count).map { _ in Float(random.symmetric(1)) }
    let weights = 0..<count / 2
    var scalars = parameters.enumerated().map { place, value in
      ReferenceTrajectory(Double(value), slow, isWeight: weights.contains(place))
    }
    var state = UpdaterState()
    for update in 0..<25 {
      // Rates as a schedule would make them, exact in a Float.
      let factor: Float = update % 3 == 0 ? 1 : 0.5
      // The last gradient is always 0, so that a missing epsilon would divide 0 by 0.
      let gradient = (0..<count).map { place in
        place == count - 1 && place > 0 ? 0 : Float(random.symmetric(place % 5 == 0 ? 0.001 : 2))
      }
      state.update(
        &parameters, gradient, updater, rate: factor * updater.learningRate.value(iteration: 0, epoch: 0),
        weights: [weights])
      for place in 0..<count {
        scalars[place].update(Double(gradient[place]), rateTimes: Double(factor))
      }
      // About ten roundings of numbers up to 4 per update, which add up over the updates.
      let difference = zip(parameters, scalars).reduce(0.0) { max($0, (Double($1.0) - $1.1.value).magnitude) }
      #expect(difference < 1e-5, "after update \(update)")
    }
    #expect(state.slots.map { $0.name } == slots && state.slots.allSatisfy { $0.values.count == count })
    #expect(state.updateCount == (slots.isEmpty ? 0 : 25))
  }

  @Test(arguments: ["sgd", "nesterovs", "adaGrad", "rmsProp", "adaDelta", "adam", "adamW", "amsGrad"])
  func pyTorch(name: String) throws {
    let file = try SafetensorsFile("\(GraphGolden.folder)/updaters.safetensors")
    let json = Data((file.metadata["golden"] ?? "").utf8)
    let all = try JSONDecoder().decode([String: ReferenceUpdaterTests.Settings].self, from: json)
    let s = try #require(all[name])
    func float(_ value: Double?) -> Float { Float(value ?? .nan) }
    let rate = Schedule.constant(float(s.learningRate))
    let (epsilon, decay) = (float(s.epsilon), float(s.decay))
    let (beta1, beta2) = (float(s.beta1), float(s.beta2))
    let updaters: [String: Updater] = [
      "sgd": .sgd(learningRate: rate),
      "nesterovs": .nesterovs(learningRate: rate, momentum: float(s.momentum)),
      "adaGrad": .adaGrad(learningRate: rate, epsilon: epsilon),
      "rmsProp": .rmsProp(learningRate: rate, decay: decay, epsilon: epsilon),
      "adaDelta": .adaDelta(learningRate: rate, decay: decay, epsilon: epsilon),
      "adam": .adam(learningRate: rate, beta1: beta1, beta2: beta2, epsilon: epsilon),
      "adamW": .adamW(
        learningRate: rate, weightDecay: float(s.weightDecay), beta1: beta1, beta2: beta2, epsilon: epsilon),
      "amsGrad": .amsGrad(learningRate: rate, beta1: beta1, beta2: beta2, epsilon: epsilon),
    ]
    let updater = try #require(updaters[name])
    for part in ["W", "b"] {
      let gradients = try file.doubles("gradients.\(part)").elements.map { Float($0) }
      let expected = try file.doubles("\(name).\(part)").elements
      var parameters = try file.doubles("parameters.\(part)").elements.map { Float($0) }
      var state = UpdaterState()
      for update in 0..<6 {
        let row = update * 7..<update * 7 + 7
        state.update(
          &parameters, Array(gradients[row]), updater, rate: float(s.learningRate),
          weights: part == "W" ? [0..<7] : [])
        let difference = relativeDifference(parameters.map(Double.init), Array(expected[row]))
        #expect(difference < 2e-6, "\(part) after update \(update)")
      }
    }
  }

  /// A saved and restored state continues as if nothing had happened.
  @Test(arguments: all.indices)
  func restored(index: Int) {
    let updater = Self.all[index].updater
    var random = SplitMix64(seed: 3)
    func gradient() -> [Float] { (0..<5).map { _ in Float(random.symmetric(1)) } }
    var parameters: [Float] = [1, 2, 3, 4, 5]
    var state = UpdaterState()
    for _ in 0..<3 { state.update(&parameters, gradient(), updater, rate: 0.1, weights: [0..<5]) }
    var (otherParameters, other) = (
      parameters, UpdaterState(slots: state.slots, updateCount: state.updateCount)
    )
    #expect(other == state)
    let last = gradient()
    state.update(&parameters, last, updater, rate: 0.1, weights: [0..<5])
    other.update(&otherParameters, last, updater, rate: 0.1, weights: [0..<5])
    #expect(other == state && otherParameters == parameters)
  }

  /// The memory of another updater is meaningless: the first update is the same as with fresh memory.
  @Test func anotherUpdaterStartsAgain() {
    var (a, b): ([Float], [Float]) = ([1, 2], [1, 2])
    var (used, fresh) = (UpdaterState(), UpdaterState())
    var moved: [Float] = [0, 0]
    used.update(&moved, [5, -5], .amsGrad(learningRate: 0.1), rate: 0.1)
    used.update(&a, [1, 2], .adam(learningRate: 0.1), rate: 0.1)
    fresh.update(&b, [1, 2], .adam(learningRate: 0.1), rate: 0.1)
    #expect(a == b && used == fresh && used.updateCount == 1)
  }

  @Test func inFiles() throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    for (updater, _, _) in Self.all {
      #expect(try JSONDecoder().decode(Updater.self, from: try encoder.encode(updater)) == updater)
    }
    // As written before schedules existed.
    #expect(
      String(decoding: try encoder.encode(Updater.sgd(learningRate: 0.5)), as: UTF8.self)
        == #"{"sgd":{"learningRate":0.5}}"#)
  }

  @Test func invalidSettingsAreRejected() {
    let output = RNNOutput(2, activation: .softmax, loss: .multiClassCrossEntropy)
    func expectRejection(_ updater: Updater, _ problem: String) {
      #expect(throws: NetworkError(problem)) {
        try MultiLayerNetwork(inputs: .recurrent(size: 1), seed: 1, updater: updater) { output }
      }
      #expect(throws: NetworkError("layer 0 (rnnOutput): \(problem)")) {
        try MultiLayerNetwork(inputs: .recurrent(size: 1), seed: 1, updater: .sgd(learningRate: 1)) {
          output.updater(updater)
        }
      }
    }
    expectRejection(.sgd(learningRate: -0.5), "a learning rate of -0.5; it must be finite and not negative")
    expectRejection(
      .adam(learningRate: .constant(.nan)), "a learning rate of nan; it must be finite and not negative")
    expectRejection(
      .nesterovs(learningRate: 1, momentum: 1),
      "an updater with a momentum of 1.0; it must be at least 0 and below 1")
    expectRejection(
      .rmsProp(learningRate: 1, decay: -1),
      "an updater with a decay of -1.0; it must be at least 0 and below 1")
    expectRejection(
      .nadam(learningRate: 1, beta1: .nan),
      "an updater with a beta1 of nan; it must be at least 0 and below 1")
    expectRejection(
      .amsGrad(learningRate: 1, beta2: 1), "an updater with a beta2 of 1.0; it must be at least 0 and below 1"
    )
    expectRejection(
      .adaGrad(learningRate: 1, epsilon: 0), "an updater with an epsilon of 0.0; it must be above 0")
    expectRejection(
      .adamW(learningRate: 1, weightDecay: -0.5),
      "an updater with a weight decay of -0.5; it must be finite and not negative")
  }
}
