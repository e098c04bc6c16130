import DataSets
import Glibc
import Networks
import Platform
import TensorFiles
import Testing

/// Model files of one test, in a directory that is removed when dropped.
final class ModelScratch {
  private let directory: OutputDirectory

  /// Never committed, so it is removed with its contents.
  init() throws { directory = try OutputDirectory("/tmp/timestep-models", replacing: true) }

  func path(_ name: String) -> String { "\(directory.temporary)/\(name)" }

  /// Writes bytes to a file without syncing it: some tests write thousands.
  func write(_ bytes: [UInt8]) throws -> String {
    let path = path("damaged")
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o666)
    try #require(descriptor >= 0)
    defer { close(descriptor) }
    try #require(Glibc.write(descriptor, bytes, bytes.count) == bytes.count)
    return path
  }

  /// The bytes of a file.
  func bytes(_ path: String) throws -> [UInt8] {
    let buffer = FileBuffer()
    try buffer.read(path)
    return Array(buffer.bytes)
  }

  /// Writes a valid safetensors file: the model at `path` with changes.
  func rewrite(
    _ path: String, _ change: (inout [String: String], inout [NamedTensor]) -> Void
  ) throws -> String {
    let file = try SafetensorsFile(path)
    var (metadata, tensors) = (file.metadata, try file.all())
    change(&metadata, &tensors)
    let changed = self.path("changed")
    let writer = try SafetensorsWriter(changed, tensors: tensors.map(\.info), metadata: metadata)
    for tensor in tensors { try writer.append(tensor.value) }
    try writer.commit()
    return changed
  }

  /// A contract that suits `mixedNetwork()`.
  static var contract: DataContract {
    DataContract(
      columns: ["a", "b", "c"], labels: .init(encoding: .values, names: ["y", "z"]), alignment: .end,
      featuresNormalizer: AffineNormalizer(shift: [1, 2, 3], scale: [4, 5, 6]),
      labelsNormalizer: AffineNormalizer(shift: [0, 0.1], scale: [1, 3]))
  }

  /// A trained network's file, and the network.
  func model(_ name: String = "model", contract: DataContract? = ModelScratch.contract) throws -> (
    path: String, network: MultiLayerNetwork
  ) {
    var random = SplitMix64(seed: 2)
    var network = try mixedNetwork()
    for _ in 0..<3 {
      _ = try network.fit(
        randomBatch((4, 3, 5), outputs: 2, loss: .meanSquaredError, masks: .emptyEnds, using: &random))
    }
    let path = path(name)
    try ModelFile(network: network, contract: contract).save(to: path)
    return (path, network)
  }
}
