import Timestep

/// The median and the spread of values, which a few outliers do not change.
struct ValueSpread {
  /// The median.
  let median: Double
  /// The distance of the quartiles in units of a standard deviation of normally distributed values; the standard
  /// deviation where the quartiles are equal.
  let spread: Double

  /// Describes some values, at least one.
  init(_ values: [Double]) {
    let sorted = values.sorted()
    func quantile(_ share: Double) -> Double {
      let position = Double(sorted.count - 1) * share
      let index = Int(position)
      let next = sorted[min(index + 1, sorted.count - 1)]
      return sorted[index] + (next - sorted[index]) * (position - Double(index))
    }
    median = quantile(0.5)
    // The quartiles of normally distributed values are 1.349 standard deviations apart.
    let distance = (quantile(0.75) - quantile(0.25)) / 1.349
    let mean = values.reduce(0, +) / Double(values.count)
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    spread = distance > 0 ? distance : (squares / Double(values.count)).squareRoot()
  }

  /// Returns the spread of each column of the present steps of a tensor, `[N, C, T]`; empty if there are none.
  static func columns(of tensor: Tensor, _ mask: Mask) -> [ValueSpread] {
    guard mask.count > 0 else { return [] }
    return (0..<tensor.shape[1]).map { column in
      var values: [Double] = []
      for row in 0..<tensor.shape[0] {
        for step in 0..<tensor.shape[2] where mask[row, step] {
          values.append(Double(tensor[row, column, step]))
        }
      }
      return ValueSpread(values)
    }
  }
}
