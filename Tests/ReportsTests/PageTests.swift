import TestSupport
import Testing

@testable import Reports

/// Pages are well-formed and self-contained, and only a page is replaced.
struct PageTests {
  private func page(_ name: String) -> Page {
    let chart = LineChart(name, x: name, y: name, lines: [.init(name, [1, 2])])
    return Page(
      name, lead: name,
      [
        .init(
          name,
          [
            .text(name), .code(name), .facts([.init(name, name)]),
            .table(.init(head: [name, "b"], rows: [[name, ""]])),
            .results([.init(name, name)]), .picture(chart.svg),
            .closed(name, [.text(name), .picture(chart.svg)]),
          ])
      ])
  }

  @Test(arguments: hostileNames) func everythingIsEscaped(name: String) throws {
    let root = try Markup(page(name).text)
    #expect(root.name == "html" && root.attributes["lang"] == "en")
    #expect(root.all("script").isEmpty)
    for element in ["title", "h1", "h2", "dt", "dd", "th", "code", "summary"] {
      #expect(root.all(element).first?.text == name, "\(element)")
    }
    // An empty cell has its own end tag.
    #expect(root.all("td").count == 1)
    #expect(root.all("svg").count == 2 && root.all("details").first?.all("svg").count == 1)
    #expect(root.ofClass("results").first?.all("dd").count == 1)
  }

  /// Tables break their words, and pictures scroll, where the screen is narrow.
  @Test func aNarrowScreenHasItsOwnRules() throws {
    let text = page("page").text
    let narrow = try #require(text.split(separator: "@media (max-width:560px){").dropFirst().first)
    #expect(narrow.contains("th,td{padding:4px 0 4px 6px;overflow-wrap:anywhere}"))
    #expect(narrow.contains("table{width:100%"))
  }

  @Test func nothingIsFetched() throws {
    let text = page("page").text
    for part in ["http:", "https:", "//", "src=", "href=", "url(", "@import", "<script", "<link"] {
      #expect(!text.contains(part), "\(part)")
    }
  }

  @Test func everyPictureHasWords() throws {
    let root = try Markup(page("page").text)
    for svg in root.all("svg") {
      #expect(svg.attributes["role"] == "img")
      let names = svg.attributes["aria-labelledby"]?.split(separator: " ").map(String.init) ?? []
      #expect(names.count == 2)
      for name in names { #expect(svg.children.contains { $0.attributes["id"] == name && !$0.text.isEmpty }) }
    }
  }

  @Test func aPageReplacesPagesOnly() {
    #expect(Page.isReplaceable(Array(page("a").text.utf8)))
    #expect(Page.isReplaceable([]))
    #expect(!Page.isReplaceable(Array("<!DOCTYPE html>\n<html>my own page".utf8)))
    #expect(!Page.isReplaceable(Array("1,2\n".utf8)))
  }

  @Test func itIsWrittenWholeOrNotAtAll() throws {
    let directory = TestDirectory()
    try page("a").write(to: "\(directory.path)/a.html")
    #expect(
      message(in: directory) { try page("a").write(to: "\(directory.path)/b/a.html") }.hasPrefix(
        "DIR/b/a.html: cannot"))
  }
}
