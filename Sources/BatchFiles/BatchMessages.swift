import DataSets
import TensorFiles

/// Encodes batches as messages to another program, as `timestep stream` writes them.
///
/// ```swift
/// let messages = try BatchMessages(layout: .ntc, contract: dataSets.contract)
/// try messages.message(batch, epoch: 0, index: 3).write(to: StandardStream.output)
/// ```
/// A message holds the tensors that `convert` writes, always with `seriesStarts`, and the metadata `epoch`, `step` and `manifest`: the
/// manifest of `convert` as JSON, without its lists. If requested, `sources` contains the entries of its list
/// for this batch, about a hundred bytes per example.
public struct BatchMessages: Sendable {
  /// The order of the tensors' axes.
  public let layout: TensorLayout
  /// How class labels are written.
  public let classLabels: ClassLabels
  /// True if every message names the sources of its examples.
  public let namesSources: Bool
  private let manifest: String

  /// Makes an encoder for batches with the given contract.
  ///
  /// - Throws: `UsageError` if the labels cannot be written as requested.
  public init(
    layout: TensorLayout, classLabels: ClassLabels = .oneHot, contract: DataContract,
    namesSources: Bool = false
  ) throws {
    try classLabels.check(contract.labels)
    (self.layout, self.classLabels, self.namesSources) = (layout, classLabels, namesSources)
    // Every message contains it, so the examples that normalizers were fitted on are left out.
    var contract = contract
    func numbers(_ normalizer: AffineNormalizer) -> AffineNormalizer {
      AffineNormalizer(
        shift: normalizer.shift, scale: normalizer.scale, constantColumns: normalizer.constantColumns)
    }
    contract.featuresNormalizer = contract.featuresNormalizer.map(numbers)
    contract.labelsNormalizer = contract.labelsNormalizer.map(numbers)
    manifest = try jsonText(
      Manifest.Head(contract, format: .safetensors, layout: layout, classLabels: classLabels))
  }

  /// Returns the message for batch `index` of epoch `epoch`.
  ///
  /// - Throws: `InsufficientMemory` if the copies in it do not fit in memory.
  public func message(_ batch: DataSet, epoch: Int, index: Int) throws -> TensorMessage {
    var notes = ["epoch": String(epoch), "step": String(index), "manifest": manifest]
    if namesSources {
      notes["sources"] = "[\(batch.metadata.map { Manifest.Source($0).json }.joined(separator: ","))]"
    }
    return TensorMessage(
      try batch.checkedTensors(layout: layout, classLabels: classLabels, namesStarts: true), metadata: notes)
  }
}
