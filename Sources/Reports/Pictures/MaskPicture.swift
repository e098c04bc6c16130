import DataSets
import Sequences

/// The padding and the masks of a batch: a row for each example, a cell for each time step.
///
/// ```swift
/// try MaskPicture(batch, "First batch").write(to: "masks.svg")
/// ```
/// It is the drawing that explains alignment, made of real data: what is present, what is padding, and at which steps
/// there are labels.
public struct MaskPicture: Picture, Hashable {
  /// Steps at which features are present, `[N, T]`.
  public var features: Mask
  /// Steps at which labels are present, `[N, T]`.
  public var labels: Mask
  /// What the rows are called, one an example.
  public var names: [String]
  /// Which batch it is.
  public var title: String
  /// The largest number of examples that are drawn; how many there are besides is said.
  public var mostRows = 40

  /// Makes a picture of a batch's masks; examples are called by their files.
  public init(_ batch: DataSet, _ title: String) {
    let names = batch.metadata.map { $0.features.path.split(separator: "/").last.map(String.init) ?? "" }
    // Of one file for all, the name says nothing about an example.
    let isTelling = Set(names).count == names.count
    let keys = zip(names, batch.metadata).map { isTelling ? $0 : $1.features.key }
    self.init(features: batch.featuresMask, labels: batch.labelsMask, names: keys, title)
  }

  /// Makes a picture of masks of one shape.
  ///
  /// - Parameters:
  ///   - features: Steps at which features are present.
  ///   - labels: Steps at which labels are present.
  ///   - names: What the rows are called; none: they are numbered from 0.
  ///   - title: Which batch it is.
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

  /// The picture in words.
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
