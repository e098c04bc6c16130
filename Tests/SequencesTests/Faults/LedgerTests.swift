import TestSupport
import Testing

@testable import Sequences

@Suite struct LedgerTests {
  private func entry(_ line: Int?, _ text: String?, _ kind: RecordError.Kind = .notANumber) -> Ledger.Entry {
    Ledger.Entry(
      RecordError(kind, path: "f.csv", line: line, column: text == nil ? nil : 3, text: text, "wrong"),
      rule: .skipRow, action: "left out the row")
  }

  private func noted(_ entries: [Ledger.Entry]) -> [Ledger.Entry] {
    var ledger: [Ledger.Entry] = []
    for entry in entries { ledger.note(entry) }
    return ledger
  }

  @Test func consecutiveLinesWithOneTextAreOneEntry() {
    let blank = (4...9).map { entry($0, nil, .blankLine) }
    let merged = noted(blank)
    #expect(merged.count == 1)
    #expect(merged[0].line == 4 && merged[0].lastLine == 9 && merged[0].lineCount == 6)
    #expect(noted([entry(1, "NA"), entry(2, "NA"), entry(4, "NA")]).map(\.lastLine) == [2, nil])
    // Another text, another fault, or no line: entries of their own.
    #expect(noted([entry(1, "NA"), entry(2, "x"), entry(3, nil, .blankLine)]).count == 3)
    #expect(noted([entry(nil, nil), entry(nil, nil)]).count == 2)
  }

  @Test func differentTextsAreKeptForTheFirstHundredLines() {
    let merged = noted((1...1_000_000).map { entry($0, "x" + String($0)) })
    #expect(merged.count == 100)
    #expect(merged.dropLast().allSatisfy { $0.lastLine == nil && $0.text == "x" + String($0.line ?? 0) })
    #expect(merged[99].line == 100 && merged[99].lastLine == 1_000_000)
  }

  /// Every line is in one entry, in order, with its fault.
  @Test func nothingIsLost() {
    var random = SplitMix(state: 1)
    for _ in 0..<200 {
      var entries: [Ledger.Entry] = []
      var line = 0
      for _ in 0..<Int.random(in: 1...400, using: &random) {
        line += Int.random(in: 1...40, using: &random) == 1 ? 2 : 1
        let isBlank = Int.random(in: 0...60, using: &random) == 0
        entries.append(
          isBlank
            ? entry(line, nil, .blankLine)
            : entry(line, "\(Int.random(in: 0...3, using: &random))"))
      }
      let lines = noted(entries).flatMap { merged in
        ((merged.line ?? 0)...(merged.lastLine ?? merged.line ?? 0)).map { (line: $0, fault: merged.fault) }
      }
      #expect(lines.map(\.line) == entries.map(\.line))
      #expect(lines.map(\.fault) == entries.map(\.fault))
    }
  }
}
