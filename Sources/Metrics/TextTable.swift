import Platform

/// A table of text with aligned columns: the first column is left-aligned, the others right-aligned.
package struct TextTable {
  /// The rows, all with the same number of cells.
  package var rows: [[String]]

  /// Makes a table; invisible characters in the cells, line feeds too, are written out.
  package init(rows: [[String]]) { self.rows = rows.map { $0.map { escapedText($0.utf8, limit: nil) } } }

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

extension Double {
  /// Returns the number with `places` digits after the decimal point, independently of the locale.
  ///
  /// ```swift
  /// print("test accuracy \(try evaluation.accuracy.fixed(4))")   // test accuracy 0.9622
  /// ```
  /// NaN, infinities, and numbers too large to have such digits are written as Swift writes them.
  public func fixed(_ places: Int) -> String {
    guard isFinite else { return "\(self)" }
    let scale = (0..<places).reduce(1.0) { power, _ in power * 10 }
    let scaled = (magnitude * scale).rounded()
    guard scaled < 1e15 else { return "\(self)" }  // larger Doubles do not have such digits
    var digits = String(Int(scaled))
    while digits.count <= places { digits = "0" + digits }
    let sign = self < 0 && scaled > 0 ? "-" : ""
    guard places > 0 else { return sign + digits }
    return sign + digits.dropLast(places) + "." + digits.suffix(places)
  }

  /// The number with 5 significant digits, or all digits before the point if there are more.
  ///
  /// Examples: "1234.5", "0.012346", "1.2346e-09".
  package var short: String {
    guard isFinite, self != 0 else { return fixed(4) }
    var mantissa = magnitude
    var exponent = 0
    while mantissa >= 10 {
      mantissa /= 10
      exponent += 1
    }
    while mantissa < 1 {
      mantissa *= 10
      exponent -= 1
    }
    // 9.99999 has five digits like 10.
    if mantissa >= 9.99995, exponent < -3 || exponent > 8 { (mantissa, exponent) = (1, exponent + 1) }
    if exponent >= -3 && exponent < 9 { return fixed(max(0, 4 - exponent)) }
    let digits = (self < 0 ? -mantissa : mantissa).fixed(4)
    return digits + "e" + (exponent < 0 ? "-" : "+") + (abs(exponent) < 10 ? "0" : "") + "\(abs(exponent))"
  }
}
