// Learns to write like a given text, character by character; see README.md.
import ArgumentParser
import Glibc
import Reports
import Timestep

func run(_ options: Options) throws {
  // An existing model continues with its own alphabet.
  let old = try options.model.flatMap { try Directory.kind(of: $0) == .missing ? nil : try ModelFile($0) }
  let known = try old.map { try Alphabet($0.contract, of: options.model ?? "") }
  let corpus = try Corpus(options.text, test: options.test, knowing: known)
  let alphabet = corpus.alphabet
  // Before the training, so that an invalid priming is reported now.
  let sampler = try Sampler(alphabet, priming: options.priming, temperature: options.temperature)
  var network =
    try old?.network
    ?? characterNetwork(
      alphabet: alphabet, hiddenSize: options.hidden, learningRate: options.learningRate)
  if network.iteration > 0 { print("continuing after update \(network.iteration)") }

  let test = CharacterIterator(
    corpus.test, alphabet: alphabet, length: options.length, batchSize: options.batchSize, order: .sequential)
  if options.epochs > 0 { try learn(&network, corpus, testing: test, options) }

  let texts = try sampler.texts(
    options.samples, length: options.characters, by: network, seed: options.seed)
  for (number, text) in texts.enumerated() { print("--- sample \(number + 1)\n\(sampler.priming)\(text)") }

  let loss = try CharacterLoss(network, on: test)
  print("---\ntest loss \(loss)")
  if let bound = options.bound, !(loss.nats < bound) {
    throw TextError(
      "the test loss is too high: expected less than \(bound) nats, found \(loss.nats.fixed(3))")
  }
}

/// Trains on the corpus, tests at intervals, and draws the losses.
func learn(
  _ network: inout MultiLayerNetwork, _ corpus: Corpus, testing test: CharacterIterator, _ options: Options
) throws {
  try Directory.create(options.output)
  let counting = NGram(order: 2, of: corpus.training, alphabet: corpus.alphabet)
  let bound = counting.loss(on: corpus.test)
  print("by counting alone, an order-\(counting.order) n-gram: \(bound)")
  let curve = LearningCurve(every: options.testEvery, on: test, beside: counting, bound)
  var listeners: [any TrainingListener] = [curve]
  if let path = options.model { listeners.append(try ModelSaver(path, contract: corpus.alphabet.contract)) }
  let batches = CharacterIterator(
    corpus.training, alphabet: corpus.alphabet, length: options.length, batchSize: options.batchSize,
    // A different order from the previous run.
    order: .shuffled(seed: options.seed &+ UInt64(network.iteration)))
  try TrainingLoop(epochs: options.epochs, listeners: listeners).fit(&network, batches)
  try curve.chart.write(to: "\(options.output)/learning.svg")
  print("picture in \(options.output)")
}

let options = Options.parseOrExit()
do { try run(options) } catch {
  StandardStream.error.write("\(error)\n")
  exit(1)
}
