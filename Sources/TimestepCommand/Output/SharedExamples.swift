import Platform
import Timestep

/// Looks for held-out examples among those of the training data, by their content.
final class SharedExamples {
  /// The number of pairs that a message names.
  private static let namedCount = 4

  private let parts: [HeldOutBatches]
  private let training: BatchSource
  private var contents = ExampleContents()
  /// The contents of training examples that are held out as well.
  private var found: Set<UInt64> = []

  init(_ parts: [HeldOutBatches], in training: BatchSource) {
    (self.parts, self.training) = (parts, training)
  }

  /// Looks at the next batch of the training data.
  func look(at batch: DataSet) { contents.add(batch, note) }

  private func note(_ identity: UInt64, _ location: String) {
    if parts.contains(where: { $0.identities.contains(identity) }) { found.insert(identity) }
  }

  /// Rejects held-out data with examples of the training data, all of which was looked at.
  ///
  /// - Throws: `EvaluationError` that names some of them.
  func check() throws {
    contents.finish(note)
    guard let part = parts.first(where: { !$0.identities.isDisjoint(with: found) }) else { return }
    // Read again for the locations, which are not kept, since there are hardly ever any to name.
    var locations: [UInt64: String] = [:]
    try training.wholeInOrder.forEachExample { identity, location in
      if found.contains(identity), locations[identity] == nil { locations[identity] = location }
    }
    var shared: [(heldOut: String, training: String)] = []
    let total = try part.source.wholeInOrder.forEachExample { identity, location in
      if found.contains(identity) { shared.append((location, locations[identity] ?? "")) }
    }
    let count = shared.count
    let pairs = shared.prefix(Self.namedCount).map { Self.pair($0.heldOut, $0.training) }
    let rest = count > pairs.count ? " and \(count - pairs.count) more" : ""
    let location = shared.first?.heldOut ?? ""
    throw EvaluationError(
      .trainingExample, location: location.isEmpty ? nil : location,
      "\(count) of the \(pluralized(total, "example", "examples")) of the \(part.name) data \(count == 1 ? "is" : "are") "
        + "in the training data too: \(pairs.joined(separator: ", "))\(rest); figures on examples that the model has "
        + "learned from are not those of new data: evaluate held-out examples, or allow it (\(Remedy.allowTrainingData))"
    )
  }

  private static func pair(_ heldOut: String, _ training: String) -> String {
    if heldOut.isEmpty { return "an example without a file" }
    return training.isEmpty || training == heldOut ? heldOut : "\(heldOut) (as \(training))"
  }
}

extension BatchSource {
  /// The same series, whole and in the order of the data, if it is known.
  fileprivate var wholeInOrder: BatchSource {
    switch self {
    case .sequences(let dataSets, let faults): .sequences(dataSets.ordered(.sequential), faults)
    case .lanes(let dataSets, _): .sequences(dataSets.ordered(.sequential))
    case .saved, .plugged: self
    }
  }

  /// Calls `body` with the content and the location of every example of a pass, and `observe` with every batch.
  ///
  /// - Returns: The number of examples.
  @discardableResult
  func forEachExample(
    observe: (DataSet) -> Void = { _ in }, _ body: (_ identity: UInt64, _ location: String) -> Void
  ) throws -> Int {
    var batches = iterator
    var contents = ExampleContents()
    var count = 0
    func counted(_ identity: UInt64, _ location: String) {
      count += 1
      body(identity, location)
    }
    while let batch = try batches.next() {
      observe(batch)
      contents.add(batch, counted)
    }
    contents.finish(counted)
    return count
  }
}
