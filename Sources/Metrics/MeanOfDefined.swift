/// The unweighted mean of the figures that exist, and how many do not.
///
/// A figure that is 0/0 for a class or column is left out of the mean, not taken for 0, and it is counted.
public struct MeanOfDefined: Sendable, Hashable, Codable {
  /// The mean of the figures that exist; `nil` when none does.
  public var value: Double?
  /// How many figures do not exist.
  public var leftOutCount: Int

  /// The mean of those of `figures` that are not `nil`.
  public init(of figures: [Double?]) {
    let present = figures.compactMap { $0 }
    value = present.isEmpty ? nil : present.reduce(0, +) / Double(present.count)
    leftOutCount = figures.count - present.count
  }
}
