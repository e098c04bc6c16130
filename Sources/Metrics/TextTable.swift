/// A table of text with aligned columns: the first column is left-aligned, the others right-aligned.
package struct TextTable {
  /// The rows, all with the same number of cells.
  package var rows: [[String]]

  /// Makes a table.
  package init(rows: [[String]]) { self.rows = rows }

  /// The rows as lines, with two spaces between columns, and without trailing spaces.
  package var text: String {
    let columnCount = rows.first?.count ?? 0
    let widths = (0..<columnCount).map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      var line = ""
      for (column, cell) in row.enumerated() {
        let blanks = String(repeating: " ", count: widths[column] - cell.count)
        line += column == 0 ? cell + blanks : "  " + blanks + cell
      }
      while line.last == " " { line.removeLast() }
      return line
    }.joined(separator: "\n")
  }
}
