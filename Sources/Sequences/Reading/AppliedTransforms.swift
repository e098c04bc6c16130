/// What was done to sequences after they had been read: a pipeline of transforms, which is described in a room above.
///
/// Readers around other readers pass it on and look no further.
public protocol SequenceTransformation: Sendable {
  /// All of it in words.
  var summary: String { get }
}

/// What was done to the sequences of a reader, and which columns they had before.
public struct AppliedTransforms: Sendable {
  /// The names of the columns before.
  public var columns: [String]
  /// What was done; `TransformPipeline` in all readers that come with Timestep.
  public var transformation: any SequenceTransformation

  /// Makes a description.
  public init(columns: [String], transformation: any SequenceTransformation) {
    self.columns = columns
    self.transformation = transformation
  }
}
