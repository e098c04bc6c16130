/// One axis of a chart: its range of numbers, and their pixel positions.
struct Axis: Sendable, Hashable {
  /// The range of numbers.
  let range: ClosedRange<Double>
  /// The round numbers at the tick marks.
  let ticks: Ticks
  /// The pixel positions of the range's ends; on a vertical axis the lower end is further down the screen.
  var pixels: (lower: Double, upper: Double) {
    get { (lower, upper) }
    set { (lower, upper) = newValue }
  }
  private var lower = 0.0
  private var upper = 1.0

  /// Makes an axis that ends exactly at the data, for the independent variable.
  ///
  /// - Parameters:
  ///   - values: Finite numbers, or none.
  ///   - most: The largest number of marks.
  init(along values: [Double], most: Int) {
    let isWhole = values.allSatisfy { $0 == $0.rounded() }
    range = Self.range(of: values)
    ticks = Ticks(range, most: most, wholeNumbers: isWhole)
  }

  /// Makes an axis that ends on round numbers around the data, for the dependent variable.
  ///
  /// It begins at 0 if that is close, so that heights can be compared.
  init(over values: [Double], most: Int) {
    var tight = Self.range(of: values)
    if let only = values.min(), only.magnitude > 1e-90, only == values.max() {
      tight = min(0, only)...max(0, only)
    }
    if tight.lowerBound > 0, tight.lowerBound < 0.4 * tight.upperBound { tight = 0...tight.upperBound }
    let step = Ticks(tight, most: most).step
    // A value within rounding of a multiple counts as one: rounding errors must not extend the axis by a
    // step.
    let lower = ((tight.lowerBound / step) + 1e-9).rounded(.down) * step
    let upper = ((tight.upperBound / step) - 1e-9).rounded(.up) * step
    range = min(lower, tight.lowerBound)...max(upper, tight.upperBound)
    ticks = Ticks(range, most: most + 2)
  }

  /// Returns the range of the values, widened if necessary; a single number is in the middle.
  private static func range(of values: [Double]) -> ClosedRange<Double> {
    guard let least = values.min(), let most = values.max() else { return 0...1 }
    let middle = least / 2 + most / 2
    // Numbers below 1e-90 are drawn as 0: powers of ten near the smallest number are not exact.
    if most - least >= max(middle.magnitude * 1e-6, 1e-90) { return least...most }
    let isCount = middle == middle.rounded() && middle.magnitude < 1e6
    let half = isCount || middle.magnitude < 1e-90 ? 1 : middle.magnitude / 10
    return middle - half...middle + half
  }

  /// Returns the pixel position of a number.
  func location(_ value: Double) -> Double {
    lower + (value - range.lowerBound) / (range.upperBound - range.lowerBound) * (upper - lower)
  }
}
