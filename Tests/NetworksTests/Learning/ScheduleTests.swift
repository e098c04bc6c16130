import DataSets
import FoundationEssentials
import Networks
import Tensors
import Testing

/// Learning rates over time: formulas, files, invalid values, and their use in training.
@Suite struct ScheduleTests {
  /// Every kind for a unit, and the reference for its factor of the rate.
  static func all(_ unit: Schedule.Unit) -> [(schedule: Schedule, slow: ReferenceSchedule)] {
    [
      (.step(0.5, factor: 0.25, every: 3, unit: unit), .step(factor: 0.25, every: 3)),
      (.exponential(0.5, factor: 0.75, unit: unit), .exponential(gamma: 0.75)),
      (.inverse(0.5, gamma: 0.25, power: 1.5, unit: unit), .inverse(gamma: 0.25, power: 1.5)),
      (.polynomial(0.5, power: 2, over: 10, unit: unit), .polynomial(updates: 10, power: 2)),
      (.polynomial(0.5, power: 0, over: 10, unit: unit), .polynomial(updates: 10, power: 1e-300)),
      (.cosine(0.5, warmUp: 4, over: 12, unit: unit), .cosine(warmup: 4, updates: 12)),
      (.cosine(0.5, over: 12, unit: unit), .cosine(warmup: 0, updates: 12)),
    ]
  }

  @Test(arguments: Schedule.Unit.allCases)
  func formulas(unit: Schedule.Unit) {
    for (schedule, slow) in Self.all(unit) {
      for k in [0, 1, 2, 3, 4, 5, 8, 9, 10, 11, 12, 13, 1000] {
        // The other count must not matter.
        let found =
          unit == .iterations
          ? schedule.value(iteration: k, epoch: 77) : schedule.value(iteration: 77, epoch: k)
        #expect((Double(found) - 0.5 * slow(k)).magnitude <= 0x1p-24, "\(schedule) at \(k)")
      }
    }
  }

  @Test func lastRateOfACosine() {
    let schedule = Schedule.cosine(1, warmUp: 1, over: 5, last: 0.5, unit: .iterations)
    let values = [0, 1, 3, 5, 100].map { schedule.value(iteration: $0, epoch: 0) }
    #expect(values == [1, 1, 0.75, 0.5, 0.5])
  }

  @Test func literals() {
    let (float, integer): (Schedule, Schedule) = (0.25, 2)
    #expect(float == .constant(0.25) && integer == .constant(2))
    #expect(float.value(iteration: 1000, epoch: 1000) == 0.25)
  }

  @Test func inFiles() throws {
    let (encoder, decoder) = (JSONEncoder(), JSONDecoder())
    encoder.outputFormatting = .sortedKeys
    for unit in Schedule.Unit.allCases {
      for (schedule, _) in Self.all(unit) {
        #expect(try decoder.decode(Schedule.self, from: try encoder.encode(schedule)) == schedule)
      }
    }
    #expect(String(decoding: try encoder.encode(Schedule.constant(0.5)), as: UTF8.self) == "0.5")
    #expect(try decoder.decode(Schedule.self, from: Data("0.25".utf8)) == .constant(0.25))
    let text = String(
      decoding: try encoder.encode(Schedule.step(1, factor: 0.5, every: 2, unit: .epochs)), as: UTF8.self)
    #expect(text == #"{"every":2,"factor":0.5,"kind":"step","rate":1,"unit":"epochs"}"#)
    for damaged in [#""fast""#, #"{"kind":"wavy","rate":1,"unit":"epochs"}"#, #"{"kind":"step","rate":1}"#] {
      #expect(throws: (any Error).self) { try decoder.decode(Schedule.self, from: Data(damaged.utf8)) }
    }
  }

  @Test func invalidSchedulesAreRejected() throws {
    let output = RNNOutput(2, activation: .softmax, loss: .multiClassCrossEntropy)
    func expectRejection(_ schedule: Schedule, _ problem: String) {
      #expect(throws: NetworkError(problem)) {
        try MultiLayerNetwork(
          inputs: .recurrent(size: 1), seed: 1, updater: .sgd(learningRate: schedule)
        ) { output }
      }
      #expect(throws: NetworkError("layer 0 (rnnOutput): \(problem)")) {
        try MultiLayerNetwork(inputs: .recurrent(size: 1), seed: 1, updater: .sgd(learningRate: 1)) {
          output.learningRate(schedule)
        }
      }
    }
    let rest = "it must be finite and not negative"
    expectRejection(.constant(.infinity), "a learning rate of inf; \(rest)")
    expectRejection(.step(-1, factor: 1, every: 1, unit: .epochs), "a learning rate of -1.0; \(rest)")
    expectRejection(
      .step(1, factor: -1, every: 1, unit: .epochs), "a factor of the learning rate of -1.0; \(rest)")
    expectRejection(
      .step(1, factor: 1, every: 0, unit: .epochs), "a schedule with steps of 0; it must be at least 1")
    expectRejection(
      .exponential(1, factor: .nan, unit: .epochs), "a factor of the learning rate of nan; \(rest)")
    expectRejection(
      .inverse(1, gamma: -1, power: 1, unit: .epochs), "a schedule with a gamma of -1.0; \(rest)")
    expectRejection(
      .inverse(1, gamma: 1, power: -1, unit: .epochs), "a schedule with a power of -1.0; \(rest)")
    expectRejection(
      .polynomial(1, power: -1, over: 1, unit: .epochs), "a schedule with a power of -1.0; \(rest)")
    expectRejection(
      .polynomial(1, power: 1, over: 0, unit: .epochs), "a schedule with a length of 0; it must be at least 1"
    )
    expectRejection(.cosine(1, over: 2, last: -1, unit: .epochs), "a last learning rate of -1.0; \(rest)")
    expectRejection(
      .cosine(1, warmUp: -1, over: 2, unit: .epochs), "a schedule with a warm-up of -1; it must be at least 0"
    )
    expectRejection(
      .cosine(1, warmUp: 2, over: 2, unit: .epochs),
      "a schedule over 2 with a warm-up of 2; the warm-up must be shorter")
    // Nothing is learned, but that is not an error.
    _ = try MultiLayerNetwork(inputs: .recurrent(size: 1), seed: 1, updater: .sgd(learningRate: 0)) { output }
  }

  /// Updates of SGD are as large as the schedule says, by iterations and by epochs.
  @Test func trainingFollowsTheSchedule() throws {
    var random = SplitMix64(seed: 4)
    let batch = randomBatch((2, 3, 4), outputs: 2, loss: .meanSquaredError, using: &random)
    for unit in Schedule.Unit.allCases {
      let schedule = Schedule.exponential(0.5, factor: 0.5, unit: unit)
      var network = try mixedNetwork(updater: .sgd(learningRate: schedule))
      for (epoch, iteration) in [(0, 0), (0, 1), (1, 2)] {
        network.begin(epoch: epoch)
        let gradient = try #require(try network.gradients(batch).gradients["layer0.W"]).elements
        let before = network[parameter: "layer0.W"].elements
        _ = try network.fit(batch)
        let rate: Float = unit == .iterations ? [0.5, 0.25, 0.125][iteration] : [0.5, 0.25][epoch]
        #expect(
          network[parameter: "layer0.W"].elements == zip(before, gradient).map { $0 - rate * $1 }, "\(unit)")
      }
    }
  }
}
