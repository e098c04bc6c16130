import Metrics
import Training

extension MultiLayerNetwork {
  /// The largest differences in a network's outputs between different ways of feeding it the same series.
  ///
  /// ```
  /// way            largest difference  outputs  bound 1e-05
  /// step by step              1.2e-07    43074        holds
  /// random cuts               1.2e-07    43074        holds
  /// ```
  /// Returned by `MultiLayerNetwork.verifyConsistency(on:)`. A difference is |a - b| / max(1, |b|), where b is
  /// the output of the full pass.
  public struct ConsistencyReport: Sendable, Hashable, Codable {
    /// A way to feed series to a network.
    public enum Way: String, Sendable, Hashable, Codable, CaseIterable {
      /// One step of one series per call.
      case stepByStep = "step by step"
      /// The batch cut at random steps, with the state carried from piece to piece.
      case randomCuts = "random cuts"
      /// Each series in a batch of its own.
      case alone
      /// Among other series, at another index of a larger batch.
      case withOthers = "with others"
      /// With padding steps before and after, filled with NaN.
      case padded
      /// Laid end to end on a few lanes, in pieces of equal length.
      case lanes
    }

    /// The result for one way.
    public struct Finding: Sendable, Hashable, Codable {
      /// The way.
      public var way: Way
      /// The largest difference; `nil` if the network needs whole series and so cannot be fed this way.
      public var largestDifference: Double?
      /// The number of outputs compared.
      public var outputCount = 0

      /// True if the difference is within `MultiLayerNetwork.ConsistencyReport.bound`.
      public var holds: Bool {
        largestDifference.map { $0 <= ConsistencyReport.bound } ?? true
      }
    }

    /// The largest difference attributable to rounding: products of other sizes are summed in another order.
    public static let bound = 1e-5

    /// One finding for each way.
    public var findings: [Finding]

    /// True if the outputs agree in every way, within the bound.
    public var holds: Bool { findings.allSatisfy(\.holds) }
  }
}

extension MultiLayerNetwork.ConsistencyReport: CustomStringConvertible {
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
  /// The number with two significant digits, such as `1.2e-07`.
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
