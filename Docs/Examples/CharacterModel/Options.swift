import Timestep

/// What the command line can say.
struct Options {
  static let usage = """
    usage: CharacterModel [--text FILE] [--test FILE] [--model FILE] [--epochs 8] [--hidden 200]
                          [--learning-rate 0.002] [--batch-size 32] [--length 1000]
                          [--samples 3] [--characters 300] [--priming TEXT] [--temperature 0.7] [--seed 1]
           CharacterModel --quick
      --test   what the loss is measured on; without it the last tenth of the text, which is then not learned from
      --model  where the model is written; one that is there goes on learning (--epochs 0: it writes samples only)
    """

  var text = "Fixtures/shakespeare/excerpt.txt"
  var test: String?
  var model: String?
  var epochs = 8
  var hiddenSize = 200
  var learningRate: Float = 0.002
  var batchSize = 32
  var length = 1000
  var samples = 3
  var characters = 300
  var priming = "\n"
  var temperature = 0.7
  var seed: UInt64 = 1
  /// The loss in nats a character above which the run has failed; `nil`: none.
  var bound: Double?

  /// Reads the arguments behind the program's name.
  ///
  /// - Throws: `TextError` with the usage.
  init(_ arguments: [String]) throws(TextError) {
    var rest = arguments[...]
    while let option = rest.popFirst() {
      if option == "--quick" {
        (hiddenSize, epochs, batchSize, length, learningRate, bound) = (64, 3, 16, 250, 0.005, 2.3)
        continue
      }
      guard let value = rest.popFirst() else { throw Self.error("\(option) wants a value, or is unknown") }
      switch option {
      case "--text": text = value
      case "--test": test = value
      case "--model": model = value
      case "--priming": priming = value
      case "--epochs": epochs = try Self.number(value, option, from: 0)
      case "--hidden": hiddenSize = try Self.number(value, option, from: 1)
      case "--batch-size": batchSize = try Self.number(value, option, from: 1)
      case "--length": length = try Self.number(value, option, from: 1)
      case "--samples": samples = try Self.number(value, option, from: 1)
      case "--characters": characters = try Self.number(value, option, from: 0)
      case "--learning-rate": learningRate = try Self.number(value, option, from: .leastNonzeroMagnitude)
      case "--temperature": temperature = try Self.number(value, option, from: 0.01)
      case "--seed": seed = try Self.number(value, option, from: 0)
      default: throw Self.error("there is no option \(option)")
      }
    }
  }

  private static func number<Number: LosslessStringConvertible & Comparable>(
    _ text: String, _ option: String, from least: Number
  ) throws(TextError) -> Number {
    guard let number = Number(text), number >= least else {
      throw error("\(option) wants a number from \(least) on, not \"\(text)\"")
    }
    return number
  }

  private static func error(_ problem: String) -> TextError { TextError("\(problem)\n\(usage)") }
}
