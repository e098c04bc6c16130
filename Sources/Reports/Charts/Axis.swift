/// One direction of a chart: which numbers it shows, and where they lie.
struct Axis: Sendable, Hashable {
  /// The numbers from one end to the other.
  let range: ClosedRange<Double>
  /// The round numbers that are marked.
  let ticks: Ticks
  /// The pixels of the range's ends; of a vertical axis the lower end lies further down.
  var pixels: (lower: Double, upper: Double) {
    get { (lower, upper) }
    set { (lower, upper) = newValue }
  }
  private var lower = 0.0
  private var upper = 1.0

  /// Makes an axis that ends where the data does: for what the values are plotted against.
  ///
  /// - Parameters:
  ///   - values: Finite numbers, or none.
  ///   - most: The largest number of marks.
  init(along values: [Double], most: Int) {
    let isWhole = values.allSatisfy { $0 == $0.rounded() }
    range = Self.range(of: values)
    ticks = Ticks(range, most: most, wholeNumbers: isWhole)
  }

  /// Makes an axis that ends on round numbers around the data: for the values themselves.
  ///
  /// It begins at 0 where that is near, so that heights can be compared.
  init(over values: [Double], most: Int) {
    var tight = Self.range(of: values)
    if let only = values.min(), only.magnitude > 1e-90, only == values.max() {
      tight = min(0, only)...max(0, only)
    }
    if tight.lowerBound > 0, tight.lowerBound < 0.4 * tight.upperBound { tight = 0...tight.upperBound }
    let step = Ticks(tight, most: most).step
    // A multiple of the step within rounding is one: the axis must not grow by a step for the last bit of a sum.
    let lower = ((tight.lowerBound / step) + 1e-9).rounded(.down) * step
    let upper = ((tight.upperBound / step) - 1e-9).rounded(.up) * step
    range = min(lower, tight.lowerBound)...max(upper, tight.upperBound)
    ticks = Ticks(range, most: most + 2)
  }

  /// The range of the values, wide enough to be drawn: a single number lies in the middle.
  private static func range(of values: [Double]) -> ClosedRange<Double> {
    guard let least = values.min(), let most = values.max() else { return 0...1 }
    let middle = least / 2 + most / 2
    // Numbers below 1e-90 are drawn as 0: powers of ten near the smallest number are no longer exact.
    if most - least >= max(middle.magnitude * 1e-6, 1e-90) { return least...most }
    let isCount = middle == middle.rounded() && middle.magnitude < 1e6
    let half = isCount || middle.magnitude < 1e-90 ? 1 : middle.magnitude / 10
    return middle - half...middle + half
  }

  /// Where a number lies, in pixels.
  func place(_ value: Double) -> Double {
    lower + (value - range.lowerBound) / (range.upperBound - range.lowerBound) * (upper - lower)
  }
}
