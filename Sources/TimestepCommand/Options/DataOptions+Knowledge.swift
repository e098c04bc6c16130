import Timestep

// What a model that another program wrote knows of its data, and what only the data and its flags tell.
extension DataOptions {
  /// Returns what a model knows of the data: of one that names no columns, its labels, unless flags say what they mean,
  /// and where they are.
  func knowledge(of file: ModelFile) -> DataContract? {
    guard !file.namesAreKnown, let contract = file.contract else { return file.contract }
    let knowsLabels = hasLabels && !describesLabels
    return DataContract(
      columns: [], labels: knowsLabels ? contract.labels : .none, alignment: contract.alignment)
  }
}

extension ModelFile {
  /// Takes names, the meaning of labels and their alignment from data, where the file does not say them.
  ///
  /// Other labels than the network has outputs for are not taken: an output layer for them is made, or they are refused.
  ///
  /// - Parameter path: The model's file, for messages.
  mutating func complete(by data: DataContract, _ path: String) throws {
    guard !namesAreKnown else { return }
    var features = data
    (features.labels, features.labelsNormalizer) = (.none, nil)
    do {
      let whole = try? contract(completedBy: data)
      contract = try whole ?? contract(completedBy: features)
    } catch let error as NetworkError {
      throw TensorFileError(path: path, problem: "does not fit the data: \(error)")
    }
  }
}
