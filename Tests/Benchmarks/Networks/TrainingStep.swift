import Timestep

/// `train N T C n`: one update (forward, backward, Adam) on a full batch of N series of T steps and C columns, LSTM of n units.
struct TrainingStep: Workload {
  private var network: MultiLayerNetwork
  private let batch: DataSet

  init(_ arguments: Arguments) throws {
    let sizes = try arguments.sizes(4)
    network = try lstm(inputs: sizes[2], size: sizes[3], workers: arguments.workers())
    batch = randomBatch(
      lengths: [Int](repeating: sizes[1], count: sizes[0]), columns: sizes[2], classes: 10, seed: 1)
  }

  mutating func run() throws -> Int { try network.fit(batch)?.stepCount ?? 0 }
}
