import DataSets
import Sequences

/// The padding and the masks of a batch: one row per example, one cell per time step.
///
/// ```swift
/// try MaskPicture(batch, "First batch").write(to: "masks.svg")
/// ```
/// It illustrates alignment with real data: which steps are present, which are padding, and which have
/// labels.
public struct MaskPicture: Picture, Hashable {
  /// Steps at which features are present, `[N, T]`.
  public var features: Mask
  /// Steps at which labels are present, `[N, T]`.
  public var labels: Mask
  /// The names of the rows, one per example.
  public var names: [String]
  /// The title of the picture.
  public var title: String
  /// The largest number of examples to draw; the number of the others is stated.
  public var mostRows = 40

  /// Makes a picture of a batch's masks; examples are named after their files.
  public init(_ batch: DataSet, _ title: String) {
    let names = batch.metadata.map { $0.features.path.split(separator: "/").last.map(String.init) ?? "" }
    // If all examples are from one file, its name does not distinguish them.
    let isTelling = Set(names).count == names.count
    let keys = zip(names, batch.metadata).map { isTelling ? $0 : $1.features.key }
    self.init(features: batch.featuresMask, labels: batch.labelsMask, names: keys, title)
  }

  /// Makes a picture of masks of one shape.
  ///
  /// - Parameters:
  ///   - features: Steps at which features are present.
  ///   - labels: Steps at which labels are present.
  ///   - names: The names of the rows; if empty, they are numbered from 0.
  ///   - title: The title of the picture.
  public init(features: Mask, labels: Mask, names: [String] = [], _ title: String) {
    precondition(
      features.exampleCount == labels.exampleCount && features.stepCount == labels.stepCount,
      "masks of different shapes")
    precondition(
      names.isEmpty || names.count == features.exampleCount,
      "\(names.count) names for \(features.exampleCount) examples")
    self.features = features
    self.labels = labels
    self.names = names.isEmpty ? (0..<features.exampleCount).map(String.init) : names
    self.title = title
  }

  /// The text description of the picture.
  var summary: String {
    let (rows, steps) = (features.exampleCount, features.stepCount)
    let cells = rows * steps
    guard cells > 0 else { return "No examples." }
    let padding = cells - features.union(labels).count
    let lengths = features.lengths
    return "\(rows) \(rows == 1 ? "example" : "examples") of up to \(steps) steps, "
      + "\(lengths.min() ?? 0) to \(lengths.max() ?? 0) of them with features. "
      + "\(padding) of \(cells) cells are padding (\((Double(padding) / Double(cells)).percent)), "
      + "\(labels.count) steps have labels."
  }

  /// The drawing.
  public var svg: SVG { MaskDrawing(self).svg }
}
