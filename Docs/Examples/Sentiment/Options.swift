import Timestep

/// What the command line can say.
struct Options {
  static let usage = """
    usage: Sentiment --reviews FILE --vectors FILE [--source NAME] [--format glove|word2vec-text|word2vec-binary]
                     [--index FILE] [--models DIRECTORY] [--epochs 6] [--length 256] [--hidden 64] [--dropout 0.5]
                     [--learning-rate 0.002] [--batch-size 64] [--seed 1]
           Sentiment --quick
      --reviews  a CSV file with the columns text and label; Docs/Examples/Sentiment/fetch gets one, and vectors
      --source   only reviews with this text in the column source
      --index    where the vectors' index is; without it beside them
      --models   where the best model and the latest one are kept; without it nowhere for good
    """

  var reviews = ""
  var source: String?
  /// What is tested on; `nil`: a tenth of the reviews.
  var test: String?
  var vectors = ""
  var format = VectorFormat.glove
  var index: String?
  var models: String?
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
  /// - Throws: `SentimentError` with the usage.
  init(_ arguments: [String]) throws(SentimentError) {
    var rest = arguments[...]
    while let option = rest.popFirst() {
      if option == "--quick" {
        let folder = "Fixtures/sentiment"
        (reviews, test, vectors) = ("\(folder)/train.csv", "\(folder)/test.csv", "\(folder)/glove.50d.txt")
        index = ".build/Sentiment-quick.index"
        (epochs, hiddenSize, learningRate, batchSize, bound) = (20, 16, 0.01, 16, 0.8)
        continue
      }
      guard let value = rest.popFirst() else {
        throw SentimentError(option: "\(option) wants a value, or is unknown")
      }
      switch option {
      case "--reviews": reviews = value
      case "--source": source = value
      case "--vectors": vectors = value
      case "--format":
        guard let known = VectorFormat(rawValue: value) else {
          throw SentimentError(option: "there is no format \(value)")
        }
        format = known
      case "--index": index = value
      case "--models": models = value
      case "--epochs": epochs = try Self.number(value, option, 1...10_000)
      case "--length": length = try Self.number(value, option, 1...100_000)
      case "--hidden": hiddenSize = try Self.number(value, option, 1...10_000)
      case "--batch-size": batchSize = try Self.number(value, option, 1...100_000)
      case "--dropout": dropout = try Self.number(value, option, 0...0.99)
      case "--learning-rate": learningRate = try Self.number(value, option, 1e-9...1)
      case "--seed": seed = try Self.number(value, option, 0...UInt64.max)
      default: throw SentimentError(option: "there is no option \(option)")
      }
    }
    if reviews.isEmpty || vectors.isEmpty {
      throw SentimentError(option: "--reviews and --vectors, or --quick, are wanted")
    }
  }

  private static func number<Number: LosslessStringConvertible & Comparable>(
    _ text: String, _ option: String, _ range: ClosedRange<Number>
  ) throws(SentimentError) -> Number {
    guard let number = Number(text), range.contains(number) else {
      throw SentimentError(option: "\(option) wants a number in \(range), not \"\(text)\"")
    }
    return number
  }
}

/// What is wrong with the options, the data or the result, and the remedy.
struct SentimentError: Error, Hashable, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }

  /// An option that cannot be.
  init(option problem: String) { description = "\(problem)\n\(Options.usage)" }
}
