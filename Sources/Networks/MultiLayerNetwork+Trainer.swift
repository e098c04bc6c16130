import DataSets
import Tensors
import Training

extension MultiLayerNetwork: Trainer {
  /// The length of a piece under truncated back-propagation; `nil`: whole series.
  public var stepsPerUpdate: Int? {
    guard case .truncated(let forward, _) = configuration.backpropagation else { return nil }
    return forward
  }

  /// Trains on one piece; a longer batch is cut into pieces first, as the training loop would.
  ///
  /// - Throws: `NetworkError` when the batch does not suit the network.
  public mutating func fit(_ piece: DataSet) throws -> BatchLoss? {
    if let forward = stepsPerUpdate, piece.stepCount > forward {
      var total: BatchLoss?
      for part in piece.pieces(of: forward) {
        guard let loss = try fitPiece(part) else { continue }
        var sum = total ?? BatchLoss()
        sum.addPiece(loss)
        total = sum
      }
      return total
    }
    return try fitPiece(piece)
  }

  private mutating func fitPiece(_ piece: DataSet) throws -> BatchLoss? {
    let states = try statesBefore(piece)
    let hasLabels = piece.labels != nil && piece.labelsMask.count > 0
    if piece.labels == nil { throw NetworkError("a batch without labels; training needs them") }
    let results = try run(piece, hasLabels ? .gradients : .output, states: states)
    carriedStates = results.map(\.states)
    defer { for result in results { shares.put(result.share) } }
    guard hasLabels else { return nil }
    let loss = loss(of: results, on: piece)
    update(gradients(of: results, count: piece.exampleCount))
    return loss
  }

  /// The states that the rows of a piece continue from; empty when every row starts a series.
  private func statesBefore(_ piece: DataSet) throws(NetworkError) -> [[RecurrentState?]] {
    guard (0..<piece.exampleCount).contains(where: { !piece.seriesStarts[$0, 0] }) else { return [] }
    let ranges = Self.shareRanges(piece.exampleCount)
    let isCarried =
      carriedStates.count == ranges.count
      && zip(carriedStates, ranges).allSatisfy { states, range in
        zip(states, configuration.layers).allSatisfy { state, layer in
          state.map { $0.h.count == range.count * layer.size } ?? true
        }
      }
    guard isCarried else {
      throw NetworkError(
        "a piece of \(piece.exampleCount) rows continues series that were never begun; "
          + "train on the first pieces of the series first, with the same number of rows")
    }
    return carriedStates
  }

  /// The shares' gradients, added in the order of rows and divided by N.
  private func gradients(of results: [ShareResult], count: Int) -> [[Float]] {
    var total = results[0].share.gradients
    for result in results.dropFirst() {
      for layer in total.indices {
        let more = result.share.gradients[layer]
        for index in total[layer].indices { total[layer][index] += more[index] }
      }
    }
    let scale = 1 / Float(max(1, count))
    for layer in total.indices {
      for index in total[layer].indices { total[layer][index] *= scale }
    }
    return total
  }

  private mutating func update(_ gradients: [[Float]]) {
    var gradients = gradients
    configuration.gradientLimit.apply(
      to: &gradients, parameterCounts: specifications.map { $0.map(\.count) })
    addPenaltyGradient(to: &gradients)
    iteration += 1
    for layer in parameters.indices {
      updaterStates[layer].update(
        &parameters[layer], gradients[layer], configuration.updater)
    }
  }

  /// The loss without training.
  public func score(_ batch: DataSet) throws -> BatchLoss {
    let results = try run(try wholeSeries(batch), .loss)
    defer { for result in results { shares.put(result.share) } }
    return loss(of: results, on: batch)
  }

  /// The shares' losses, added in the order of rows.
  private func loss(of results: [ShareResult], on batch: DataSet) -> BatchLoss {
    BatchLoss(
      sum: results.reduce(0) { $0 + $1.loss }, stepCount: batch.labelsMask.count,
      sequenceCount: batch.exampleCount, penalty: penalty)
  }

  /// The loss and the gradient of the score with respect to every parameter, by name, without an update.
  public func gradients(_ batch: DataSet) throws -> (loss: BatchLoss, gradients: [String: Tensor]) {
    let results = try run(try wholeSeries(batch), .gradients)
    defer { for result in results { shares.put(result.share) } }
    var flat = gradients(of: results, count: batch.exampleCount)
    addPenaltyGradient(to: &flat)
    var named: [String: Tensor] = [:]
    for place in places {
      named[place.name] = Tensor(
        shape: place.specification.shape, elements: Array(flat[place.layer][place.range]))
    }
    return (loss(of: results, on: batch), named)
  }

  /// Scores and outputs are those of whole series: a piece that continues one has no meaning by itself.
  private func wholeSeries(_ batch: DataSet) throws(NetworkError) -> DataSet {
    for row in 0..<batch.exampleCount where !batch.seriesStarts[row, 0] {
      throw NetworkError(
        "row \(row) of the batch continues a series; outputs and scores are made of whole series")
    }
    return batch
  }

  /// The outputs of the last layer, `[N, outputs, T]`; exactly 0 outside the batch's `stepMask`.
  public func output(_ batch: DataSet) throws -> Tensor {
    guard let last = try feedForward(batch).last else { preconditionFailure("a network has layers") }
    return last
  }

  /// The outputs of every layer, `[N, size, T]` each.
  public func feedForward(_ batch: DataSet) throws -> [Tensor] {
    let results = try run(try wholeSeries(batch), .output)
    defer { for result in results { shares.put(result.share) } }
    let ranges = Self.shareRanges(batch.exampleCount)
    return configuration.layers.indices.map { layer in
      let size = configuration.layers[layer].size
      var tensor = Tensor(shape: [batch.exampleCount, size, batch.stepCount], order: .timeMajor)
      let strides = tensor.strides
      tensor.withMutableSpan { span in
        for (result, range) in zip(results, ranges) {
          let series = result.share.activations[layer + 1]
          for step in 0..<series.steps {
            var from = step * series.rows * size
            let to = step * strides[2] + range.lowerBound * size
            for index in 0..<series.rows * size {
              span[to + index] = series.storage[from]
              from += 1
            }
          }
        }
      }
      return tensor
    }
  }
}
