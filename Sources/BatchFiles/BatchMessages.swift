import DataSets
import TensorFiles

/// Batches as messages to another program: what `timestep stream` writes.
///
/// ```swift
/// let messages = try BatchMessages(layout: .ntc, contract: dataSets.contract)
/// try messages.message(batch, epoch: 0, step: 3).write(to: StandardStream.output)
/// ```
/// A message holds the tensors that `convert` writes, and the notes `epoch`, `step` and `manifest`: the manifest of
/// `convert` as JSON, without its lists. `sources` is the part of its list that is about this batch, where it was asked
/// for: a hundred bytes an example.
public struct BatchMessages: Sendable {
  /// The order of the tensors' axes.
  public let layout: TensorLayout
  /// Whether every message says where its examples come from.
  public let namesSources: Bool
  private let manifest: String

  /// Makes the form of messages about batches that keep `contract`.
  public init(layout: TensorLayout, contract: DataContract, namesSources: Bool = false) throws {
    (self.layout, self.namesSources) = (layout, namesSources)
    manifest = try jsonText(Manifest.Head(contract, format: .safetensors, layout: layout))
  }

  /// The message about batch `step` of pass `epoch`.
  public func message(_ batch: DataSet, epoch: Int, step: Int) -> TensorMessage {
    var notes = ["epoch": String(epoch), "step": String(step), "manifest": manifest]
    if namesSources {
      notes["sources"] = "[\(batch.metadata.map { Manifest.Source($0).json }.joined(separator: ","))]"
    }
    return TensorMessage(batch.tensors(layout: layout), metadata: notes)
  }
}
