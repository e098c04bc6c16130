import DataSets
import FoundationEssentials
import TensorFiles
import Tensors

extension DataSet {
  private static let versionKey = "timestep.dataset"
  private static let examplesKey = "timestep.examples"
  private static let fittedKey = "timestep.fitted"
  private static let remedy = "save the data set again"

  /// Writes the batch to one safetensors file, which appears complete or not at all.
  ///
  /// ```swift
  /// try batch.save(to: "batch.safetensors")
  /// try DataSet(contentsOf: "batch.safetensors") == batch   // true
  /// ```
  /// The file holds `features` and `labels` F32 `[N, C, T]`, `featuresMask`, `labelsMask` and `seriesStarts`
  /// F32 `[N, T]`, `observedMask` F32 `[N, C, T]` if values were filled in, and in its header the metadata
  /// and `fittedRows` as JSON.
  ///
  /// - Throws: `FileError`, for example if the disk is full.
  public func save(to path: String) throws {
    var tensors = [NamedTensor(BatchTensor.features, features.ordered(.c))]
    if let labels { tensors.append(NamedTensor(BatchTensor.labels, labels.ordered(.c))) }
    tensors.append(NamedTensor(BatchTensor.featuresMask, featuresMask))
    tensors.append(NamedTensor(BatchTensor.labelsMask, labelsMask))
    tensors.append(NamedTensor(BatchTensor.seriesStarts, seriesStarts))
    if !observedMask.isFull { tensors.append(NamedTensor(BatchTensor.observedMask, observedMask.tensor)) }
    var notes = [Self.versionKey: "1", Self.examplesKey: try jsonText(metadata)]
    if !fittedRows.isEmpty { notes[Self.fittedKey] = try jsonText(fittedRows) }
    let writer = try SafetensorsWriter(path, tensors: tensors.map(\.info), metadata: notes)
    for tensor in tensors { try writer.append(tensor.value) }
    try writer.commit()
  }

  /// Reads a batch that `save` wrote.
  ///
  /// - Throws: `FileError` or `TensorFileError` if the file is missing, damaged, or something else.
  public init(contentsOf path: String) throws {
    let file = try SafetensorsFile(path)
    func refuse(_ problem: String) -> TensorFileError { TensorFileError(path: path, problem: problem) }
    guard let version = file.metadata[Self.versionKey] else {
      throw refuse("is not a saved data set: its header does not say so; name a file that DataSet.save wrote")
    }
    guard version == "1" else {
      throw refuse("is a data set of version \(version), this program knows version 1; update it")
    }
    let features = try file.floats(BatchTensor.features)
    guard features.rank == 3 else {
      throw refuse("features has the shape \(features.shape) where three axes were expected; \(Self.remedy)")
    }
    let (n, t) = (features.shape[0], features.shape[2])
    guard t > 0 else {
      throw refuse(
        "features has the shape \(features.shape) where at least one time step was expected; \(Self.remedy)")
    }
    var labels: Tensor?
    if let shape = file.shape(of: BatchTensor.labels) {
      guard shape.count == 3, shape[0] == n, shape[2] == t else {
        throw refuse(
          "labels has the shape \(shape), which does not go with features \(features.shape); \(Self.remedy)")
      }
      labels = try file.floats(BatchTensor.labels)
    }
    var observed: ObservedMask?
    if file.names.contains(BatchTensor.observedMask) {
      let values = try file.floats(BatchTensor.observedMask, shape: features.shape, remedy: Self.remedy)
      observed = try file.observedMask(values, remedy: Self.remedy)
    }
    let metadata: [ExampleMetadata]
    let fitted: [Int]
    do {
      func list<Element: Decodable>(_ key: String) throws -> [Element] {
        try JSONDecoder().decode([Element].self, from: Data((file.metadata[key] ?? "[]").utf8))
      }
      (metadata, fitted) = (try list(Self.examplesKey), try list(Self.fittedKey))
    } catch {
      throw refuse("its header does not describe the origin of its examples (\(error)); \(Self.remedy)")
    }
    guard metadata.isEmpty || metadata.count == n else {
      throw refuse(
        "its header names the origin of \(metadata.count) examples, but it contains \(n); \(Self.remedy)")
    }
    guard fitted.allSatisfy((0..<n).contains) else {
      throw refuse(
        "its header names fitted rows that do not exist: it contains \(n) examples; \(Self.remedy)")
    }
    self.init(
      features: features.ordered(.timeMajor), labels: labels?.ordered(.timeMajor),
      featuresMask: try file.mask(BatchTensor.featuresMask, n, t, remedy: Self.remedy),
      labelsMask: try file.mask(BatchTensor.labelsMask, n, t, remedy: Self.remedy),
      seriesStarts: try file.mask(BatchTensor.seriesStarts, n, t, remedy: Self.remedy),
      observedMask: observed, metadata: metadata)
    fittedRows = fitted
  }
}
