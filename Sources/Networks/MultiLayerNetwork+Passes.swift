import DataSets
import Records
import Synchronization
import Tensors
import Workers

extension MultiLayerNetwork {
  /// What a pass over one share of a batch leaves.
  struct ShareResult: Sendable {
    var share: NetworkShare
    var states: [RecurrentState?]
    var loss = 0.0
  }

  /// What a pass is for.
  enum Purpose {
    /// Outputs only.
    case output
    /// Outputs and loss.
    case loss
    /// Outputs, loss and gradients.
    case gradients
  }

  /// The rows of each share of `rows` rows; depends on their number alone, never on the machine.
  static func shareRanges(_ rows: Int) -> [Range<Int>] {
    // Shares of 16 to 32 rows: small enough for several cores, large enough for efficient products.
    let count = rows < 16 ? 1 : rows <= 64 ? 2 : (rows + 31) / 32
    return (0..<count).map { rows * $0 / count..<rows * ($0 + 1) / count }
  }

  /// Runs the shares of `batch` on the threads of the pool.
  ///
  /// - Parameter states: The states to begin with, by share and layer; empty: zero.
  /// - Returns: One result a share, in the order of rows. Give the shares back to the pool.
  func run(_ batch: DataSet, _ purpose: Purpose, states: [[RecurrentState?]] = []) throws(NetworkError)
    -> [ShareResult]
  {
    try check(batch, needsLabels: purpose != .output)
    let ranges = Self.shareRanges(batch.exampleCount)
    let noStates = [RecurrentState?](repeating: nil, count: parameters.count)
    let firstStep = firstStepOfErrors(batch.stepCount)
    let network = self
    let results = Slots(ranges.count)
    workers.forEach(ranges.count) { index in
      var result = ShareResult(
        share: network.shares.take(), states: states.isEmpty ? noStates : states[index])
      let codes = StepCodes(batch, rows: ranges[index])
      result.share.forward(
        batch, rows: ranges[index], codes: codes, parameters: network.parameters, states: &result.states)
      if purpose != .output { result.loss = result.share.loss(batch, rows: ranges[index], codes: codes) }
      if purpose == .gradients {
        result.share.backward(codes: codes, parameters: network.parameters, firstStep: firstStep)
      }
      results.set(index, result)
    }
    return results.values
  }

  /// Errors flow back over the last `backward` steps of a piece.
  private func firstStepOfErrors(_ steps: Int) -> Int {
    guard case .truncated(_, let backward) = configuration.backpropagation else { return 0 }
    return max(0, steps - backward)
  }

  /// Refuses a batch whose columns or labels are not the network's.
  private func check(_ batch: DataSet, needsLabels: Bool) throws(NetworkError) {
    let columns = batch.features.shape[1]
    guard columns == configuration.inputs.size else {
      throw NetworkError(
        "the batch has \(columns) feature columns, the network wants \(configuration.inputs.size)\(files(batch)); "
          + "give it the columns that it was made for")
    }
    guard needsLabels else { return }
    guard let labels = batch.labels else {
      throw NetworkError("the batch has no labels\(files(batch)); a loss needs them")
    }
    guard labels.shape[1] == outputSize else {
      throw NetworkError(
        "the batch has \(labels.shape[1]) label columns, the network \(outputSize) outputs\(files(batch)); "
          + "use the class count or the label columns that it was made for")
    }
  }

  private func files(_ batch: DataSet) -> String {
    batch.metadata.first.map { " (\($0.features.path))" } ?? ""
  }

  /// What regularization adds to the score: l1 sum|w| + l2/2 sum w^2 over weights, not biases.
  var penalty: Double {
    if configuration.l1 == 0 && configuration.l2 == 0 { return 0 }
    var penalty = 0.0
    for place in places where place.specification.isRegularized {
      for weight in parameters[place.layer][place.range] {
        penalty +=
          Double(configuration.l1 * abs(weight)) + Double(configuration.l2) / 2 * Double(weight * weight)
      }
    }
    return penalty
  }

  /// Adds the gradient of `penalty`.
  func addPenaltyGradient(to gradients: inout [[Float]]) {
    if configuration.l1 == 0 && configuration.l2 == 0 { return }
    for place in places where place.specification.isRegularized {
      for index in place.range {
        let weight = parameters[place.layer][index]
        let sign: Float = weight > 0 ? 1 : weight < 0 ? -1 : 0
        gradients[place.layer][index] += configuration.l1 * sign + configuration.l2 * weight
      }
    }
  }
}

/// One place an item for results of concurrent work.
private final class Slots: Sendable {
  private let storage: Mutex<[MultiLayerNetwork.ShareResult?]>

  init(_ count: Int) { storage = Mutex([MultiLayerNetwork.ShareResult?](repeating: nil, count: count)) }

  func set(_ index: Int, _ result: MultiLayerNetwork.ShareResult) { storage.withLock { $0[index] = result } }

  var values: [MultiLayerNetwork.ShareResult] { storage.withLock { $0.compactMap { $0 } } }
}
