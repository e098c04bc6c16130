import FoundationEssentials
import TestSupport
import Testing

@testable import Platform

@Suite struct PrintableTests {
  /// Text of any characters, invisible ones above all.
  private func texts() -> [String] {
    var random = SplitMix(state: 3)
    let odd = "\u{1B}\u{7}\0\u{7F}\u{9B}\u{202E}\u{200D}\u{AD}\u{FEFF}\u{E0001}\r\n\t\\\"".unicodeScalars
    return (0..<500).map { _ in
      (0..<Int.random(in: 0...12, using: &random)).reduce(into: "") { text, _ in
        let isOdd = Bool.random(using: &random)
        let any = Unicode.Scalar(UInt32.random(in: 0...0x10FFFF, using: &random))
        text.unicodeScalars.append(isOdd ? odd.randomElement(using: &random) ?? "x" : any ?? "y")
      }
    }
  }

  private func isVisible(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned: false
    case .spaceSeparator: scalar == " "
    default: true
    }
  }

  @Test func nothingInvisibleIsPrinted() {
    for text in texts() {
      for printed in [text.printable, text.printableJSON] {
        #expect(printed.unicodeScalars.allSatisfy { $0 == "\n" || $0 == "\t" || isVisible($0) })
      }
    }
    #expect("a\u{1B}[31m\tb\n".printable == "a\\x1B[31m\tb\n")
    #expect("\u{202E}\u{9B}x".printable == "\\u{202E}\\u{9B}x")
    #expect("Zoë 漢字 \u{1F600}".printable == "Zoë 漢字 \u{1F600}")
  }

  @Test func printedJSONHasTheSameStrings() throws {
    for text in texts() {
      let json = String(decoding: try JSONEncoder().encode([text]), as: UTF8.self)
      #expect(try JSONDecoder().decode([String].self, from: Data(json.printableJSON.utf8)) == [text])
    }
  }
}
