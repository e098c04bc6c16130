import Glibc

/// A learning rate, and how it changes as training progresses.
///
/// `k` is the number of updates made before, or the epoch from 0, as `unit` specifies. A literal is a
/// constant rate:
/// ```swift
/// let updater = Updater.adam(learningRate: 0.001)
/// let falling = Updater.sgd(learningRate: .step(0.1, factor: 0.5, every: 10, unit: .epochs))
/// ```
public enum Schedule: Sendable, Hashable {
  /// A constant rate.
  case constant(Float)
  /// rate * factor^floor(k / every).
  case step(_ rate: Float, factor: Float, every: Int, unit: Unit)
  /// rate * factor^k.
  case exponential(_ rate: Float, factor: Float, unit: Unit)
  /// rate / (1 + gamma k)^power.
  case inverse(_ rate: Float, gamma: Float, power: Float, unit: Unit)
  /// rate * (1 - k / over)^power; 0 from `over` on.
  case polynomial(_ rate: Float, power: Float, over: Int, unit: Unit)
  /// Half a cosine after a linear warm-up (Loshchilov & Hutter 2017, equation 5, without restarts).
  ///
  /// rate * (k + 1) / warmUp for k < warmUp, so that not even the first update is lost; then last + (rate -
  /// last) * (1 + cos(pi * (k - warmUp) / (over - warmUp))) / 2; `last` from `over` on.
  case cosine(_ rate: Float, warmUp: Int = 0, over: Int, last: Float = 0, unit: Unit)

  /// Returns the rate after `iteration` updates, in epoch `epoch`, both from 0.
  public func value(iteration: Int, epoch: Int) -> Float {
    func count(_ unit: Unit) -> Int { unit == .iterations ? iteration : epoch }
    switch self {
    case .constant(let rate): return rate
    case .step(let rate, let factor, let every, let unit):
      return Float(Double(rate) * pow(Double(factor), Double(count(unit) / every)))
    case .exponential(let rate, let factor, let unit):
      return Float(Double(rate) * pow(Double(factor), Double(count(unit))))
    case .inverse(let rate, let gamma, let power, let unit):
      return Float(Double(rate) / pow(1 + Double(gamma) * Double(count(unit)), Double(power)))
    case .polynomial(let rate, let power, let over, let unit):
      let share = Double(min(count(unit), over)) / Double(over)
      return share < 1 ? Float(Double(rate) * pow(1 - share, Double(power))) : 0
    case .cosine(let rate, let warmUp, let over, let last, let unit):
      let k = count(unit)
      if k < warmUp { return Float(Double(rate) * Double(k + 1) / Double(warmUp)) }
      if k >= over { return last }
      let share = Double(k - warmUp) / Double(over - warmUp)
      return Float(Double(last) + (Double(rate) - Double(last)) * (1 + cos(.pi * share)) / 2)
    }
  }

  /// The reason why the schedule is invalid, in words; `nil` if it is valid.
  ///
  /// Schedules are also read from model files, which are not trusted.
  var problem: String? {
    func bad(_ name: String, _ value: Float) -> String? {
      value >= 0 && value.isFinite ? nil : "\(name) of \(value); it must be finite and not negative"
    }
    func bad(_ name: String, _ value: Int, from least: Int) -> String? {
      value >= least ? nil : "\(name) of \(value); it must be at least \(least)"
    }
    switch self {
    case .constant(let rate): return bad("a learning rate", rate)
    case .step(let rate, let factor, let every, _):
      return bad("a learning rate", rate) ?? bad("a factor of the learning rate", factor)
        ?? bad("a schedule with steps", every, from: 1)
    case .exponential(let rate, let factor, _):
      return bad("a learning rate", rate) ?? bad("a factor of the learning rate", factor)
    case .inverse(let rate, let gamma, let power, _):
      return bad("a learning rate", rate) ?? bad("a schedule with a gamma", gamma)
        ?? bad("a schedule with a power", power)
    case .polynomial(let rate, let power, let over, _):
      return bad("a learning rate", rate) ?? bad("a schedule with a power", power)
        ?? bad("a schedule with a length", over, from: 1)
    case .cosine(let rate, let warmUp, let over, let last, _):
      return bad("a learning rate", rate) ?? bad("a last learning rate", last)
        ?? bad("a schedule with a warm-up", warmUp, from: 0)
        ?? (over > warmUp
          ? nil : "a schedule over \(over) with a warm-up of \(warmUp); the warm-up must be shorter")
    }
  }
}

extension Schedule {
  /// The unit in which a schedule counts.
  public enum Unit: String, Sendable, Hashable, Codable, CaseIterable {
    /// Updates of the parameters.
    case iterations
    /// Passes over the data.
    case epochs
  }
}

extension Schedule: ExpressibleByFloatLiteral {
  /// Makes a constant rate.
  public init(floatLiteral value: Float) { self = .constant(value) }
}

extension Schedule: ExpressibleByIntegerLiteral {
  /// Makes a constant rate.
  public init(integerLiteral value: Int) { self = .constant(Float(value)) }
}

extension Schedule: Codable {
  /// The keys of all schedules other than a constant rate in model files.
  private enum Key: String, CodingKey {
    case kind, rate, unit, factor, every, gamma, power, over, warmUp, last
  }

  private enum Kind: String, Codable { case step, exponential, inverse, polynomial, cosine }

  /// Reads a schedule; a plain number is a constant rate.
  public init(from decoder: any Decoder) throws {
    guard let fields = try? decoder.container(keyedBy: Key.self) else {
      self = .constant(try decoder.singleValueContainer().decode(Float.self))
      return
    }
    func float(_ key: Key) throws -> Float { try fields.decode(Float.self, forKey: key) }
    func int(_ key: Key) throws -> Int { try fields.decode(Int.self, forKey: key) }
    let unit = try fields.decode(Unit.self, forKey: .unit)
    let rate = try float(.rate)
    switch try fields.decode(Kind.self, forKey: .kind) {
    case .step: self = .step(rate, factor: try float(.factor), every: try int(.every), unit: unit)
    case .exponential: self = .exponential(rate, factor: try float(.factor), unit: unit)
    case .inverse: self = .inverse(rate, gamma: try float(.gamma), power: try float(.power), unit: unit)
    case .polynomial: self = .polynomial(rate, power: try float(.power), over: try int(.over), unit: unit)
    case .cosine:
      self = .cosine(rate, warmUp: try int(.warmUp), over: try int(.over), last: try float(.last), unit: unit)
    }
  }

  /// Writes a schedule; a constant rate is written as a plain number.
  public func encode(to encoder: any Encoder) throws {
    if case .constant(let rate) = self {
      var container = encoder.singleValueContainer()
      try container.encode(rate)
      return
    }
    var fields = encoder.container(keyedBy: Key.self)
    func write(_ kind: Kind, _ rate: Float, _ unit: Unit) throws {
      try fields.encode(kind, forKey: .kind)
      try fields.encode(rate, forKey: .rate)
      try fields.encode(unit, forKey: .unit)
    }
    switch self {
    case .constant: preconditionFailure("a constant rate is a number")
    case .step(let rate, let factor, let every, let unit):
      try write(.step, rate, unit)
      try fields.encode(factor, forKey: .factor)
      try fields.encode(every, forKey: .every)
    case .exponential(let rate, let factor, let unit):
      try write(.exponential, rate, unit)
      try fields.encode(factor, forKey: .factor)
    case .inverse(let rate, let gamma, let power, let unit):
      try write(.inverse, rate, unit)
      try fields.encode(gamma, forKey: .gamma)
      try fields.encode(power, forKey: .power)
    case .polynomial(let rate, let power, let over, let unit):
      try write(.polynomial, rate, unit)
      try fields.encode(power, forKey: .power)
      try fields.encode(over, forKey: .over)
    case .cosine(let rate, let warmUp, let over, let last, let unit):
      try write(.cosine, rate, unit)
      try fields.encode(warmUp, forKey: .warmUp)
      try fields.encode(over, forKey: .over)
      try fields.encode(last, forKey: .last)
    }
  }
}
