import Timestep

/// `step C n`: one step of stateful prediction for one series of C columns, LSTM of n units, softmax over 10 classes.
struct PredictionStep: Workload {
  private var session: NetworkSession
  private let inputs: [Tensor]
  private var index = 0

  init(_ arguments: Arguments) throws {
    let sizes = try arguments.sizes(2)
    session = try lstm(inputs: sizes[0], size: sizes[1], workers: arguments.workers()).session(rows: 1)
    var random = SplitMix(seed: 1)
    inputs = (0..<64).map { _ in
      Tensor(shape: [1, sizes[0]], elements: (0..<sizes[0]).map { _ in random.symmetric() })
    }
  }

  mutating func run() throws -> Int {
    index = (index + 1) & 63
    return try session.step(inputs[index]).count
  }
}
