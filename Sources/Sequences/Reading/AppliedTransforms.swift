/// A pipeline of transforms applied to sequences after they were read; a higher layer defines it.
///
/// Wrappers of other readers pass it on without looking inside.
public protocol SequenceTransformation: Sendable {
  /// A description of the whole pipeline.
  var summary: String { get }
}

/// The transforms applied to the sequences of a reader, and the columns before them.
public struct AppliedTransforms: Sendable {
  /// The column names before the transforms.
  public var columns: [String]
  /// The transforms; a `TransformPipeline` in all readers that come with Timestep.
  public var transformation: any SequenceTransformation

  /// Makes a description.
  public init(columns: [String], transformation: any SequenceTransformation) {
    self.columns = columns
    self.transformation = transformation
  }
}
