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
    let unit = try fields.decode(ScheduleUnit.self, forKey: .unit)
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
    func write(_ kind: Kind, _ rate: Float, _ unit: ScheduleUnit) throws {
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
