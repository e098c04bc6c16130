import Metrics
import Training

extension MultiLayerNetwork {
  /// Statistics of the outputs of a network's layers: their scale, and units that do not work.
  ///
  /// Prints as a table.
  public struct ActivationStatistics: Sendable, Hashable, CustomStringConvertible {
    /// The statistics of one layer, over present steps.
    public struct Layer: Sendable, Hashable {
      /// The layer, such as `layer 0 (lstm)`.
      public let name: String
      /// The number of units.
      public let unitCount: Int
      /// The mean of the outputs.
      public let mean: Double
      /// The standard deviation of the outputs.
      public let deviation: Double
      /// The largest absolute output.
      public let largestMagnitude: Double
      /// The share of outputs that are exactly 0, from 0 to 1.
      public let zeroShare: Double
      /// The share of units with a constant output, from 0 to 1: dead at 0, or stuck where an activation is
      /// flat.
      public let constantUnitShare: Double

      /// Computes the statistics from the outputs of each unit at present steps.
      init(name: String, units: [[Float]]) {
        self.name = name
        unitCount = units.count
        let values = units.joined()
        let count = Double(max(1, values.count))
        let mean = values.reduce(0) { $0 + Double($1) } / count
        self.mean = mean
        let squares = values.reduce(0) { sum, value in
          let difference = Double(value) - mean
          return sum + difference * difference
        }
        deviation = (squares / count).squareRoot()
        largestMagnitude = values.reduce(0) { $1.isNaN ? .nan : max($0, Double(abs($1))) }
        zeroShare = Double(values.count { $0 == 0 }) / count
        constantUnitShare =
          Double(units.count { unit in unit.allSatisfy { $0 == unit[0] } }) / Double(max(1, units.count))
      }
    }

    /// The layers, from the input on.
    public var layers: [Layer]

    /// A table, one line per layer.
    public var description: String {
      let header = ["layer", "units", "mean", "deviation", "largest", "zeros", "constant units"]
      return TextTable(
        rows: [header]
          + layers.map {
            [
              $0.name, String($0.unitCount), $0.mean.short, $0.deviation.short,
              $0.largestMagnitude.short, "\(Int(($0.zeroShare * 100).rounded()))%",
              "\(Int(($0.constantUnitShare * 100).rounded()))%",
            ]
          }
      ).text
    }
  }
}
