import Platform

/// A self-contained HTML page: no network, no script, no other file.
///
/// ```swift
/// let page = Page(
///   "Charts", [.init("Forecast", [.picture(chart.svg), .text("Months are numbered from 1.")])])
/// try page.write(to: "charts.html")
/// ```
/// It follows the reader's light or dark mode, and is readable without any style sheet.
public struct Page: Sendable, Hashable {
  /// A name with its value.
  public struct Fact: Sendable, Hashable {
    /// The name.
    public var name: String
    /// The value, as words or numbers.
    public var value: String

    /// Makes a fact.
    public init(_ name: String, _ value: String) { (self.name, self.value) = (name, value) }
  }

  /// Rows under column headings; the first column names the rows.
  public struct Table: Sendable, Hashable {
    /// The column headings.
    public var head: [String]
    /// The rows, each as long as `head`.
    public var rows: [[String]]

    /// Makes a table.
    public init(head: [String], rows: [[String]]) {
      precondition(
        rows.allSatisfy { $0.count == head.count }, "rows of other lengths than the head's \(head.count)")
      (self.head, self.rows) = (head, rows)
    }
  }

  /// A part of a section.
  public enum Block: Sendable, Hashable {
    /// A paragraph.
    case text(String)
    /// The figures that matter most, in large type.
    case results([Fact])
    /// Lines to copy: a command.
    case code(String)
    /// Names and values.
    case facts([Fact])
    /// Rows and columns.
    case table(Table)
    /// A drawing.
    case picture(SVG)
    /// A part that is closed until the reader opens it, under its title.
    case closed(String, [Block])
  }

  /// A heading and its contents.
  public struct Section: Sendable, Hashable {
    /// The heading.
    public var heading: String
    /// The contents.
    public var blocks: [Block]

    /// Makes a section.
    public init(_ heading: String, _ blocks: [Block]) { (self.heading, self.blocks) = (heading, blocks) }
  }

  /// The title of the page.
  public var title: String
  /// The text under the title.
  public var lead: String
  /// The sections, in order.
  public var sections: [Section]

  /// Makes a page.
  public init(_ title: String, lead: String = "", _ sections: [Section]) {
    (self.title, self.lead, self.sections) = (title, lead, sections)
  }

  /// The beginning of every page, by which our pages are recognized.
  static let beginning = """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8"/>
    <meta name="generator" content="Timestep"/>
    """

  /// Returns true if a file's bytes are those of such a page, or there are none.
  ///
  /// A page must not overwrite another kind of file because of a typing error.
  public static func isReplaceable(_ bytes: some Collection<UInt8>) -> Bool {
    bytes.isEmpty || bytes.starts(with: beginning.utf8)
  }

  /// The text of the HTML file.
  public var text: String {
    var pictureCount = 0
    let parts = sections.map { section in
      Element(
        "section",
        [Element("h2", text: section.heading)] + section.blocks.map { Self.element($0, &pictureCount) })
    }
    let lead = self.lead.isEmpty ? [] : [Element("p", ["class": "lead"], text: self.lead)]
    let body = Element("main", [Element("h1", text: title)] + lead + parts)
    return """
      \(Self.beginning)
      <meta name="viewport" content="width=device-width, initial-scale=1"/>
      <meta name="color-scheme" content="light dark"/>
      \(Element("title", text: title).markup)
      <style>
      \(Self.styleSheet)
      </style>
      </head>
      <body>
      \(body.markup)
      </body>
      </html>

      """
  }

  /// Writes the file atomically.
  ///
  /// - Throws: `FileError`.
  public func write(to path: String) throws {
    let writer = try FileWriter(path)
    try writer.write(text)
    try writer.commit()
  }

  /// Returns the element of a block; its pictures are numbered on from `pictureCount`.
  private static func element(_ block: Block, _ pictureCount: inout Int) -> Element {
    func list(_ facts: [Fact], _ attributes: KeyValuePairs<String, any AttributeValue>) -> Element {
      Element(
        "dl", attributes,
        facts.map { Element("div", [Element("dt", text: $0.name), Element("dd", text: $0.value)]) })
    }
    switch block {
    case .text(let text): return Element("p", text: text)
    case .results(let facts): return list(facts, ["class": "results"])
    case .code(let text): return Element("pre", [Element("code", text: text)])
    case .facts(let facts): return list(facts, [:])
    case .closed(let title, let blocks):
      return Element(
        "details", [Element("summary", text: title)] + blocks.map { element($0, &pictureCount) })
    case .table(let table):
      let head = Element("tr", table.head.map { Element("th", ["scope": "col"], text: $0) })
      let rows = table.rows.map { row in
        Element(
          "tr",
          row.enumerated().map { column, text in
            column == 0 ? Element("th", ["scope": "row"], text: text) : Element("td", text: text)
          })
      }
      return Element(
        "div", ["class": "wide"], [Element("table", [Element("thead", [head]), Element("tbody", rows)])])
    case .picture(let svg):
      pictureCount += 1
      return Element("figure", ["class": "wide"], [svg.element(id: "picture-\(pictureCount)")])
    }
  }

  private static let styleSheet = """
    :root{color-scheme:light dark}
    body{margin:0;background:\(Scheme.light.surface.code);color:\(Scheme.light.ink.code);\
    font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
    main{max-width:760px;margin:0 auto;padding:32px 20px 64px}
    h1{font-size:28px;line-height:1.2;margin:0 0 8px;overflow-wrap:anywhere}
    h2{font-size:19px;margin:40px 0 12px;padding-top:12px;border-top:1px solid \(Scheme.light.grid.code)}
    .lead,dt{color:\(Scheme.light.muted.code)}
    .lead{margin:0}
    dl{margin:0 0 20px;display:grid;grid-template-columns:repeat(auto-fill,minmax(215px,1fr));gap:10px 20px}
    dt{font-size:13px;overflow-wrap:anywhere}
    dd{margin:0;overflow-wrap:anywhere;font-variant-numeric:tabular-nums}
    .results{margin:0 0 8px;grid-template-columns:repeat(auto-fit,minmax(160px,1fr))}
    .results div{display:flex;flex-direction:column-reverse;justify-content:flex-end}
    .results dd{font-size:22px;line-height:1.3}
    .results div:first-child dd{font-size:44px;line-height:1.1;font-weight:600}
    figure{margin:16px 0 16px -16px}
    .wide{overflow-x:auto}
    svg{max-width:100%;height:auto;display:block}
    summary{cursor:pointer}
    table{border-collapse:collapse;font-size:14px;font-variant-numeric:tabular-nums}
    th,td{padding:4px 14px 4px 0;text-align:right;border-bottom:1px solid \(Scheme.light.grid.code)}
    th:first-child{text-align:left;font-weight:500}
    thead th{font-weight:600}
    pre{margin:0 0 16px;padding:10px 12px;border:1px solid \(Scheme.light.grid.code);border-radius:6px;\
    white-space:pre-wrap;overflow-wrap:anywhere;font-size:13px}
    @media (max-width:560px){
    main{padding:20px 12px 48px}
    dl{grid-template-columns:repeat(auto-fill,minmax(135px,1fr))}
    figure{margin-left:-12px;margin-right:-12px}
    svg{min-width:480px}
    table{width:100%;font-size:12px}
    th,td{padding:4px 0 4px 6px;overflow-wrap:anywhere}
    th:first-child{padding-left:0}
    }
    @media (prefers-color-scheme:dark){
    body{background:\(Scheme.dark.surface.code);color:\(Scheme.dark.ink.code)}
    .lead,dt{color:\(Scheme.dark.muted.code)}
    h2,th,td,pre{border-color:\(Scheme.dark.grid.code)}
    }
    \(Scheme.styleSheet)
    """
}
