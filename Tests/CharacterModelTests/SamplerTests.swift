import TestSupport
import Testing
import Timestep

@testable import CharacterModel

/// Learning, keeping and writing.
@Suite struct SamplerTests {
  private let alphabet = Alphabet(of: "abcd")

  /// A network that has learned that abcd repeats.
  private func learned() throws -> MultiLayerNetwork {
    let text = try alphabet.numbers(of: String(repeating: "abcd", count: 60), called: "t")
    let batches = CharacterIterator(
      text, alphabet: alphabet, length: 20, batchSize: 4, order: .shuffled(seed: 1))
    var network = try characterNetwork(alphabet: alphabet, hiddenSize: 8, learningRate: 0.02)
    try TrainingLoop(epochs: 30).fit(&network, batches)
    #expect(try CharacterLoss(network, on: batches).nats < 0.1)
    return network
  }

  @Test func itContinuesThePriming() throws {
    let network = try learned()
    let sampler = try Sampler(alphabet, priming: "abcdab", temperature: 0.1)
    let texts = try sampler.texts(3, length: 6, by: network, seed: 1)
    #expect(texts == Array(repeating: "cdabcd", count: 3))
  }

  @Test func samplesDifferAndTheSeedRepeatsThem() throws {
    let network = try characterNetwork(alphabet: alphabet, hiddenSize: 8, learningRate: 0.01)
    let sampler = try Sampler(alphabet, priming: "a")
    let texts = try sampler.texts(2, length: 40, by: network, seed: 1)
    #expect(texts[0] != texts[1])
    #expect(try sampler.texts(2, length: 40, by: network, seed: 1) == texts)
    #expect(try sampler.texts(2, length: 40, by: network, seed: 2) != texts)
  }

  @Test(arguments: [(1.0, 0.75), (0.5, 0.9), (2.0, 0.634)])
  func temperatureSharpensAndFlattens(temperature: Double, share: Double) throws {
    // p^(1/T) / sum: 0.75 and 0.25 become 9/10 and 1/10 at 1/2, and sqrt(3) / (1 + sqrt(3)) at 2.
    let sampler = try Sampler(Alphabet(of: "ab"), temperature: temperature)
    let probabilities = Tensor(shape: [1, 2], elements: [0.75, 0.25])
    var generator = SplitMix64(seed: 1)
    let firsts = (0..<20_000).filter { _ in sampler.draw(probabilities, row: 0, using: &generator) == 0 }
      .count
    // Five standard deviations of a share in 20,000 draws are less than 0.018.
    #expect(abs(Double(firsts) / 20_000 - share) < 0.018)
  }

  @Test func aCharacterWithProbabilityZeroIsNeverDrawn() throws {
    let sampler = try Sampler(Alphabet(of: "ab"))
    var generator = SplitMix64(seed: 1)
    for _ in 0..<100 {
      #expect(sampler.draw(Tensor(shape: [1, 2], elements: [0, 1]), row: 0, using: &generator) == 1)
    }
  }

  @Test func primingOfUnknownCharactersIsRejectedBeforeTheWork() {
    #expect(
      message { _ = try Sampler(alphabet, priming: "abx") }.hasPrefix(
        "--priming:1: the character \"x\" is not among the 4 that the model knows"))
    #expect(
      message { _ = try Sampler(alphabet, priming: "") }
        == "--priming: it is empty: expected at least one character to continue; give one")
  }

  @Test func withoutAPrimingTextsBeginAtALineIfThereAreLines() throws {
    #expect(try Sampler(Alphabet(of: "b!\n")).priming == "\n")
    #expect(try Sampler(Alphabet(of: "b\r\n")).priming == "\r\n")
    #expect(try Sampler(Alphabet(of: "ba")).priming == "a")
  }

  @Test func anUnwritableModelPathIsFoundBeforeTheTraining() {
    #expect(throws: FileError.self) {
      _ = try ModelSaver("/nowhere/at/all/model.safetensors", contract: alphabet.contract)
    }
  }

  @Test func aSavedModelResumesAsIfUninterrupted() throws {
    let text = try alphabet.numbers(of: String(repeating: "abcadb", count: 20), called: "t")
    let batches = CharacterIterator(
      text, alphabet: alphabet, length: 20, batchSize: 2, order: .sequential)
    let path = TestDirectory()
    let file = path.path + "/model.safetensors"
    var network = try characterNetwork(alphabet: alphabet, hiddenSize: 4, learningRate: 0.01)
    let saver = try ModelSaver(file, contract: alphabet.contract)
    try TrainingLoop(epochs: 2, listeners: [saver]).fit(&network, batches)

    let saved = try ModelFile(file)
    #expect(try Alphabet(saved.contract, of: file) == alphabet)
    var loaded = saved.network
    try TrainingLoop(epochs: 1).fit(&network, batches)
    try TrainingLoop(epochs: 1).fit(&loaded, batches)
    for name in network.parameterNames { #expect(loaded[parameter: name] == network[parameter: name]) }
  }
}
