import Sequences
import TestSupport
import Testing

/// Parts of sequences in the order of their rows.
@Suite struct ChronologicalSplitTests {
  /// All rows are in one part, in order, except for gaps: compared with a naive version.
  @Test func everyRowIsInItsPart() {
    for count in 0...40 {
      for (weights, gap) in [
        ([8.0, 1, 1], 0), ([8, 1, 1], 2), ([1, 0, 1], 1), ([0, 0, 1], 3), ([1, 1, 1], 0),
      ] {
        let split = ChronologicalSplit(names: ["a", "b", "c"], weights: weights, gap: gap)
        let total = weights.reduce(0, +)
        var owners = [String?](repeating: nil, count: count)
        for row in 0..<count {
          // The part whose share of the rows ends after the row.
          var sum = 0.0
          for (name, weight) in zip(["a", "b", "c"], weights) where owners[row] == nil {
            sum += weight
            if row < Int(Double(count) * sum / total) { owners[row] = name }
          }
        }
        // Before another part, rows are left out.
        var expected = owners
        for row in 0..<count {
          let next = owners[row...].first { $0 != owners[row] }
          guard next != nil,
            let border = owners.indices.first(where: { $0 > row && owners[$0] != owners[row] })
          else { continue }
          if border - row <= gap { expected[row] = nil }
        }
        var found = [String?](repeating: nil, count: count)
        for (part, rows) in split.ranges(of: count) {
          for row in rows { found[row] = part }
        }
        #expect(found == expected, "\(count) rows, \(weights), gap \(gap)")
      }
    }
  }

  /// Decimals divide as the whole numbers that they stand for, and lose no row.
  @Test(arguments: [
    ([0.1, 0.1, 0.1], [1.0, 1, 1]), ([0.7, 0.15, 0.15], [70, 15, 15]), ([0.333, 0.333, 0.333], [1, 1, 1]),
    ([0.8, 0.1, 0.1], [8, 1, 1]),
  ])
  func decimalsDivideAsWholeNumbers(_ decimals: [Double], _ whole: [Double]) {
    let names = ["a", "b", "c"]
    let (one, other) = (
      ChronologicalSplit(names: names, weights: decimals), ChronologicalSplit(names: names, weights: whole)
    )
    for count in 0..<3000 {
      let ranges = one.ranges(of: count)
      #expect(ranges.map(\.rows) == other.ranges(of: count).map(\.rows), "\(count) rows")
      #expect(ranges.last?.rows.upperBound ?? 0 == count)
    }
  }

  /// The numbers of scikit-learn 1.9.1: `TimeSeriesSplit(n_splits=3, gap=gap).split(range(n))`, by
  /// `Tests/TimestepTests/Peers/make_folds.py`.
  @Test(arguments: [
    (12, 0, [(0..<3, 3..<6), (0..<6, 6..<9), (0..<9, 9..<12)]),
    (14, 0, [(0..<5, 5..<8), (0..<8, 8..<11), (0..<11, 11..<14)]),
    (14, 2, [(0..<3, 5..<8), (0..<6, 8..<11), (0..<9, 11..<14)]),
    (7, 1, [(0..<3, 4..<5), (0..<4, 5..<6), (0..<5, 6..<7)]),
  ])
  func foldsAreThoseOfScikitLearn(_ count: Int, _ gap: Int, _ folds: [(Range<Int>, Range<Int>)]) {
    for (index, fold) in folds.enumerated() {
      let ranges = ChronologicalSplit(fold: index, of: 3, gap: gap).ranges(of: count)
      #expect(ranges.map(\.part) == ["train", "test"])
      #expect(ranges.map(\.rows) == [fold.0, fold.1], "\(count) \(gap) \(index)")
    }
  }

  /// `GroupKFold(n_splits=3).split(X, groups=groups)` of scikit-learn, by the same script.
  @Test func groupsAreThoseOfScikitLearn() {
    let groups = ["a", "a", "b", "c", "c", "c", "d", "e", "e", "f"]
    #expect(Partition.folds(ofGroups: groups, count: 3) == [2, 2, 0, 0, 0, 0, 2, 1, 1, 1])
  }

  @Test func groupsStayTogether() {
    var random = SplitMix(state: 5)
    for _ in 0..<50 {
      let groups = (0..<60).map { _ in "g\(Int.random(in: 0...9, using: &random))" }
      let partition = Partition(
        ["train": 8, "validation": 1, "test": 1], seed: UInt64.random(in: 0...9, using: &random))
      let parts = partition.parts(ofGroups: groups)
      for (group, part) in zip(groups, parts) { #expect(parts[groups.firstIndex(of: group) ?? 0] == part) }
      let largest = Dictionary(grouping: groups) { $0 }.values.map(\.count).max() ?? 0
      for (name, share) in [("train", 48), ("validation", 6), ("test", 6)] {
        #expect(abs(parts.count { $0 == name } - share) <= 2 * largest)
      }
    }
  }

  /// A part with a weight gets a group, as long as there are groups.
  @Test func everyPartGetsAGroup() {
    for seed in 0..<20 as Range<UInt64> {
      let partition = Partition(names: ["train", "validation", "test"], weights: [8, 1, 1], seed: seed)
      for count in 1...12 {
        let groups = (0..<count).flatMap { group in Array(repeating: "g\(group)", count: 1 + group % 3) }
        let parts = partition.parts(ofGroups: groups)
        #expect(Set(parts).count == min(count, 3), "\(count) groups, seed \(seed)")
        #expect(Set(zip(groups, parts).map { "\($0) \($1)" }).count == count)
        let none = Partition(names: ["train", "validation", "test"], weights: [1, 0, 1], seed: seed)
        #expect(!none.parts(ofGroups: groups).contains("validation"))
      }
    }
  }
}
