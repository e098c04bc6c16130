extension EpochMetric {
  /// The direction in which a metric improves.
  public enum Objective: String, Sendable, Hashable, Codable, CaseIterable {
    /// Lower is better: a loss or an error.
    case minimize = "lowerIsBetter"
    /// Higher is better: an accuracy, an F1 score, an area under a curve.
    case maximize = "higherIsBetter"

    /// Returns the improvement of `figure` over `reference`; negative if it is worse, NaN if one of them is.
    public func gain(of figure: Double, over reference: Double) -> Double {
      self == .minimize ? reference - figure : figure - reference
    }

    /// Returns true if `figure` is a number, and better than `reference`, if there is one, by more than `minimum`.
    func isBetter(_ figure: Double, than reference: Double?, byMoreThan minimum: Double = 0) -> Bool {
      !figure.isNaN && (reference.map { gain(of: figure, over: $0) > minimum } ?? true)
    }
  }
}

/// The measure of a model after an epoch, as one number.
public struct EpochMetric: Sendable, Hashable {
  /// The epoch after which it was measured, from 0.
  public var epoch: Int
  /// The name of the metric: "score", "accuracy".
  public var name: String
  /// The number.
  public var value: Double

  /// Makes a metric.
  public init(epoch: Int, name: String, value: Double) {
    self.epoch = epoch
    self.name = name
    self.value = value
  }
}

extension EpochMetric: Codable {
  private enum CodingKeys: String, CodingKey { case epoch, name, value }

  /// Reads a metric that `encode` wrote.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    epoch = try container.decode(Int.self, forKey: .epoch)
    name = try container.decode(String.self, forKey: .name)
    // JSON cannot represent these numbers, and a run in which a metric was NaN once may continue.
    if let text = try? container.decode(String.self, forKey: .value) {
      guard let number = ["nan": Double.nan, "inf": .infinity, "-inf": -.infinity][text] else {
        throw DecodingError.dataCorruptedError(
          forKey: .value, in: container, debugDescription: "no number: \(text)")
      }
      value = number
    } else {
      value = try container.decode(Double.self, forKey: .value)
    }
  }

  /// Writes the metric; a value that is not finite is written as text.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(epoch, forKey: .epoch)
    try container.encode(name, forKey: .name)
    if value.isFinite {
      try container.encode(value, forKey: .value)
    } else {
      try container.encode(value.isNaN ? "nan" : value < 0 ? "-inf" : "inf", forKey: .value)
    }
  }
}
