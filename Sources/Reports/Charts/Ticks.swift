import Glibc
import Metrics
import Training

/// Tick values along an axis: the multiples of 1, 2 or 5 times a power of ten that lie in a range.
///
/// The step is the smallest such number that gives no more than `most` ticks:
/// ```swift
/// Ticks(0.13...2.31, most: 6).labels   // ["0.5", "1.0", "1.5", "2.0"]
/// ```
/// Such steps are described by Heckbert ("Nice Numbers for Graph Labels", *Graphics Gems*, 1990).
struct Ticks: Sendable, Hashable {
  /// The tick values, increasing.
  let values: [Double]
  /// The tick values as text, all with the same number of decimals.
  let labels: [String]
  /// The distance between adjacent ticks.
  let step: Double

  /// Finds the ticks of a range.
  ///
  /// - Parameters:
  ///   - range: A range whose ends have a magnitude of at most 1e100, and differ by at least 1e-9 of it.
  ///   - most: The largest number of ticks, 2 or more.
  ///   - wholeNumbers: True if there are only integers, as for epochs.
  init(_ range: ClosedRange<Double>, most: Int, wholeNumbers: Bool = false) {
    precondition(most > 1, "an axis of \(most) marks")
    let span = range.upperBound - range.lowerBound
    precondition(span > 0 && span.isFinite, "an axis over \(range)")
    var step = RoundStep(atLeast: span / Double(most + 1))
    if wholeNumbers, step.value < 1 { step = RoundStep(mantissa: 1, exponent: 0) }
    while step.multiples(in: range).count > most { step = step.next }
    let multiples = Array(step.multiples(in: range))
    values = multiples.map(step.multiple)
    labels = Self.labels(multiples, step)
    self.step = step.value
  }

  /// Formats the labels as plain decimals, or with a power of ten if they would be long.
  private static func labels(_ multiples: [Int], _ step: RoundStep) -> [String] {
    let largest = multiples.reduce(0.0) { max($0, step.multiple($1).magnitude) }
    let power = largest > 0 ? Int(floor(log10(largest) + 1e-9)) : 0
    guard power > 6 || power < -4 else {
      return multiples.map { signed(step.multiple($0).fixed(max(0, -step.exponent))) }
    }
    return multiples.map { multiple in
      guard multiple != 0 else { return "0" }
      let digits = (Double(multiple * step.mantissa) * pow(10, Double(step.exponent - power)))
      return signed(digits.fixed(max(0, power - step.exponent))) + "e\(power)"
    }
  }

  private static func signed(_ text: String) -> String {
    text.hasPrefix("-") ? "\u{2212}" + text.dropFirst() : text
  }
}

/// 1, 2 or 5 times a power of ten.
private struct RoundStep {
  /// 1, 2 or 5.
  var mantissa: Int
  /// The power of ten.
  var exponent: Int

  init(mantissa: Int, exponent: Int) { (self.mantissa, self.exponent) = (mantissa, exponent) }

  /// The smallest step that is at least `size`, within rounding.
  init(atLeast size: Double) {
    self.init(mantissa: 1, exponent: Int(floor(log10(size))))
    while value < size * (1 - 1e-9) { self = next }
  }

  var value: Double { multiple(1) }

  var next: RoundStep {
    switch mantissa {
    case 1: RoundStep(mantissa: 2, exponent: exponent)
    case 2: RoundStep(mantissa: 5, exponent: exponent)
    default: RoundStep(mantissa: 1, exponent: exponent + 1)
    }
  }

  /// Returns a multiple; dividing by the power of ten gives the intended decimal, 0.3 and not
  /// 0.30000000000000004.
  func multiple(_ count: Int) -> Double {
    let number = Double(count * mantissa)
    return exponent >= 0 ? number * pow(10, Double(exponent)) : number / pow(10, Double(-exponent))
  }

  /// Returns the multiples in a range, with a tolerance of a billionth of its length, because its ends may be
  /// sums.
  func multiples(in range: ClosedRange<Double>) -> Range<Int> {
    let slack = (range.upperBound - range.lowerBound) * 1e-9
    let first = Int(((range.lowerBound - slack) / value).rounded(.up))
    let last = Int(((range.upperBound + slack) / value).rounded(.down))
    return first..<max(first, last + 1)
  }
}
