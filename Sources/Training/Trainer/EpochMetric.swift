/// Which of two figures is the better one.
public enum Objective: String, Sendable, Hashable, Codable, CaseIterable {
  /// A loss or an error.
  case minimize = "lowerIsBetter"
  /// An accuracy, an F1 score, an area under a curve.
  case maximize = "higherIsBetter"

  /// How much better `figure` is than `reference`; negative when it is worse, NaN when one of them is.
  public func gain(of figure: Double, over reference: Double) -> Double {
    self == .minimize ? reference - figure : figure - reference
  }
}

/// What a model was worth after an epoch, as one number.
public struct EpochMetric: Sendable, Hashable {
  /// The epoch after which it was taken, from 0.
  public var epoch: Int
  /// What the number is: "score", "accuracy".
  public var name: String
  /// The number.
  public var value: Double

  /// Makes a figure.
  public init(epoch: Int, name: String, value: Double) {
    self.epoch = epoch
    self.name = name
    self.value = value
  }
}

extension EpochMetric: Codable {
  private enum CodingKeys: String, CodingKey { case epoch, name, value }

  /// Reads what `encode` wrote.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    epoch = try container.decode(Int.self, forKey: .epoch)
    name = try container.decode(String.self, forKey: .name)
    // JSON has no word for them, and a run in which a figure was NaN once may go on.
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

  /// Writes the figure; a value that is no number as text.
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
