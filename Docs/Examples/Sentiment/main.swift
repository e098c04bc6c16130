// Learns to classify film reviews as positive or negative; see README.md.
import ArgumentParser
import Glibc
import Reports
import Timestep

func run(_ options: Options) throws {
  try Directory.create(options.output)
  let start = ContinuousClock.now
  let vectors = try WordVectors(
    options.vectors, format: options.format, index: options.index ?? options.vectors + ".index",
    tell: { print($0) })
  let seconds = (ContinuousClock.now - start) / .seconds(1)
  print(
    "\(vectors.count) word vectors of \(vectors.dimension) numbers, opened in \(seconds.fixed(3)) s")

  let sets = try ReviewSets(options)
  let reader = ReviewReader(vectors: vectors, length: options.length)
  let training = try reader.encoded(sets.training, to: "train on")
  let validation = try reader.encoded(sets.validation, to: "choose the best epoch with")
  let test = try reader.encoded(sets.test, to: "test on")

  let network = try trained(options, on: training, choosingBy: validation, vectors)
  try printSome(sets.test, by: network, reader)
  let testBatches = SentimentIterator(test, vectors, batchSize: options.batchSize, order: .sequential)
  let accuracy = try network.evaluate(on: testBatches, classNames: Review.classNames).accuracy
  print("test accuracy \(accuracy.fixed(4))")
  if accuracy < options.bound {
    throw SentimentError(
      "the accuracy is too low: expected \(options.bound) or more, found \(accuracy.fixed(4))")
  }
}

/// Returns the network after the best epoch, measured on the validation reviews.
func trained(
  _ options: Options, on training: [EncodedReview], choosingBy validation: [EncodedReview],
  _ vectors: WordVectors
) throws -> MultiLayerNetwork {
  var network = try sentimentNetwork(dimension: vectors.dimension, options: options)
  let batches = SentimentIterator(
    training, vectors, batchSize: options.batchSize, order: .shuffled(seed: options.seed))
  let heldOut = SentimentIterator(validation, vectors, batchSize: options.batchSize, order: .sequential)
  let recorder = RunRecorder(judges: [.classifier("held-out", on: heldOut, classNames: Review.classNames)])
  let scratch = try TemporaryDirectory()
  let summary = try TrainingLoop(
    epochs: options.epochs, listeners: [EpochListener(), recorder], validation: .accuracy(on: heldOut)
  ).fit(&network, batches, models: ModelDirectory(options.models ?? scratch.path))
  try draw(recorder.run, summary, in: options.output)
  return try summary.bestModel.map { try ModelFile($0).network } ?? network
}

/// Draws the losses, and writes a report.
func draw(_ run: RecordedRun, _ summary: TrainingSummary, in folder: String) throws {
  var chart = run.lossByEpoch
  (chart.title, chart.y) = ("Film reviews classified", "loss per review, nats")
  if let best = summary.best { chart.marks = [.init(Double(best.epoch + 1), "best accuracy")] }
  try chart.write(to: "\(folder)/learning.svg")
  try TrainingReport("Film reviews", run).page.write(to: "\(folder)/run.html")
  print("pictures in \(folder)")
}

/// Prints the network's predictions for the first reviews.
func printSome(_ reviews: [Review], by network: MultiLayerNetwork, _ reader: ReviewReader) throws {
  for review in reviews.prefix(4) {
    guard let encoded = EncodedReview(review, reader.vectors, length: reader.length) else { continue }
    let percent = Int(try probabilities(network, [encoded], reader.vectors)[0] * 100)
    print(
      "\(Review.classNames[review.isPositive ? 1 : 0]), probability of positive \(percent) %: \(review.text.prefix(60))"
    )
  }
}

let options = Options.parseOrExit()
do { try run(options) } catch {
  StandardStream.error.write("\(error)\n")
  exit(1)
}
