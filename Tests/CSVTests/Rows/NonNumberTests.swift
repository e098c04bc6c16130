import Sequences
import TestSupport
import Testing

@testable import CSV

/// A message about a text in a column of numbers names every remedy that fits what was found.
struct NonNumberTests {
  /// The remedies in the message about the second column of rows whose first column is 1, 2, ...
  private func remedies(_ texts: [String]) -> String {
    let directory = TestDirectory()
    directory.write(texts.enumerated().map { "\($0 + 1),\($1)\n" }.joined(), to: "r_0.csv")
    let text = message {
      let reader = try CSVSequenceRecordReader(NumberedFileInputSplit("\(directory.path)/r_%d.csv"))
      var (cursor, record) = (reader.makeCursor(), SequenceRecord())
      try cursor.read(0, into: &record)
    }
    return text.split(separator: "\"; ").last.map(String.init) ?? ""
  }

  private let id = "if it is an id or a remark, leave out the column (--drop-columns @1)"
  private let category = "if it is a category, number its texts (--category @1)"
  private func missing(_ text: String) -> String {
    "if it means a missing value, declare it and fill it (--missing=\(text) --transform fill)"
  }
  private let skip = "leave out such rows (--on-error skip-row)"

  @Test func everyKindOfColumnHasItsRemedies() {
    let drop = "leave out the column (--drop-columns @1)"
    let cases: [([String], String)] = [
      // Texts that return, and texts that do not.
      (["sun", "rain", "sun"], "\(category); \(id); \(missing("sun"))"),
      (["u7", "u8", "u9"], "\(id); \(category); \(missing("u7"))"),
      (["sun"], "correct it; \(id); \(category); \(missing("sun"))"),
      (["two-words", "a", "a"], "\(category); \(id); \(missing("two-words"))"),
      // An exception among numbers, before or after them.
      (["x", "2", "3"], "correct it, or, \(missing("x")), or \(skip)"),
      (["2", "x", "3"], "correct it, or, \(missing("x")), or \(skip)"),
      (["NA", "NA", "NA"], "correct it, or, \(missing("NA")), or \(skip)"),
      (["unknown", "", "unknown"], "correct it, or, \(missing("unknown")), or \(skip)"),
      // Times.
      (["2024-01-01", "2024-01-02"], "if it is a time, read it as one (--time @1), or \(drop)"),
      (["2024-01-01T10:00:00Z", "x"], "if it is a time, read it as one (--time @1), or \(drop)"),
      (["31.12.2023", "01.01.2024"], "if it is a time, name its format (--time @1=FORMAT), or \(drop)"),
      (
        ["5/1/2024 14:30", "5/1/2024 15:30"],
        "if it is a time, name its format (--time @1=FORMAT), or \(drop)"
      ),
      // Not a text at all.
      (["\u{1}\u{2}", "2"], "if the file is compressed, unpack it; otherwise correct it, or \(skip)"),
    ]
    for (texts, expected) in cases { #expect(remedies(texts) == expected, "\(texts)") }
  }

  /// A ten-line version of the same over random columns.
  @Test func randomColumnsAreClassified() {
    var random = SplitMix(state: 20)
    let pool = ["a", "b", "c", "1", "2.5", "-3e2", "", "na", "2024-01-01", "31.12.2023"]
    for _ in 0..<2000 {
      let text = ["a", "b", "na", "2024-01-01", "31.12.2023"][Int(random.next(below: 5))]
      let later = (0..<Int(random.next(below: 5))).map { _ in
        pool[Int(random.next(below: UInt64(pool.count)))]
      }
      let filled = later.filter { !$0.isEmpty }
      let expected: NonNumber.Kind
      if text == "na" || filled.contains(where: { Double($0) != nil }) {
        expected = .exception
      } else if text == "2024-01-01" {
        expected = .time
      } else if text == "31.12.2023" {
        expected = .otherTime
      } else {
        let all = filled + [text]
        expected = .texts(areRepeated: filled.isEmpty ? nil : Set(all).count < all.count)
      }
      #expect(
        NonNumber(Array(text.utf8), later: later.map { Array($0.utf8) }).kind == expected, "\(text) \(later)")
      #expect(NonNumber(Array(text.utf8), later: nil).kind == .exception)
    }
  }
}
