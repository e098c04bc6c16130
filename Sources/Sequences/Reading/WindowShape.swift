/// The size of windows, and how far apart they begin.
public struct WindowShape: Sendable, Hashable, Codable {
  /// The number of steps of a window.
  public let size: Int
  /// The number of steps from the beginning of one window to the next.
  public let stride: Int

  /// Makes a shape.
  public init(size: Int, stride: Int) { (self.size, self.stride) = (size, stride) }
}
