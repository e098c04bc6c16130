import ArgumentParser
import Timestep

/// The data that a training evaluates on, as flags name it.
struct HeldOut {
  let name: PartName
  let features: [String]
  let labels: String?
  /// The directory that `convert` wrote.
  let batches: String?

  /// True if the flags name any.
  var isGiven: Bool { !features.isEmpty || batches != nil }

  /// The flag that names it.
  var flag: String { "--\(name.rawValue)-\(batches == nil ? "features" : "batches")" }

  /// The path or the part that messages name.
  var path: String { batches ?? features.first ?? "the part \"\(name.rawValue)\" of --split" }

  /// Rejects flags that contradict those of the training data: two sets of held-out data, or labels that are stored in
  /// another way.
  func check(against data: DataOptions) throws {
    let name = name.rawValue
    if isGiven, data.batching.part == nil, data.batching.hasPart(self.name) {
      throw ValidationError(
        "--split and \(flag) exclude each other: there would be two sets of \(name) data; give the \(name) part of "
          + "--split the weight 0, or choose a part to train on (\(Remedy.trainOnOnePart))")
    }
    if !features.isEmpty, (labels == nil) != (data.labels == nil) {
      throw ValidationError(
        labels == nil
          ? "\(name) data has its labels where the training data has them: give --\(name)-labels too"
          : "\(name) data has its labels where the training data has them: leave --\(name)-labels out")
    }
  }

  /// Returns the batches, or `nil` if there are none.
  ///
  /// - Parameters:
  ///   - data: The training data, which may have a part for this purpose.
  ///   - contract: That of the training data.
  ///   - isTrained: True if a model is trained further.
  ///   - others: Other data that shares a table of labels.
  /// - Throws: `RecordError` if the batches do not fit the training data.
  func source(
    _ data: DataOptions, _ contract: DataContract, _ log: DecisionLog, isTrained: Bool,
    sharing others: [DataOptions]
  ) throws -> BatchSource? {
    let name = name.rawValue
    let source: BatchSource
    if let batches {
      let saved = try SavedDataSets(batches, transforms: PluginRegistry.current.transformTypes)
      source = try BatchSource.saved(saved).repeatingLabels(for: contract.labels.quantiles ?? [])
    } else {
      let options: DataOptions
      if !features.isEmpty {
        options = try data.replacing(features: features, labels: labels).withColumns(of: contract) { _ in
          "give \(name) data of the same form"
        }
      } else if data.batching.part == nil, data.batching.hasPart(self.name) {
        options = data.taking(self.name)
      } else {
        return nil
      }
      source = .sequences(
        try options.dataSets(contract: contract, isTrained: isTrained, sharing: others),
        FaultHandling(budget: options.faults.budget, log: log))
    }
    guard source.contract.labels.encoding != .none else {
      throw RecordError(
        .mismatch, path: path, "the \(name) data has no labels to evaluate on; convert it with labels")
    }
    if let violation = contract.violation(by: source.contract) {
      throw RecordError(
        .mismatch, path: path,
        "the \(name) data does not fit the training data: \(violation); give \(name) data of the same form")
    }
    return source
  }
}
