import Platform
import TestSupport
import Testing

@testable import Sequences

/// Columns that are referred to by name, by `@N` or by a bare number.
@Suite struct ColumnReferenceTests {
  private func outcome(_ text: String, _ names: [String]) -> String {
    do {
      return "\(try ColumnReference(text).position(among: names))"
    } catch {
      return error.isUnknown ? "unknown" : "ambiguous"
    }
  }

  /// All lists of up to three names, each with all references.
  @Test func everyReferenceMeansWhatTheNaiveRuleSays() {
    let words = ["a", "0", "1", "2", "@1", "", "01"]
    var lists = [[String]]()
    for first in words {
      lists.append([first])
      for second in words {
        lists.append([first, second])
        for third in words { lists.append([first, second, third]) }
      }
    }
    for names in lists {
      for text in words + ["@0", "@2", "@3", "7", "b"] {
        var meant = Set(names.indices.filter { names[$0] == text })
        if text.hasPrefix("@") { meant = [] }
        if let position = names.indices.first(where: { "\($0)" == text || "@\($0)" == text }) {
          meant.insert(position)
        }
        let expected = meant.count == 1 ? "\(meant.first ?? 0)" : meant.isEmpty ? "unknown" : "ambiguous"
        #expect(outcome(text, names) == expected, "\(text) among \(names)")
      }
    }
  }

  /// What a message suggests must mean the column, and be one word of a list or pair of a flag.
  @Test func aReferenceToAColumnMeansIt() throws {
    let words = ["a", "0", "1", "2", "@1", "", "01", "x,y", "x=y", "@x"]
    for first in words {
      for second in words {
        for third in words {
          let names = [first, second, third]
          for position in names.indices {
            let reference = ColumnReference(to: names[position], among: names)
            let meant = try reference.position(among: names)
            #expect(names[meant] == names[position], "\(reference.text) among \(names)")
            #expect(!reference.text.contains { ",=".contains($0) })
          }
        }
      }
    }
    #expect(ColumnReference(to: "b", among: ["a", "b"]).text == "b")
  }

  @Test func aNewNameIsFoundWhereNoColumnHadIt() throws {
    let reference = ColumnReference("a")
    #expect(try reference.position(among: ["a", "b"], renamed: ["b", "a"]) == 0)
    #expect(try reference.position(among: ["x", "b"], renamed: ["x", "a"]) == 1)
    #expect(throws: ColumnReference.Fault.self) {
      try ColumnReference("0").position(among: ["", "0"], renamed: ["", "first"])
    }
  }

  @Test func messagesNameTheWayOut() {
    func problem(_ text: String, _ names: [String]) -> String {
      do {
        return "\(try ColumnReference(text).position(among: names))"
      } catch {
        return error.problem
      }
    }
    #expect(
      problem("0", ["@0", "0", "1"])
        == "\"0\" could mean two columns: expected one, found the column with that name (@1) and the column at that "
        + "position (@0, \"@0\"); write @1 or @0")
    #expect(
      problem("x", ["x", "y", "x"])
        == "2 columns have the name \"x\": expected one, found @0 and @2; write the position of the one that is meant"
    )
    #expect(
      problem("value", ["time;value"])
        == "there is no column \"value\": expected one of \"time;value\", found none of that name; the file has one column; "
        + "if \";\" separates the fields, name it as delimiter (--delimiter ';')")
    #expect(
      problem("@3", ["a", "b", "c"])
        == "there is no column @3: expected a name, or a position from @0 to @2, found 3 columns; count from 0"
    )
  }

  @Test func invisibleCharactersAreShown() {
    func shown(_ text: String) -> String { escapedText(text.utf8) }
    #expect(shown("größer 中文") == "größer 中文")
    #expect(shown("a\u{200B}b\u{FEFF}c\u{A0}d\u{AD}") == #"a\u{200B}b\u{FEFF}c\u{A0}d\u{AD}"#)
    #expect(shown("\u{202E}abc\u{2028}\u{85}\t") == #"\u{202E}abc\u{2028}\u{85}\x09"#)
    #expect(shown("\\n \\\u{0}") == #"\n \\\x00"#)
    #expect(escapedText([0x61, 0xFF, 0xC3]) == #"a\xFF\xC3"#)
  }
}
