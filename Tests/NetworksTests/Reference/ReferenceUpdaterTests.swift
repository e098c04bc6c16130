import FoundationEssentials
import Networks
import TensorFiles
import Testing

/// The reference updaters against torch.optim, and against sums computed by hand.
@Suite struct ReferenceUpdaterTests {
  struct Settings: Decodable {
    var learningRate: Double
    var momentum, decay, epsilon, beta1, beta2, weightDecay: Double?
  }

  /// The updaters that torch has in the same form, with the names and settings of the file.
  static func updaters(_ file: SafetensorsFile) throws -> [String: ReferenceUpdater] {
    let json = Data((file.metadata["golden"] ?? "").utf8)
    return try JSONDecoder().decode([String: Settings].self, from: json).reduce(into: [:]) { result, pair in
      let (name, s) = pair
      let (rate, epsilon) = (s.learningRate, s.epsilon ?? .nan)
      let (decay, beta1, beta2) = (s.decay ?? .nan, s.beta1 ?? .nan, s.beta2 ?? .nan)
      switch name {
      case "sgd": result[name] = .sgd(rate: rate)
      case "nesterovs": result[name] = .nesterovs(rate: rate, momentum: s.momentum ?? .nan)
      case "adaGrad": result[name] = .adaGrad(rate: rate, epsilon: epsilon)
      case "rmsProp": result[name] = .rmsProp(rate: rate, decay: decay, epsilon: epsilon)
      case "adaDelta": result[name] = .adaDelta(rate: rate, decay: decay, epsilon: epsilon)
      case "adam": result[name] = .adam(rate: rate, beta1: beta1, beta2: beta2, epsilon: epsilon)
      case "adamW":
        result[name] = .adamW(
          rate: rate, beta1: beta1, beta2: beta2, epsilon: epsilon, weightDecay: s.weightDecay ?? .nan)
      case "amsGrad": result[name] = .amsGrad(rate: rate, beta1: beta1, beta2: beta2, epsilon: epsilon)
      default: Issue.record("an updater called \(name)")
      }
    }
  }

  @Test(arguments: ["sgd", "nesterovs", "adaGrad", "rmsProp", "adaDelta", "adam", "adamW", "amsGrad"])
  func trajectory(name: String) throws {
    let file = try SafetensorsFile("\(GraphGolden.folder)/updaters.safetensors")
    let updater = try #require(try Self.updaters(file)[name])
    for part in ["W", "b"] {
      let gradients = try file.doubles("gradients.\(part)")
      let (updates, count) = (gradients.shape[0], gradients.shape[1])
      #expect((updates, count) == (6, 7))
      let expected = try file.doubles("\(name).\(part)").elements
      var scalars = try file.doubles("parameters.\(part)").elements.map {
        ReferenceTrajectory($0, updater, isWeight: part == "W")
      }
      for update in 0..<updates {
        for index in 0..<count { scalars[index].update(gradients.elements[update * count + index]) }
        let after = Array(expected[update * count..<(update + 1) * count])
        #expect(relativeDifference(scalars.map(\.value), after) < 1e-12, "\(part) after update \(update)")
      }
    }
  }

  /// Two updates from 1 with the gradients 2 and 1, beta1 = beta2 = 1/2: torch's NAdam raises its momentum slowly,
  /// ours does not, so this one is computed by hand.
  @Test func nadamByHand() {
    var scalar = ReferenceTrajectory(1, .nadam(rate: 0.1, beta1: 0.5, beta2: 0.5, epsilon: 0), isWeight: true)
    scalar.update(2)
    // m = 1, v = 2; ahead = 0.5 * 1 / 0.75 + 0.5 * 2 / 0.5 = 8/3; root of v / 0.5 = 2.
    #expect((scalar.value - (1 - 0.1 * 8 / 3 / 2)).magnitude < 1e-15)
    scalar.update(1)
    // m = 1, v = 1.5; ahead = 0.5 / 0.875 + 0.5 / 0.75 = 4/7 + 2/3; root of v / 0.75 = root of 2.
    let second = 0.1 * (4.0 / 7 + 2.0 / 3) / 2.0.squareRoot()
    #expect((scalar.value - (1 - 0.1 * 8 / 3 / 2 - second)).magnitude < 1e-15)
  }

  @Test func schedulesByHand() {
    func factors(_ schedule: ReferenceSchedule, _ updates: [Int]) -> [Double] { updates.map { schedule($0) } }
    #expect(factors(.step(factor: 0.5, every: 3), [0, 2, 3, 5, 6]) == [1, 1, 0.5, 0.5, 0.25])
    #expect(factors(.exponential(gamma: 0.5), [0, 1, 3]) == [1, 0.5, 0.125])
    #expect(factors(.inverse(gamma: 1, power: 2), [0, 1, 3]) == [1, 0.25, 0.0625])
    #expect(factors(.polynomial(updates: 4, power: 2), [0, 1, 2, 4, 9]) == [1, 0.5625, 0.25, 0, 0])
    let cosine = factors(.cosine(warmup: 2, updates: 6), [0, 1, 2, 4, 6, 9])
    #expect(relativeDifference(cosine, [0.5, 1, 1, 0.5, 0, 0]) < 1e-15)
    var scalar = ReferenceTrajectory(1, .sgd(rate: 0.5), isWeight: true)
    scalar.update(1, rateTimes: 0.5)
    #expect(scalar.value == 0.75)
  }
}

/// The bundled updaters against the slow ones.
@Suite struct UpdaterFollowsTests {
  @Test func sgd() {
    var state = UpdaterState()
    expectFollows(.sgd(rate: 0.125)) { state.update(&$0, $1, .sgd(learningRate: 0.125), rate: 0.125) }
  }

  @Test func adam() {
    var state = UpdaterState()
    expectFollows(.adam(rate: 0.125, beta1: 0.5, beta2: 0.75, epsilon: 0x1p-20)) {
      state.update(
        &$0, $1, .adam(learningRate: 0.125, beta1: 0.5, beta2: 0.75, epsilon: 0x1p-20), rate: 0.125)
    }
  }
}
