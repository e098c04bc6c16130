/// A transform that gives every value that it moves its exact timestamp itself.
///
/// The timestamps of other transforms stay with their rows and columns.
protocol TimeCarrying: SequenceTransform {}
