// Learns to write like a text, a character at a time; see README.md.
import Glibc
import Timestep

func run(_ options: Options) throws {
  // A model that is there goes on, with the alphabet that it was begun with.
  let old = try options.model.flatMap { Directory.kind(of: $0) == .missing ? nil : try ModelFile($0) }
  if let old, old.contract == nil {
    throw TextError(
      "\(options.model ?? ""): the model does not tell its characters; name one that this program wrote")
  }
  let corpus = try Corpus(options.text, test: options.test, knowing: old?.contract.map { Alphabet($0) })
  let alphabet = corpus.alphabet
  var network =
    try old?.network
    ?? characterNetwork(
      alphabet: alphabet, hiddenSize: options.hiddenSize, learningRate: options.learningRate)

  if network.iteration > 0 { print("goes on behind update \(network.iteration)") }

  // Another order than that of the run before.
  let order = Order.shuffled(seed: options.seed &+ UInt64(network.iteration))
  var batches = try CharacterIterator(
    corpus.training, alphabet: alphabet, length: options.length, batchSize: options.batchSize, order: order)
  let test = try CharacterIterator(
    corpus.test, alphabet: alphabet, length: options.length, batchSize: options.batchSize, order: .sequential)

  if options.epochs > 0 {
    var listeners: [any TrainingListener] = [SpeedListener(every: 100)]
    if let path = options.model { listeners.append(ModelSaver(path, contract: alphabet.contract)) }
    let validation = Validation(name: "test loss", .lowerIsBetter) { try CharacterLoss($0, on: test).nats }
    try TrainingLoop(epochs: options.epochs, listeners: listeners, validation: validation).fit(
      &network, &batches)
  }

  let sampler = Sampler(alphabet: alphabet, temperature: options.temperature)
  let texts = try sampler.texts(
    options.samples, length: options.characters, after: options.priming, by: network, seed: options.seed)
  for (number, text) in texts.enumerated() { print("--- sample \(number + 1)\n\(options.priming)\(text)") }

  let loss = try CharacterLoss(network, on: test)
  print("---\ntest loss \(loss)")
  if let bound = options.bound, !(loss.nats < bound) {
    throw TextError("the test loss is too high: expected less than \(bound) nats, found \(loss.nats)")
  }
}

do {
  try run(Options(Array(CommandLine.arguments.dropFirst())))
} catch {
  StandardStream.error.write("\(error)\n")
  exit(1)
}
