import Timestep

/// What the command line can say.
struct Options {
  static let usage = """
    usage: CharacterModel [--text FILE] [--test FILE] [--model FILE] [--epochs 8] [--hidden 200]
                          [--learning-rate 0.002] [--batch-size 32] [--length 1000] [--test-every 250]
                          [--samples 3] [--characters 300] [--priming TEXT] [--temperature 0.7] [--seed 1]
                          [--output FOLDER]
           CharacterModel --quick
           CharacterModel --help
      --test        what the loss is measured on; without it the last tenth of the text, which is then not learned from
      --test-every  so many updates
      --model       where the model is written; one that is there goes on learning (--epochs 0: it writes samples only)
      --output      where the picture of the losses goes; without it /tmp/character-model
    """

  var text = "Fixtures/shakespeare/excerpt.txt"
  var test: String?
  var model: String?
  var output = "/tmp/character-model"
  var epochs = 8
  var hiddenSize = 200
  var learningRate: Float = 0.002
  var batchSize = 32
  var length = 1000
  var testInterval = 250
  var samples = 3
  var characters = 300
  var priming: String?
  var temperature = 0.7
  var seed: UInt64 = 1
  /// The loss in nats a character above which the run has failed; `nil`: none.
  var bound: Double?

  /// Reads the arguments behind the program's name.
  init(_ arguments: [String]) throws(UsageError) {
    var rest = arguments[...]
    while let option = rest.popFirst() {
      func value() throws(UsageError) -> String {
        guard let value = rest.popFirst() else { throw UsageError("\(option) wants a value") }
        return value
      }
      func number<Number: LosslessStringConvertible & Comparable>(_ range: ClosedRange<Number>)
        throws(UsageError) -> Number
      {
        let text = try value()
        guard let number = Number(text), range.contains(number) else {
          throw UsageError("\(option) wants a number in \(range), not \"\(text)\"")
        }
        return number
      }
      switch option {
      case "--quick":
        (hiddenSize, epochs, batchSize, length, learningRate) = (64, 3, 16, 250, 0.005)
        (testInterval, bound) = (100, 2.3)
      case "--text": text = try value()
      case "--test": test = try value()
      case "--model": model = try value()
      case "--output": output = try value()
      case "--priming": priming = try value()
      case "--epochs": epochs = try number(0...100_000)
      case "--hidden": hiddenSize = try number(1...10_000)
      case "--batch-size": batchSize = try number(1...100_000)
      case "--length": length = try number(1...1_000_000)
      case "--test-every": testInterval = try number(1...1_000_000)
      case "--samples": samples = try number(1...10_000)
      case "--characters": characters = try number(0...1_000_000)
      case "--learning-rate": learningRate = try number(1e-9...1)
      case "--temperature": temperature = try number(0.01...100)
      case "--seed": seed = try number(0...UInt64.max)
      default: throw UsageError("there is no option \(option)")
      }
    }
  }
}

/// What the command line says that it cannot, with the usage.
struct UsageError: Error, Hashable, CustomStringConvertible {
  let description: String

  init(_ problem: String) { description = "\(problem)\n\(Options.usage)" }
}
