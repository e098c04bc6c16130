import Timestep

/// Returns a network of two layers of LSTM cells with peepholes, and a softmax over the alphabet.
///
/// It is updated every 50 characters.
func characterNetwork(alphabet: Alphabet, hiddenSize: Int, learningRate: Float) throws -> MultiLayerNetwork {
  try MultiLayerNetwork(
    inputs: .recurrent(size: alphabet.count), seed: 12345,
    updater: .rmsProp(learningRate: .constant(learningRate)),
    backpropagation: .truncated(forward: 50, backward: 50), gradientLimit: .elements(1)
  ) {
    GravesLSTM(hiddenSize)
    GravesLSTM(hiddenSize)
    RNNOutput(alphabet.count, activation: .softmax, loss: .multiClassCrossEntropy)
  }
}

/// A loss per character, in both of its units.
struct CharacterLoss: CustomStringConvertible {
  let nats: Double

  /// Computes the loss of the network's predictions, averaged over all characters of `batches`.
  init(_ network: some Trainer, on batches: CharacterIterator) throws {
    nats = try network.score(on: batches).perStep
  }

  init(nats: Double) { self.nats = nats }

  /// A nat is 1 / ln 2 bits.
  var bits: Double { nats * 1.4426950408889634 }

  var description: String { "\(nats.fixed(3)) nats, \(bits.fixed(3)) bits per character" }
}
