/// A height and a width, in values of an image.
///
/// A literal stands for both: `3` is 3 x 3.
public struct Extent: Sendable, Hashable, Codable, ExpressibleByIntegerLiteral, CustomStringConvertible {
  /// Along the rows.
  public var height: Int
  /// Along the columns.
  public var width: Int

  /// Makes an extent.
  public init(_ height: Int, _ width: Int) { (self.height, self.width) = (height, width) }

  /// Makes a square.
  public init(integerLiteral side: Int) { self.init(side, side) }

  /// The text form, such as `3 x 2`.
  public var description: String { "\(height) x \(width)" }
}
