import Timestep

/// `Docs/Formats.md`: the rows of its tables.
struct FormatsPage {
  /// A row of a table.
  struct Row {
    /// The heading above the table.
    var section: String
    /// The title of the table's first column.
    var title: String
    /// The code in each cell.
    var code: [[String]]
  }

  /// The rows, in order.
  private(set) var rows: [Row] = []

  /// Reads the page.
  init() throws {
    let text = try MappedFile(fixture("../Docs/Formats.md")).text()
    var (section, title, isProgram) = ("", "", false)
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("```") { isProgram.toggle() }
      if isProgram { continue }
      if line.hasPrefix("#") { section = String(line.drop { $0 == "#" || $0 == " " }) }
      guard line.hasPrefix("| ") else {
        title = ""
        continue
      }
      let cells = line.split(separator: "|", omittingEmptySubsequences: false).dropFirst().dropLast()
      if title.isEmpty {
        title = cells.first.map { $0.split(separator: " ").joined(separator: " ") } ?? ""
      } else if !line.hasPrefix("| ---") {
        rows.append(Row(section: section, title: title, code: cells.map { Self.code(in: $0) }))
      }
    }
  }

  /// The sections with a table of keys or tensors.
  var sections: Set<String> { Set(fieldRows.map(\.section)) }

  /// Returns the keys or tensors of a section.
  func fields(of section: String) -> [FieldPath] {
    fieldRows.filter { $0.section == section }.flatMap { $0.code.first ?? [] }.map { FieldPath($0) }
  }

  private var fieldRows: [Row] { rows.filter { $0.title == "key" || $0.title == "tensor" } }

  private static func code(in cell: Substring) -> [String] {
    cell.split(separator: "`", omittingEmptySubsequences: false).enumerated()
      .filter { !$0.offset.isMultiple(of: 2) }.map { String($0.element) }
  }
}
