import DataSets
import Platform
import Sequences
import Synchronization

extension BatchShare {
  /// Returns the number of values for each step of a row: in a pass forwards, and in one back too.
  static func valuesPerStep(
    _ configuration: NetworkConfiguration, _ plan: NetworkPlan
  ) -> (forward: Int, both: Int) {
    let signals = [LayerShape(configuration.inputs, .step)] + plan.outputs
    let sizes = signals.map { $0.scope == .step ? $0.type.size : 0 }
    var working = 0
    for (entry, input) in zip(configuration.layers, plan.inputs) where input.scope == .step {
      working += entry.layer.makeComputation(input: input.type).valuesPerStep
    }
    let forward = sizes.reduce(working, +)
    return (forward, forward + 2 * (sizes.max() ?? 0) + (sizes.last ?? 0))
  }
}

extension NetworkPlan {
  /// The number of all parameters, which may be beyond Int.
  var parameterCount: Double {
    specifications.joined().reduce(0.0) { sum, specification in
      sum + specification.shape.reduce(1.0) { $0 * Double($1) }
    }
  }

  /// Checks that the parameters, their gradients and the moments of an updater fit in memory, before they are
  /// allocated.
  ///
  /// - Throws: `NetworkError` with both sizes.
  func checkMemory() throws(NetworkError) {
    let count = parameterCount
    guard let sizes = AvailableMemory.excess(count * Double(4 * MemoryLayout<Float>.stride)) else { return }
    throw NetworkError(
      "the network does not fit in memory: \(sizes) for \(UInt64(count)) parameters, their gradients and the state of "
        + "their updater; make the layers smaller")
  }
}

extension MultiLayerNetwork {
  /// Checks that the values of a pass fit in memory, before they are allocated.
  ///
  /// - Throws: `NetworkError` naming the longest series.
  func checkMemory(_ batch: DataSet, for purpose: Purpose) throws(NetworkError) {
    try reserveBuffers(rows: batch.exampleCount)
    let gradients = shares.newBytes(taking: Self.shareCount(batch.exampleCount))
    if let sizes = AvailableMemory.excess(gradients) {
      throw NetworkError(
        "the network does not fit in memory: \(sizes) for the gradients of all parameters; make the layers smaller"
      )
    }
    let perStep = purpose == .output ? shares.valuesPerStep.forward : shares.valuesPerStep.both
    let cells = batch.exampleCount * batch.stepCount
    let bytes = Double(cells) * Double(perStep * MemoryLayout<Float>.stride)
    if bytes <= Double(AvailableMemory.negligible) { return }
    let allocated = shares.largestBatch.withLock { $0 }
    if bytes <= allocated { return }
    if let sizes = AvailableMemory.excess(bytes, allocated: allocated) {
      throw NetworkError(
        "\(longestSeries(in: batch)): the values of the network for its batch do not fit in memory: \(sizes) for "
          + "\(batch.exampleCount) series, padded to \(batch.stepCount) steps; "
          + LongSeries.remedy(rows: batch.exampleCount)
          + (purpose == .training || purpose == .gradients
            ? ", or train on pieces of series (\(Remedy.pieces))"
            : ", or evaluate on lanes (\(Remedy.lanes))"))
    }
    shares.largestBatch.withLock { $0 = max($0, bytes) }
  }

  /// Checks that what an update allocates fits in memory: two copies of the gradients, and the memory of the updaters
  /// before the first update.
  ///
  /// - Throws: `NetworkError` with both sizes.
  func checkUpdateMemory() throws(NetworkError) {
    var count = 0
    for (layer, entry) in configuration.layers.enumerated() {
      count += 2 * parameters[layer].count
      guard !entry.isFrozen, updaterStates[layer].isEmpty else { continue }
      count += (entry.updater ?? configuration.updater).slotNames.count * parameters[layer].count
    }
    guard let sizes = AvailableMemory.excess(Double(count * MemoryLayout<Float>.stride)) else { return }
    throw NetworkError(
      "an update of the network does not fit in memory: \(sizes) for its gradients and the state of its updater; make "
        + "the layers smaller")
  }

  /// Allocates the buffers that products of matrices need besides the values of a pass, before batches of `rows` series
  /// take the memory.
  ///
  /// - Throws: `NetworkError` if they do not fit in the address space, or OpenBLAS cannot be loaded.
  package func reserveBuffers(rows: Int) throws(NetworkError) {
    let count = min(Self.shareCount(rows), workers.threadCount + 1)
    guard let sizes = try BLAS.reserveBuffers(count) else { return }
    throw NetworkError(
      "the matrix products of OpenBLAS do not fit in the address space: expected at most "
        + "\(AvailableMemory.text(Double(sizes.available))), found \(AvailableMemory.text(Double(sizes.required))) for "
        + "\(count) at a time; raise the limit (ulimit -v)"
        + (count > 1
          ? ", or use batches of less than \(Self.smallestSharedBatch) series (\(Remedy.batchSize)), which need one at a time"
          : ""))
  }

  /// Returns the file of the longest series of a batch.
  private func longestSeries(in batch: DataSet) -> String {
    let lengths = batch.stepMask.lengths
    let row = lengths.indices.max { lengths[$0] < lengths[$1] } ?? 0
    return batch.metadata.isEmpty
      ? "row \(row)" : escapedText(batch.metadata[row].features.path.utf8, limit: nil)
  }
}
