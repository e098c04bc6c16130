import DataSets
import Networks
import Platform
import Tensors
import Training

/// True in release builds; heavier tests run only in those.
#if DEBUG
  let isRelease = false
#else
  let isRelease = true
#endif

extension Tensor {
  /// The bits of the elements in row-major order: equal when every bit is, NaN and the sign of 0 included.
  var bits: [UInt32] { ordered(.c).elements.map(\.bitPattern) }
}

extension MultiLayerNetwork {
  /// The bits of every parameter.
  var bits: [UInt32] { parameterNames.flatMap { self[parameter: $0].bits } }

  /// The bits of all results of the network for a batch: outputs, losses, gradients, and parameters and
  /// states after three updates.
  func everything(of batch: DataSet) throws -> [UInt64] {
    var bits = try feedForward(batch).flatMap(\.bits).map(UInt64.init)
    let (loss, gradients) = try gradients(batch)
    bits += try [loss.sum, loss.score, score(batch).sum].map(\.bitPattern)
    bits += gradients.sorted { $0.key < $1.key }.flatMap { $0.value.bits }.map(UInt64.init)
    var trained = self
    for _ in 0..<3 { bits.append((try trained.fit(batch)?.sum ?? 0).bitPattern) }
    bits += trained.bits.map(UInt64.init)
    for state in (trained.carriedState?.layers ?? []).compactMap({ $0 }) {
      bits += (state.h + state.c).map { UInt64($0.bitPattern) }
    }
    return bits
  }
}

/// A network of an LSTM, a Graves LSTM and an output layer for three feature columns.
func mixedNetwork(
  outputs: Int = 2, loss: ReferenceLoss = .meanSquaredError, seed: UInt64 = 7,
  updater: Updater = .adam(learningRate: 0.01), backpropagation: NetworkConfiguration.Backpropagation = .full,
  workers: WorkerPool = .shared
) throws -> MultiLayerNetwork {
  try MultiLayerNetwork(
    inputs: .recurrent(size: 3), seed: seed, updater: updater, backpropagation: backpropagation,
    workers: workers
  ) {
    LSTM(5)
    GravesLSTM(4)
    switch loss {
    case .meanSquaredError: RNNOutput(outputs, activation: .identity, loss: .meanSquaredError)
    case .multiClassCrossEntropy: RNNOutput(outputs, activation: .softmax, loss: .multiClassCrossEntropy)
    case .binaryCrossEntropy: RNNOutput(outputs, activation: .sigmoid, loss: .binaryCrossEntropy)
    }
  }
}
