import Testing

@testable import Sequences

@Suite struct RowPairingTests {
  /// Every combination of small counts, against the rule in words.
  @Test func theCountsDecide() {
    func counts(upTo limit: Int) -> [RowCounts] {
      (1...limit).flatMap { all in
        (0...all).flatMap { kept in (0...kept).map { RowCounts(all: all, kept: kept, left: $0) } }
      }
    }
    for features in counts(upTo: 4) {
      for labels in counts(upTo: 4) {
        let expected: RowPairing
        let isOneFileWhole = features.kept == features.all || labels.kept == labels.all
        let isNothingLost = features.left == features.all && labels.left == labels.all
        switch true {
        case labels.all == 1: expected = .none
        case features.all == labels.all: expected = .ordinals
        // A policy skipped rows of one file only: which rows of two files it skipped is a matter of chance.
        case features.kept == labels.kept && isOneFileWhole: expected = .ranks
        case isNothingLost: expected = .none
        default: expected = .unknown
        }
        #expect(RowPairing(features: features, labels: labels) == expected, "\(features), \(labels)")
      }
    }
  }
}
