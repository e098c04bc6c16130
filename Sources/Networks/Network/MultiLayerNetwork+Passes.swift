import DataSets
import Platform
import Synchronization
import Tensors

/// The result of a pass over one share of a batch.
struct ShareResult: Sendable {
  var share: BatchShare
  /// The state after the share's rows, by layer.
  var states: [RecurrentState?]
  var loss = 0.0
  var isInputFinite = true
}

extension MultiLayerNetwork {
  /// The purpose of a pass.
  enum Purpose {
    /// Outputs only.
    case output
    /// Outputs and loss.
    case loss
    /// Outputs, loss and gradients.
    case gradients
    /// Outputs, loss and gradients of the layers that learn, with the noise of training.
    case training
  }

  /// The number of rows of the smallest batch that is cut into shares.
  static let smallestSharedBatch = 16

  /// Returns the number of shares that a batch of `rows` rows is cut into.
  static func shareCount(_ rows: Int) -> Int {
    // Shares of 16 to 32 rows: small enough for several cores, large enough for efficient products.
    rows < smallestSharedBatch ? 1 : rows <= 64 ? 2 : (rows - 1) / 32 + 1
  }

  /// Returns the rows of each share of a batch of `rows` rows; they depend on that number alone, never on the
  /// machine.
  static func shareRanges(_ rows: Int) -> [Range<Int>] {
    let count = shareCount(rows)
    return (0..<count).map { rows * $0 / count..<rows * ($0 + 1) / count }
  }

  /// Runs the shares of `batch` on the threads of the pool.
  ///
  /// - Parameter state: The state from which rows without a start at step 0 continue; `nil`: zero.
  /// - Returns: One result per share, in the order of rows. Give the shares back to the pool.
  func run(_ batch: DataSet, _ purpose: Purpose, from state: State? = nil)
    throws(NetworkError)
    -> [ShareResult]
  {
    try check(batch, needsLabels: purpose != .output)
    try checkMemory(batch, for: purpose)
    let ranges = Self.shareRanges(batch.exampleCount)
    let noStates = [RecurrentState?](repeating: nil, count: parameters.count)
    let firstStep = firstStepOfErrors(batch.stepCount)
    let lowest = purpose == .training ? configuration.layers.firstIndex { !$0.isFrozen } ?? 0 : 0
    let network = self
    let results = Slots(ranges.count)
    workers.forEach(ranges.count) { index in
      let range = ranges[index]
      var result = ShareResult(share: network.shares.take(), states: state?.rows(range) ?? noStates)
      let flags = StepFlags(batch, rows: range)
      let passes = result.share.passes(
        flags, network.parameters,
        noise: purpose == .training ? network.noise(firstRow: range.lowerBound) : nil)
      result.isInputFinite = result.share.take(batch, rows: range)
      result.share.forward(passes, states: &result.states)
      if purpose != .output {
        result.loss = result.share.loss(batch, rows: range, flags: flags, passes)
        if !result.share.hasFiniteLabels { result.isInputFinite = false }
      }
      if purpose == .gradients || purpose == .training {
        result.share.backward(passes, firstStep: firstStep, lowest: lowest)
      }
      results.set(index, result)
    }
    let values = results.values
    guard values.allSatisfy(\.isInputFinite) else { throw notFinite(batch) }
    return values
  }

  /// Returns the states of all rows after a pass.
  func state(after results: [ShareResult], rows: Int) -> State {
    State(
      rows: rows,
      layers: parameters.indices.map { layer in
        let states = results.compactMap { $0.states[layer] }
        return states.isEmpty ? nil : .joining(states)
      })
  }

  private func noise(firstRow: Int) -> (Int) -> LayerPass.Noise {
    { layer in
      LayerPass.Noise(seed: configuration.seed, iteration: iteration, layer: layer, firstRow: firstRow)
    }
  }

  /// Returns the first step that errors reach: they flow back over the last `backward` steps of a piece.
  private func firstStepOfErrors(_ steps: Int) -> Int {
    guard case .truncated(_, let backward) = configuration.backpropagation else { return 0 }
    return max(0, steps - backward)
  }
}

/// One slot per item for the results of concurrent work.
private final class Slots: Sendable {
  private let storage: Mutex<[ShareResult?]>

  init(_ count: Int) { storage = Mutex([ShareResult?](repeating: nil, count: count)) }

  func set(_ index: Int, _ result: ShareResult) { storage.withLock { $0[index] = result } }

  var values: [ShareResult] { storage.withLock { $0.compactMap { $0 } } }
}
