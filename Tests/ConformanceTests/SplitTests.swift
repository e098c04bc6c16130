import Conformance
import Sequences
import Synchronization
import TestSupport
import Testing

/// The promises of splits that a `BrokenSplit` can break.
enum SplitFault: CaseIterable {
  case empty, duplicate, order, fewer
}

/// A split of three locations that breaks at most one promise.
private struct BrokenSplit: InputSplit {
  let fault: SplitFault?
  private let notes = Notes()

  init(_ fault: SplitFault?) { self.fault = fault }

  func locations() -> [SequenceLocation] {
    let isFirst = notes.count.add(1, ordering: .relaxed).oldValue == 0
    let locations = (0..<3).map {
      SequenceLocation(path: "x_\($0)", key: fault == .duplicate ? "\($0 / 2)" : "\($0)")
    }
    switch fault {
    case .empty: return []
    case .order where !isFirst: return locations.reversed()
    case .fewer where !isFirst: return locations.dropLast()
    default: return locations
    }
  }

  private final class Notes: Sendable {
    let count = Atomic(0)
  }
}

@Suite struct SplitTests {
  @Test func aGoodSplitPasses() throws {
    let report = try checkConformance(of: BrokenSplit(nil))
    #expect(
      report.description == """
        3 locations
        - a split names at least one location, or throws
        - keys are distinct
        - the locations are the same every time
        """)
  }

  @Test(arguments: SplitFault.allCases) func everyBrokenPromiseIsNamed(_ fault: SplitFault) {
    let expected =
      switch fault {
      case .empty: "locations: a split names at least one location, or throws, but there is none"
      case .duplicate: "location 1: keys are distinct, but x_1 has the key \"0\" of location 0, x_0"
      case .order:
        "location 0: the locations are the same every time, "
          + "but it was x_0 with the key \"0\" and is now x_2 with the key \"2\""
      case .fewer: "locations: the locations are the same every time, but there were 3 and are now 2"
      }
    #expect(message { try checkConformance(of: BrokenSplit(fault)) } == expected)
  }

  @Test func theBundledSplitsPass() throws {
    let directory = TestDirectory()
    for number in 0...2 { directory.write("1\n", to: "x_\(number).csv") }
    let numbered = try NumberedFileInputSplit("\(directory.path)/x_%d.csv", 0...2)
    try checkConformance(of: numbered)
    try checkConformance(of: CollectionInputSplit(numbered.locations()))
    #expect(throws: RecordError.self) {
      try checkConformance(of: NumberedFileInputSplit("\(directory.path)/x_%d.csv", 0...3))
    }
  }
}
