import Metrics
import Training

/// How far the outputs of a network depend on the way in which series are given to it: the largest differences found.
///
/// ```
/// way            largest difference  outputs  bound 1e-05
/// step by step              1.2e-07    43074        holds
/// random cuts               1.2e-07    43074        holds
/// ```
/// Made by `MultiLayerNetwork.certify`. A difference is |a - b| / max(1, |b|), with b of the full pass.
public struct ConsistencyReport: Sendable, Hashable, Codable {
  /// A way to give series to a network.
  public enum Way: String, Sendable, Hashable, Codable, CaseIterable {
    /// One step of one series a call.
    case stepByStep = "step by step"
    /// The batch cut at random steps, the state handed from piece to piece.
    case randomCuts = "random cuts"
    /// Each series in a batch of its own.
    case alone
    /// Among other series, at another place of a larger batch.
    case withOthers = "with others"
    /// With steps of padding in front and behind, filled with NaN.
    case padded
    /// Laid end to end on a few lanes, in pieces of one length.
    case lanes
  }

  /// What was found for one way.
  public struct Finding: Sendable, Hashable, Codable {
    /// The way.
    public var way: Way
    /// The largest difference; `nil` when the network needs whole series, so that there is no such way.
    public var largestDifference: Double?
    /// The number of outputs compared.
    public var outputCount = 0

    /// Whether the difference is within `ConsistencyReport.bound`.
    public var holds: Bool { largestDifference.map { $0 <= ConsistencyReport.bound } ?? true }
  }

  /// The largest difference that rounding may make: products of other sizes add up in other orders.
  public static let bound = 1e-5

  /// One finding for each way.
  public var findings: [Finding]

  /// Whether all ways give the same, within the bound.
  public var holds: Bool { findings.allSatisfy(\.holds) }
}

extension ConsistencyReport: CustomStringConvertible {
  /// The findings as aligned text.
  public var description: String {
    let head = ["way", "largest difference", "outputs", "bound \(Self.bound)"]
    let rows = findings.map { finding in
      guard let difference = finding.largestDifference else {
        return [finding.way.rawValue, "-", "-", "needs whole series"]
      }
      return [
        finding.way.rawValue, difference.twoDigits, "\(finding.outputCount)",
        finding.holds ? "holds" : "BROKEN",
      ]
    }
    return TextTable(rows: [head] + rows).text
  }
}

extension Double {
  /// Two significant digits, as `1.2e-07`.
  fileprivate var twoDigits: String {
    if self == 0 { return "0" }
    if !isFinite { return "\(self)" }
    var (value, exponent) = (self, 0)
    while value < 1 { (value, exponent) = (value * 10, exponent - 1) }
    while value >= 10 { (value, exponent) = (value / 10, exponent + 1) }
    var tenths = Int((value * 10).rounded())
    if tenths == 100 { (tenths, exponent) = (10, exponent + 1) }
    return
      "\(tenths / 10).\(tenths % 10)e\(exponent < 0 ? "-" : "+")\(abs(exponent) < 10 ? "0" : "")\(abs(exponent))"
  }
}
