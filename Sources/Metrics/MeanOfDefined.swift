/// The unweighted mean of the figures that are defined, and the number of those that are not.
///
/// A figure that is 0/0 for a class or column is excluded from the mean, not counted as 0.
public struct MeanOfDefined: Sendable, Hashable, Codable {
  /// The mean of the defined figures; `nil` if there are none.
  public var value: Double?
  /// The number of undefined figures.
  public var leftOutCount: Int

  /// Computes the mean of those `figures` that are not `nil`.
  public init(of figures: [Double?]) {
    let present = figures.compactMap { $0 }
    value = present.isEmpty ? nil : present.reduce(0, +) / Double(present.count)
    leftOutCount = figures.count - present.count
  }
}
