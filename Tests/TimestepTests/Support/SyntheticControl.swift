import Glibc
import TestSupport

/// Synthetic control charts: six classes of series of 60 steps, drawn by the equations of Alcock and Manolopoulos (1999).
///
/// `Fixtures/synthetic-control/generate.py` draws other numbers from the same equations, and documents them.
struct SyntheticControl {
  static let classCount = 6
  private static let stepCount = 60
  private var random: SplitMix

  init(seed: UInt64) { random = SplitMix(state: seed) }

  /// Writes `count` series, `NAMEInput_%d.csv` and `NAMELabels_%d.csv`, one class per series.
  mutating func write(_ count: Int, to name: String, in scratch: TestDirectory) throws {
    for number in 0..<count {
      let label = Int(random.next(below: UInt64(Self.classCount)))
      let text = series(of: label).map { "\(Float($0))\n" }.joined()
      scratch.write(text, to: "\(name)Input_\(number).csv")
      scratch.write("\(label)\n", to: "\(name)Labels_\(number).csv")
    }
  }

  private mutating func uniform(_ low: Double, _ high: Double) -> Double {
    low + (high - low) * Double(random.next(below: 1 << 30)) / Double(1 << 30)
  }

  private mutating func series(of label: Int) -> [Double] {
    let (amplitude, period) = (uniform(10, 15), uniform(10, 15))
    let (slope, shift) = (uniform(0.2, 0.5), uniform(7.5, 20))
    let begin = uniform(Double(Self.stepCount) / 3, 2 * Double(Self.stepCount) / 3)
    return (1...Self.stepCount).map { step in
      let t = Double(step)
      let pattern =
        switch label {
        case 0: 0.0
        case 1: amplitude * sin(2 * .pi * t / period)
        case 2: slope * t
        case 3: -slope * t
        case 4: t >= begin ? shift : 0
        default: t >= begin ? -shift : 0
        }
      return 30 + 2 * uniform(-3, 3) + pattern
    }
  }
}
