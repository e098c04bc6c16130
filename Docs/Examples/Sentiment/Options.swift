import Timestep

/// What the command line can say.
struct Options {
  static let usage = """
    usage: Sentiment --reviews FILE --vectors FILE [--source NAME] [--format glove|word2vec-text|word2vec-binary]
                     [--index FILE] [--models DIRECTORY] [--epochs 6] [--length 256] [--hidden 64] [--dropout 0.5]
                     [--learning-rate 0.002] [--batch-size 64] [--seed 1] [--output FOLDER]
           Sentiment --quick
           Sentiment --help
      --reviews  a CSV file with the columns text and label; Docs/Examples/Sentiment/fetch gets one, and vectors
      --source   only reviews with this text in the column source
      --index    where the vectors' index is; without it beside them
      --models   where the best model and the latest one are kept; without it nowhere for good
      --output   where the picture of the losses and the page about the run go; without it /tmp/sentiment
    """

  var reviews = ""
  var source: String?
  /// What is tested on; `nil`: a tenth of the reviews.
  var test: String?
  var vectors = ""
  var format = VectorFormat.glove
  var index: String?
  var models: String?
  var output = "/tmp/sentiment"
  var epochs = 6
  var length = 256
  var hiddenSize = 64
  var dropout: Float = 0.5
  var learningRate: Float = 0.002
  var batchSize = 64
  var seed: UInt64 = 1
  /// The accuracy below which the run has failed.
  var bound = 0.0

  /// Reads the arguments behind the program's name.
  ///
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
        let folder = "Fixtures/sentiment"
        (reviews, test, vectors) = ("\(folder)/train.csv", "\(folder)/test.csv", "\(folder)/glove.50d.txt")
        index = ".build/Sentiment-quick.index"
        (epochs, hiddenSize, learningRate, batchSize, bound) = (20, 16, 0.01, 16, 0.8)
      case "--reviews": reviews = try value()
      case "--source": source = try value()
      case "--vectors": vectors = try value()
      case "--format":
        let name = try value()
        guard let known = VectorFormat(rawValue: name) else { throw UsageError("there is no format \(name)") }
        format = known
      case "--index": index = try value()
      case "--models": models = try value()
      case "--output": output = try value()
      case "--epochs": epochs = try number(1...10_000)
      case "--length": length = try number(1...100_000)
      case "--hidden": hiddenSize = try number(1...10_000)
      case "--batch-size": batchSize = try number(1...100_000)
      case "--dropout": dropout = try number(0...0.99)
      case "--learning-rate": learningRate = try number(1e-9...1)
      case "--seed": seed = try number(0...UInt64.max)
      default: throw UsageError("there is no option \(option)")
      }
    }
    if reviews.isEmpty || vectors.isEmpty {
      throw UsageError("--reviews and --vectors, or --quick, are wanted")
    }
  }
}

/// What the command line says that it cannot, with the usage.
struct UsageError: Error, Hashable, CustomStringConvertible {
  let description: String

  init(_ problem: String) { description = "\(problem)\n\(Options.usage)" }
}

/// What is wrong with the data or the result, and the remedy.
struct SentimentError: Error, Hashable, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
