import ArgumentParser
import Timestep

/// The initial weights of a network: `xavier`, or `normal:0.1`.
struct InitializationArgument: NotatedFlagValue {
  /// The ways to write it.
  static let forms =
    named.map(\.name) + ["constant:X", "normal:DEVIATION", "uniform:LIMIT", "orthogonal:GAIN"]

  private static let named: [(name: String, weights: WeightInitialization)] = [
    ("xavier", .xavier), ("xavierUniform", .xavierUniform), ("xavierFanIn", .xavierFanIn), ("relu", .relu),
    ("reluUniform", .reluUniform), ("leCunNormal", .leCunNormal), ("leCunUniform", .leCunUniform),
    ("sigmoidUniform", .sigmoidUniform), ("identity", .identity), ("orthogonal", .orthogonal()),
    ("zero", .zero), ("ones", .ones),
  ]

  /// The initialization.
  let weights: WeightInitialization

  init(flag text: String) throws(ValidationError) {
    if let known = Self.named.first(where: { $0.name == text }) {
      weights = known.weights
      return
    }
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2, let number = Float(parts[1]), number.isFinite else {
      throw Self.problem(parts[0])
    }
    switch parts[0] {
    case "constant": weights = .constant(number)
    case "normal" where number >= 0: weights = .normal(deviation: number)
    case "uniform" where number >= 0: weights = .uniform(limit: number)
    case "orthogonal": weights = .orthogonal(gain: number)
    default: throw Self.problem(parts[0])
    }
  }

  private static func problem(_ name: String) -> ValidationError {
    ValidationError(
      "expected \(alternatives(forms)), such as normal:0.1"
        + suggestion(for: name, among: named.map(\.name) + ["constant", "normal", "uniform"]))
  }
}

extension Loss: NotatedFlagValue {
  static var names: [String] { named.map(\.rawValue) + ["quantile:LEVELS"] }

  init(flag text: String) throws(ValidationError) {
    guard let loss = Loss(rawValue: text) else {
      throw ValidationError(
        "expected \(alternatives(Self.names)), such as quantile:0.9 or quantile:0.1,0.5,0.9, with ascending levels above 0 and below 1"
          + suggestion(for: text, among: Self.names))
    }
    self = loss
  }

  /// Finds the loss that an argument names.
  public init?(argument: String) { self.init(rawValue: argument) }
}
