import DataSets
import Testing

/// Masks against lists of lists.
struct MaskTests {
  private typealias Naive = [[Int]]

  /// Every mask of up to 3 examples and 3 steps.
  private let all: [Naive] = (0...3).flatMap { n in
    (0...3).flatMap { t in
      choices([0, 1], n * t).map { bits in (0..<n).map { row in Array(bits[row * t..<(row + 1) * t]) } }
    }
  }

  private func mask(_ naive: Naive, steps: Int) -> Mask {
    Mask(rows: naive.count, steps: steps) { naive[$0][$1] == 1 }
  }

  /// Masks that cross words: more than 64 bits, and exactly 64 and 128.
  private let large: [Naive] = [(2, 64), (5, 13), (3, 50), (1, 64), (8, 8), (1, 65)].map { n, t in
    (0..<n).map { row in (0..<t).map { (row * 7 + $0 * 5) % 3 == 0 ? 0 : 1 } }
  }

  @Test func everythingThatIsReadFromAMask() {
    for naive in all + large {
      let steps = naive.first?.count ?? 0
      let mask = mask(naive, steps: steps)
      #expect(mask.rows == naive)
      #expect(mask.exampleCount == naive.count && mask.stepCount == steps)
      #expect(mask.count == naive.joined().reduce(0, +))
      #expect(mask.isFull == !naive.joined().contains(0))
      #expect(mask.lengths == naive.map { $0.reduce(0, +) })
      #expect(mask.lastSteps == naive.map { $0.lastIndex(of: 1) })
      #expect(mask.floats == naive.joined().map(Float.init))
      // Each meaning has one form: a full mask never has storage, however it was made.
      #expect((mask == .full(naive.count, steps)) == mask.isFull)
      #expect((mask == .empty(naive.count, steps)) == !naive.joined().contains(1))
    }
  }

  @Test func partsOfAMask() {
    for naive in all + large {
      let steps = naive.first?.count ?? 0
      let mask = mask(naive, steps: steps)
      for lower in [0, 1, 2, steps].filter({ $0 <= steps }) {
        for upper in [lower, lower + 1, steps].filter({ $0 >= lower && $0 <= steps }) {
          let cut = naive.map { Array($0[lower..<upper]) }
          let found = mask.steps(lower..<upper)
          #expect(found == self.mask(cut, steps: upper - lower))
          #expect(found.isFull == !cut.joined().contains(0))
        }
      }
      let indices = Array(naive.indices.reversed()) + naive.indices.prefix(1)
      #expect(mask.rows(indices) == self.mask(indices.map { naive[$0] }, steps: steps))
      for row in naive.indices { #expect(mask.rows([row]).isFull == !naive[row].contains(0)) }
    }
  }

  @Test func unions() {
    let masks = all.filter { $0.count == 2 && $0[0].count == 3 }
    #expect(masks.count == 64)
    for a in masks {
      for b in masks {
        let union = zip(a, b).map { zip($0, $1).map { max($0, $1) } }
        #expect(mask(a, steps: 3).union(mask(b, steps: 3)) == mask(union, steps: 3))
      }
    }
    for naive in large {
      let steps = naive[0].count
      let flipped = naive.map { $0.map { 1 - $0 } }
      #expect(mask(naive, steps: steps).union(mask(flipped, steps: steps)) == .full(naive.count, steps))
    }
  }

  @Test func ranges() {
    for steps in 0...4 {
      let ranges = (0...steps).flatMap { lower in (lower...steps).map { lower..<$0 } }
      for first in ranges {
        for second in ranges {
          let naive = [first, second].map { range in (0..<steps).map { range.contains($0) ? 1 : 0 } }
          let found = Mask(ranges: [first, second], stepCount: steps)
          #expect(found == mask(naive, steps: steps))
          #expect(found.isFull == !naive.joined().contains(0))
        }
      }
    }
    #expect(Mask(ranges: [], stepCount: 3) == .full(0, 3))
  }

  @Test func masksAreEqualHoweverConstructed() {
    let one = Mask(ranges: [1..<3, 0..<3], stepCount: 3)
    let other = Mask(rows: 2, steps: 3) { $0 == 1 || $1 > 0 }
    #expect(one == other && Set([one, other]).count == 1)
    #expect(one != Mask(ranges: [0..<3, 0..<3], stepCount: 3))
    #expect(Mask.full(2, 3) != .full(3, 2) && Mask.empty(2, 3) != .empty(3, 2))
  }
}
