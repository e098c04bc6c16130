/// A learning rate, and how it changes as the training goes on.
public enum Schedule: Sendable, Hashable {
  /// Always the same.
  case constant(Float)

  /// The rate after `iteration` updates, in epoch `epoch`, both from 0.
  public func value(iteration: Int, epoch: Int) -> Float {
    switch self {
    case .constant(let rate): return rate
    }
  }
}

extension Schedule: ExpressibleByFloatLiteral {
  /// A rate that is always the same.
  public init(floatLiteral value: Float) { self = .constant(value) }
}

extension Schedule: ExpressibleByIntegerLiteral {
  /// A rate that is always the same.
  public init(integerLiteral value: Int) { self = .constant(Float(value)) }
}

extension Schedule: Codable {
  /// Reads a schedule; a mere number is a rate that is always the same.
  public init(from decoder: any Decoder) throws {
    self = .constant(try decoder.singleValueContainer().decode(Float.self))
  }

  /// Writes a schedule; a rate that is always the same as a mere number.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .constant(let rate): try container.encode(rate)
    }
  }
}
