/// The arrangement of the values of one cell (one example at one step).
public enum InputType: Sendable, Hashable, Codable {
  /// `size` values at each step of a series, `[N, size, T]`.
  case recurrent(size: Int)
  /// `size` values in no particular arrangement.
  case feedForward(size: Int)
  /// An image: channel, then row, then column.
  case convolutional(channels: Int, height: Int, width: Int)

  /// The number of values.
  public var size: Int {
    switch self {
    case .recurrent(let size), .feedForward(let size): return size
    case .convolutional(let channels, let height, let width): return channels * height * width
    }
  }

  /// The arrangement without its sizes.
  public var arrangement: Arrangement {
    switch self {
    case .recurrent: return .recurrent
    case .feedForward: return .feedForward
    case .convolutional: return .convolutional
    }
  }

  /// An arrangement of values, regardless of their number.
  public enum Arrangement: String, Sendable, Hashable, Codable {
    case recurrent, feedForward, convolutional
  }

  /// The reason why the sizes are invalid; `nil` if they are valid.
  var problem: String? {
    let sizes: [Int]
    switch self {
    case .recurrent(let size), .feedForward(let size): sizes = [size]
    case .convolutional(let channels, let height, let width): sizes = [channels, height, width]
    }
    var product = 1
    for size in sizes {
      // Beyond a million values per cell, 32-bit index arithmetic (BLAS) would overflow.
      guard size > 0, size <= 1 << 20, product * size <= 1 << 20 else {
        return "\(self) has an invalid size; 1 to \(1 << 20) values are possible"
      }
      product *= size
    }
    return nil
  }
}

extension InputType: CustomStringConvertible {
  /// The text form, such as `recurrent(12)` or `convolutional(1 x 8 x 8)`.
  public var description: String {
    switch self {
    case .recurrent(let size): return "recurrent(\(size))"
    case .feedForward(let size): return "feedForward(\(size))"
    case .convolutional(let channels, let height, let width):
      return "convolutional(\(channels) x \(height) x \(width))"
    }
  }
}

/// The shape of the values that pass from one layer of a network to the next.
public struct LayerShape: Sendable, Hashable {
  /// The arrangement of a cell's values.
  public var type: InputType
  /// The scope of a cell: one step, or the whole series.
  public var scope: Scope

  /// The part of a series that a cell stands for.
  public enum Scope: String, Sendable, Hashable, Codable {
    /// One step of a series: `[N, size, T]`.
    case step
    /// A whole series: `[N, size]`.
    case series
  }

  /// Makes a shape.
  public init(_ type: InputType, _ scope: Scope) { (self.type, self.scope) = (type, scope) }
}

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
