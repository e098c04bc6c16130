import DataSets
import Platform

extension ModelFile {
  /// Returns the contract, with the names, the meaning of labels and the alignment of `data` where the file does not say
  /// them.
  ///
  /// ```swift
  /// var file = try ModelFile("model.zip")
  /// file.contract = try file.contract(completedBy: batches.contract)
  /// try file.save(to: "model.safetensors", with: .updater)
  /// ```
  /// - Returns: `nil` if the file has no contract.
  /// - Throws: `NetworkError` if the data has another number of columns than the network has inputs, or other labels than
  ///   it has outputs.
  public func contract(completedBy data: DataContract) throws(NetworkError) -> DataContract? {
    guard !namesAreKnown, let contract else { return contract }
    var completed = data
    (completed.featuresNormalizer, completed.labelsNormalizer) = (
      contract.featuresNormalizer, contract.labelsNormalizer
    )
    if data.labels.encoding == .none { completed.labels = contract.labels }
    if let problem = Self.problem(completed, of: network) {
      throw NetworkError(
        "the network has \(contract.columns.count) inputs and \(network.outputSize) outputs: expected data of that form, found "
          + "a contract \(problem); give the columns and the labels that it was trained on")
    }
    return completed
  }
}
