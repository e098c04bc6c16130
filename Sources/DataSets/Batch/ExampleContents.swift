import Sequences
import Tensors

/// The identities of the examples of a pass by their content: the features and the labels as they are read.
///
/// Names of files and lines do not count, nor do batch size, padding, alignment, order and the signs of zeros.
/// Labels do: where many examples have the same features, as in one-to-many, they are what distinguishes examples.
/// ```swift
/// var contents = ExampleContents()
/// while let batch = try batches.next() { contents.add(batch) { identity, location in ... } }
/// contents.finish { identity, location in ... }
/// ```
/// An example ends where the next one of its row begins, so pieces of lanes may be added too. Its features are hashed
/// as they come; only the examples that have not ended are remembered.
package struct ExampleContents: Sendable {
  /// An example that has not ended.
  private struct Example: Sendable {
    var features = ExampleIdentity(of: nil)
    var labels = ExampleIdentity(of: nil)
    var isEmpty = true
    /// `PATH:LINE`; empty if it is not known.
    var location: String
  }

  /// The example of each row of the last batch.
  private var examples: [Example?] = []

  /// Begins a pass.
  package init() {}

  /// Adds the next batch, and calls `body` for every example that has ended before it.
  package mutating func add(
    _ batch: DataSet, _ body: (_ identity: UInt64, _ location: String) -> Void
  ) {
    let features = Values(batch.features)
    let labels = batch.labels.map { Values($0) }
    if batch.stepCount == 0 { return }
    while examples.count < batch.exampleCount { examples.append(nil) }
    for row in examples.indices where row >= batch.exampleCount || batch.seriesStarts[row, 0] {
      Self.end(&examples[row], body)
    }
    for row in 0..<batch.exampleCount {
      for step in 0..<batch.stepCount {
        if batch.seriesStarts[row, step] || examples[row] == nil {
          Self.end(&examples[row], body)
          let location = row < batch.metadata.count ? batch.metadata[row].location : ""
          examples[row] = Example(location: location)
        }
        if batch.featuresMask[row, step] {
          examples[row]?.features.add(
            stepAt: features.start(row, step), of: features.elements, offsets: features.offsets)
          examples[row]?.isEmpty = false
        }
        if let labels, batch.labelsMask[row, step] {
          examples[row]?.labels.add(
            stepAt: labels.start(row, step), of: labels.elements, offsets: labels.offsets)
        }
      }
    }
  }

  /// Ends the pass, and calls `body` for every example that has not ended.
  package mutating func finish(_ body: (_ identity: UInt64, _ location: String) -> Void) {
    for row in examples.indices { Self.end(&examples[row], body) }
    examples = []
  }

  private static func end(_ example: inout Example?, _ body: (UInt64, String) -> Void) {
    if let ended = example, !ended.isEmpty {
      var hash = Fingerprint()
      for part in [ended.features.value, ended.labels.value] { hash.combine(part) }
      body(hash.value, ended.location)
    }
    example = nil
  }

  /// A tensor `[N, C, T]` in any storage order.
  private struct Values {
    let elements: [Float]
    let offsets: [Int]
    private let strides: [Int]

    init(_ tensor: Tensor) {
      let strides = tensor.strides
      self.strides = strides
      // "-0" and "0" are the same number.
      elements = tensor.elements.map { $0 == 0 ? 0 : $0 }
      offsets = (0..<tensor.shape[1]).map { $0 * strides[1] }
    }

    func start(_ row: Int, _ step: Int) -> Int { row * strides[0] + step * strides[2] }
  }
}
