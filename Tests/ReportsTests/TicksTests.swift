import DataSets
import Testing

@testable import Reports

/// Marks of axes, compared with a search through all possible steps.
struct TicksTests {
  /// The multiples of the smallest of all steps 1, 2, 5 times 10^k that gives at most `most`, found by trying
  /// them all.
  private func naive(_ range: ClosedRange<Double>, most: Int, wholeNumbers: Bool) -> (
    step: Double, values: [Double]
  ) {
    let slack = (range.upperBound - range.lowerBound) * 1e-9
    for exponent in -12...12 {
      for mantissa in [1.0, 2, 5] {
        // Through text: the double nearest to the intended decimal.
        guard let step = Double("\(mantissa)e\(exponent)"), !wholeNumbers || step >= 1 else { continue }
        let span = range.upperBound - range.lowerBound
        if span / step > 1000 { continue }
        var values: [Double] = []
        var multiple = (range.lowerBound / step).rounded(.down) - 2
        while multiple * step <= range.upperBound + 2 * step {
          if multiple * step >= range.lowerBound - slack, multiple * step <= range.upperBound + slack {
            values.append(multiple * step)
          }
          multiple += 1
        }
        if values.count <= most { return (step, values) }
      }
    }
    return (.nan, [])
  }

  @Test(arguments: [2, 3, 6, 10], [false, true]) func marksAreThoseOfASearch(most: Int, wholeNumbers: Bool) {
    var random = SplitMix64(seed: UInt64(most) * 7 + (wholeNumbers ? 1 : 0))
    for _ in 0..<400 {
      let size = [1e-6, 1e-3, 0.1, 1, 30, 1e4, 1e7][Int(random.next() % 7)]
      let lower = (random.unit - 0.5) * size * 4
      let range = lower...lower + size * (0.01 + random.unit)
      if wholeNumbers, range.upperBound - range.lowerBound < 1 { continue }
      let ticks = Ticks(range, most: most, wholeNumbers: wholeNumbers)
      let (step, values) = naive(range, most: most, wholeNumbers: wholeNumbers)
      #expect(abs(ticks.step / step - 1) < 1e-12, "\(range)")
      #expect(ticks.values.count == values.count, "\(range)")
      for (one, other) in zip(ticks.values, values) {
        #expect(abs(one - other) <= 1e-9 * (range.upperBound - range.lowerBound), "\(range)")
      }
      // No two marks have the same text.
      #expect(Set(ticks.labels).count == ticks.labels.count, "\(range): \(ticks.labels)")
    }
  }

  @Test func labels() {
    #expect(Ticks(0...1, most: 6).labels == ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"])
    #expect(Ticks(0.13...2.31, most: 6).labels == ["0.5", "1.0", "1.5", "2.0"])
    #expect(Ticks(-30...30, most: 4).labels == ["\u{2212}20", "0", "20"])
    #expect(Ticks(1...40, most: 5, wholeNumbers: true).labels == ["10", "20", "30", "40"])
    #expect(Ticks(1...3, most: 8, wholeNumbers: true).labels == ["1", "2", "3"])
    #expect(Ticks(0...2e8, most: 3).labels == ["0", "1e8", "2e8"])
    #expect(Ticks(0...3e-7, most: 4).labels == ["0", "1e-7", "2e-7", "3e-7"])
    #expect(Ticks(0...15e7, most: 4).labels == ["0", "0.5e8", "1.0e8", "1.5e8"])
    #expect(Ticks(0.1...0.7, most: 8).values == [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7])
  }

  @Test(arguments: [
    [], [0], [5], [-3], [0.5], [1, 1, 1], [1e-300, 2e-300], [1e100, -1e100], [1e9, 1e9 + 1e-6], [0.2, 0.9],
    [12, 480],
    [-1e-12, 1e-12], [.leastNonzeroMagnitude], [0.1, 0.1 + 0.2],
  ])
  func everyAxisCanBeDrawn(values: [Double]) {
    for axis in [Axis(over: values, most: 6), Axis(along: values, most: 6)] {
      #expect(axis.range.lowerBound < axis.range.upperBound)
      #expect(!axis.ticks.values.isEmpty && axis.ticks.values.count <= 8)
      var axis = axis
      axis.pixels = (300, 20)
      for value in values {
        let location = axis.location(value)
        #expect(location >= 19.9 && location <= 300.1, "\(values): \(location)")
      }
    }
  }

  @Test func valuesEndOnMarks() {
    let axis = Axis(over: [0.31, 0.97], most: 6)
    #expect(axis.range.lowerBound == 0 && axis.ticks.values.first == 0)
    #expect(abs(axis.range.upperBound - 1) < 1e-12)
    #expect(Axis(over: [0.91, 0.99], most: 6).range.lowerBound >= 0.9 - 1e-12)
  }
}

extension SplitMix64 {
  /// From 0 to below 1.
  var unit: Double {
    mutating get { Double(next() >> 11) * 0x1p-53 }
  }
}
