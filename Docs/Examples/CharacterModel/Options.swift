import ArgumentParser

/// The options of the command line.
struct Options: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "CharacterModel", abstract: "Learns to write like a given text, character by character.")

  @Flag(
    help:
      "A small network with fixed settings, in seconds. Fails if the test loss is 2.3 nats or more.")
  var quick = false

  @Option(help: "The training text.")
  var text = "Fixtures/shakespeare/excerpt.txt"

  @Option(
    help: "The test text. Default: the last tenth of the training text, which is then not used for training."
  )
  var test: String?

  @Option(
    help:
      "The model file; an existing model continues training (--epochs 0: it only writes samples).")
  var model: String?

  @Option(help: "The folder for the chart of the losses; created if missing.")
  var output = "/tmp/character-model"

  @Option(help: "Passes over the text.")
  var epochs = 8

  @Option(help: "The number of cells in each of the two layers.")
  var hidden = 200

  @Option(help: "The learning rate of RMSProp.")
  var learningRate: Float = 0.002

  @Option(help: "Examples per batch.")
  var batchSize = 32

  @Option(help: "Characters per example.")
  var length = 1000

  @Option(help: "Updates between tests.")
  var testEvery = 250

  @Option(help: "The number of sample texts to write at the end.")
  var samples = 3

  @Option(help: "The length of each sample, in characters.")
  var characters = 300

  @Option(parsing: .unconditional, help: "The beginning of the samples. Default: the end of a line.")
  var priming: String?

  @Option(help: "The sampling temperature: 1 uses the network's probabilities, less is more conservative.")
  var temperature = 0.7

  @Option(help: "The seed for orders and samples.")
  var seed: UInt64 = 1

  /// The loss in nats per character from which the run counts as failed; `nil`: no limit.
  var bound: Double? { quick ? 2.3 : nil }

  mutating func validate() throws {
    for (flag, value, range) in [
      ("--epochs", epochs, 0...100_000), ("--hidden", hidden, 1...10_000),
      ("--batch-size", batchSize, 1...100_000), ("--length", length, 1...1_000_000),
      ("--test-every", testEvery, 1...1_000_000), ("--samples", samples, 1...10_000),
      ("--characters", characters, 0...1_000_000),
    ] where !range.contains(value) {
      throw ValidationError("\(flag) \(value): \(range.lowerBound) to \(range.upperBound) are possible")
    }
    guard learningRate > 0, learningRate <= 1 else {
      throw ValidationError("--learning-rate \(learningRate): more than 0 and at most 1 is possible")
    }
    guard temperature >= 0.01, temperature <= 100 else {
      throw ValidationError("--temperature \(temperature): 0.01 to 100 are possible")
    }
    if quick { (hidden, epochs, batchSize, length, learningRate, testEvery) = (64, 3, 16, 250, 0.005, 100) }
  }
}
