import Metrics
import Training

extension MultiLayerNetwork {
  /// Statistics of the gradients of the parameters, and the size of the next update for each.
  ///
  /// ```swift
  /// print(try network.gradientStatistics(batch))
  /// ```
  /// A ratio of update to parameter far above 0.01 means that the rate is too high, far below 0.0001 that it is
  /// too low; gradients that shrink by orders of magnitude from layer to layer vanish. Prints as a table.
  public struct GradientStatistics: Sendable, Hashable, CustomStringConvertible {
    /// The statistics of one parameter.
    public struct Parameter: Sendable, Hashable {
      /// The parameter's name, such as `layer0.W`.
      public var name: String
      /// The number of elements.
      public var count: Int
      /// The L2 norm of the gradient of the score.
      public var norm: Double
      /// The mean of the gradient's absolute values.
      public var meanMagnitude: Double
      /// The largest of the gradient's absolute values.
      public var largestMagnitude: Double
      /// The share of the gradient's elements that are exactly 0, from 0 to 1.
      public var zeroShare: Double
      /// The L2 norm of the next update divided by that of the parameter.
      ///
      /// It is infinite for a parameter of zeros that would change, and 0 for one that would not.
      public var updateRatio: Double

      /// Makes the statistics of one parameter.
      public init(
        name: String, count: Int, norm: Double, meanMagnitude: Double, largestMagnitude: Double,
        zeroShare: Double, updateRatio: Double
      ) {
        (self.name, self.count, self.norm, self.meanMagnitude) = (name, count, norm, meanMagnitude)
        (self.largestMagnitude, self.zeroShare, self.updateRatio) = (largestMagnitude, zeroShare, updateRatio)
      }
    }

    /// The parameters, in the order of `parameterNames`.
    public var parameters: [Parameter]

    /// Makes statistics from those of each parameter.
    public init(parameters: [Parameter]) { self.parameters = parameters }

    /// A table, one line per parameter.
    public var description: String {
      let header = ["parameter", "count", "norm", "mean", "largest", "zeros", "update/parameter"]
      return TextTable(
        rows: [header]
          + parameters.map {
            [
              $0.name, String($0.count), $0.norm.short, $0.meanMagnitude.short, $0.largestMagnitude.short,
              "\(Int(($0.zeroShare * 100).rounded()))%", $0.updateRatio.short,
            ]
          }
      ).text
    }
  }
}

extension MultiLayerNetwork.GradientStatistics.Parameter {
  /// Computes the statistics.
  init(name: String, gradient: ArraySlice<Float>, before: ArraySlice<Float>, after: ArraySlice<Float>) {
    let divisor = Double(max(1, gradient.count))
    let moved = zip(before, after).reduce(0) { sum, pair in
      let change = Double(pair.1) - Double(pair.0)
      return sum + change * change
    }
    let size = before.reduce(0) { $0 + Double($1) * Double($1) }
    self.init(
      name: name, count: gradient.count,
      norm: gradient.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot(),
      meanMagnitude: gradient.reduce(0) { $0 + Double(abs($1)) } / divisor,
      largestMagnitude: gradient.reduce(0) { $1.isNaN ? .nan : max($0, Double(abs($1))) },
      zeroShare: Double(gradient.count { $0 == 0 }) / divisor,
      updateRatio: moved == 0 ? 0 : (moved / size).squareRoot())
  }
}
