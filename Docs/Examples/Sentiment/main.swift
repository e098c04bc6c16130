// Learns whether people liked a film from what they wrote about it; see README.md.
import Glibc
import Timestep

func run(_ options: Options) throws {
  let start = ContinuousClock.now
  let vectors = try WordVectors(
    options.vectors, format: options.format, index: options.index ?? options.vectors + ".index",
    tell: { print($0) })
  print(
    "\(vectors.count) word vectors of \(vectors.dimension) numbers, opened in \(ContinuousClock.now - start)")

  let sets = try ReviewSets(options)
  let reader = ReviewReader(vectors: vectors, length: options.length)
  let training = try reader.encoded(sets.training, to: "learn from")
  let validation = try reader.encoded(sets.validation, to: "choose the best epoch by")
  let test = try reader.encoded(sets.test, to: "test on")

  let network = try trained(options, on: training, choosingBy: validation, vectors)
  try printSome(sets.test, by: network, reader)
  var testBatches = SentimentIterator(test, vectors, batchSize: options.batchSize, order: .sequential)
  let accuracy = try evaluate(network, on: &testBatches, classNames: ["negative", "positive"]).accuracy
  print("test accuracy \(shortened(accuracy))")
  if accuracy < options.bound {
    throw SentimentError("the accuracy is too low: expected \(options.bound) or more, found \(accuracy)")
  }
}

/// The network after the epoch that was best on reviews that it does not learn from.
func trained(
  _ options: Options, on training: [EncodedReview], choosingBy validation: [EncodedReview],
  _ vectors: WordVectors
) throws -> MultiLayerNetwork {
  var network = try sentimentNetwork(dimension: vectors.dimension, options: options)
  var batches = SentimentIterator(
    training, vectors, batchSize: options.batchSize, order: .shuffled(seed: options.seed))
  let heldOut = SentimentIterator(validation, vectors, batchSize: options.batchSize, order: .sequential)
  let scratch = try TemporaryDirectory()
  let summary = try TrainingLoop(
    epochs: options.epochs, listeners: [EpochListener()], validation: .accuracy(on: heldOut)
  ).fit(&network, &batches, models: ModelDirectory(options.models ?? scratch.path))
  return try summary.bestModel.map { try ModelFile($0).network } ?? network
}

/// Prints what the network makes of the first reviews.
func printSome(_ reviews: [Review], by network: MultiLayerNetwork, _ reader: ReviewReader) throws {
  for review in reviews.prefix(4) {
    guard let encoded = EncodedReview(review, reader.vectors, length: reader.length) else { continue }
    let percent = Int(try probabilities(network, [encoded], reader.vectors)[0] * 100)
    print(
      "\(review.isPositive ? "positive" : "negative"), found positive by \(percent) %: \(review.text.prefix(60))"
    )
  }
}

do {
  try run(Options(Array(CommandLine.arguments.dropFirst())))
} catch {
  StandardStream.error.write("\(error)\n")
  exit(1)
}
