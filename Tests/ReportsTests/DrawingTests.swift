import TestSupport
import Testing

@testable import Reports

/// Names that could break the markup.
let hostileNames = [
  "<script>alert(1)</script>", "a & b", "\"quoted\"", "it's", "]]>", "&lt;", "<!--", "tab\tnew\nline",
  "\u{1F600} \u{65E5}\u{672C}",
  String(repeating: "long name ", count: 30), "", " ",
]

/// Elements, texts and colors.
struct DrawingTests {
  @Test(arguments: hostileNames) func textIsReadBackUnchanged(name: String) throws {
    let element = Element("g", ["class": name], [Element("text", ["x": 1], text: name)])
    let read = try Markup(element.markup)
    #expect(read.attributes["class"] == name)
    #expect(read.children[0].text == name)
    #expect(read.children.count == 1 && read.children[0].children.isEmpty)
  }

  /// XML 1.0 does not allow them, not even as references.
  @Test(arguments: ["\u{0}", "\u{1B}[31m", "\u{8}", "\u{FFFE}", "\u{FFFF}", "\u{85}", "\u{202E}"])
  func invalidXMLCharactersAreReplaced(text: String) throws {
    let read = try Markup(Element("text", text: "a\(text)b").markup)
    #expect(read.text.hasPrefix("a\u{FFFD}") && read.text.hasSuffix("b"))
  }

  @Test func aCarriageReturnStaysOne() throws {
    #expect(try Markup(Element("text", text: "a\r\nb\rc").markup).text == "a\r\nb\rc")
  }

  @Test func theCheckerFindsMalformedText() {
    for text in [
      "<a>", "<a></b>", "<a b=c/>", "<a b=\"1\" b=\"2\"/>", "<a>&nbsp;</a>", "<a/><b/>", "<a b=\"<\"/>",
      "<a>\u{1}</a>",
      "<a><b id=\"x\"/><b id=\"x\"/></a>", "<a b=\"1\"c=\"2\"/>", "text", "<a>&</a>",
    ] {
      #expect(throws: Markup.Fault.self, "\(text)") { try Markup(text) }
    }
  }

  @Test func numbersAreShort() {
    let texts: [(Double, String)] = [
      (0, "0"), (-0.001, "0"), (1, "1"), (-12.5, "-12.5"), (0.25, "0.25"), (1.005, "1"), (99.999, "100"),
      (-0.04, "-0.04"),
      (123456.789, "123456.79"), (7.05, "7.05"),
    ]
    for (number, text) in texts { #expect(number.attributeText == text) }
  }

  /// HTML reads `<td/>` as a start tag without an end tag.
  @Test func emptyElementsHaveEnds() {
    #expect(Element("td").markup == "<td></td>")
    #expect(Element("rect", ["x": 1]).markup == "<rect x=\"1\"/>")
  }

  /// WCAG 2.2: 4.5 for text, 3 for lines and shapes with a meaning.
  @Test(arguments: [Scheme.light, Scheme.dark]) func everythingCanBeRead(scheme: Scheme) {
    for text in [scheme.ink, scheme.muted] { #expect(text.contrast(to: scheme.surface) >= 4.5) }
    for line in scheme.lines { #expect(line.contrast(to: scheme.surface) >= 3) }
    for full in [scheme.hit, scheme.miss] {
      #expect(full.contrast(to: scheme.surface) >= 4.5)
      for level in 0...Scheme.levels {
        let cell = scheme.cell(full, level)
        #expect(cell.legibleText.contrast(to: cell) >= 4.5)
        // The contrast with the surface rises with the share.
        if level > 0 {
          let before = scheme.cell(full, level - 1)
          #expect(cell.contrast(to: scheme.surface) > before.contrast(to: scheme.surface))
        }
      }
    }
    #expect(scheme.present.contrast(to: scheme.grid) >= 1.3)
    #expect(scheme.ink.contrast(to: scheme.present) >= 4.5)
  }

  /// A hue has one meaning: lines of different data never share a color, and none has that of a matrix cell.
  @Test(arguments: [Scheme.light, Scheme.dark]) func aColorHasOneMeaning(scheme: Scheme) {
    let names = [
      "test", "a", "training", "b", "validation score", "c", "forecast", "truth", "held-out", "d", "e",
    ]
    let colors = Scheme.colors(ofLines: names)
    #expect(Scheme.colors(ofLines: names.reversed()).count == names.count)
    let meanings = [
      "training": 0, "test": 1, "held-out": 1, "validation score": 2, "forecast": 3, "truth": 4,
    ]
    for (name, color) in zip(names, colors) {
      #expect(meanings[name].map { $0 == color } ?? (5..<10).contains(color), "\(name)")
      // Whatever stands beside it.
      if meanings[name] != nil { #expect(Scheme.colors(ofLines: [name]) == [color]) }
    }
    #expect(Set(colors).count == 10, "e, d, c, b and a differ")
    let codes = scheme.lines.map(\.code)
    #expect(Set(codes).count == codes.count)
    for level in 1...Scheme.levels {
      for full in [scheme.hit, scheme.miss] {
        // Truth and right predictions are of the same gray.
        #expect(
          !codes.enumerated().contains { $0.offset != 4 && $0.element == scheme.cell(full, level).code })
      }
    }
    #expect(!codes.contains(scheme.present.code))
  }

  @Test(arguments: hostileNames + [String(repeating: "x", count: 500), "one two"])
  func titlesAreNeverCut(title: String) {
    for width in [60.0, 100, 688] {
      let lines = TextSize.lines(of: title, width: width, size: 15)
      func letters(_ text: String) -> String { text.filter { !$0.isWhitespace } }
      #expect(letters(lines.joined()) == letters(title))
      #expect(lines.allSatisfy { TextSize.width($0, size: 15) <= width }, "\(lines)")
      #expect(!lines.isEmpty && lines.dropFirst().allSatisfy { !$0.isEmpty })
    }
    #expect(TextSize.lines(of: "one two", width: 688, size: 15) == ["one two"])
  }

  @Test func contrastIsThatOfTheStandard() {
    #expect(Color(0xFFFFFF).contrast(to: Color(0x000000)) == 21)
    #expect(abs(Color(0x777777).contrast(to: Color(0xFFFFFF)) - 4.48) < 0.01)
    #expect(Color(0x0A0B0C).code == "#0a0b0c")
  }

  /// Names with the same beginning are distinguished by their ends.
  @Test func clippedNamesDiffer() {
    let long = "a class name that somebody has chosen, number "
    let names = [long + "1", long + "2", "quite another name, and not any shorter than those", "b", "b"]
    let clipped = TextSize.clipped(names, to: 100)
    #expect(Set(clipped).count == 4 && clipped[3...] == ["b", "b"])
    #expect(clipped[0].hasSuffix("1") && clipped[1].hasSuffix("2") && clipped[0].contains("…"))
    #expect(clipped[2].hasSuffix("…") && clipped[2].hasPrefix("quite"))
    #expect(clipped.allSatisfy { TextSize.width($0) <= 100 })
    #expect(TextSize.clipped([long, long], to: 1) == ["…", "…"])
  }

  @Test func textIsClippedToItsPlace() {
    let text = String(repeating: "abc \u{65E5}", count: 50)
    for width in [10.0, 50, 200] {
      let clipped = TextSize.clipped(text, to: width)
      #expect(TextSize.width(clipped) <= max(width, TextSize.width("…")))
      #expect(clipped.hasSuffix("…"))
    }
    #expect(TextSize.clipped("short", to: 200) == "short")
  }
}
