import Platform
import Sequences

/// The rule that distinguishes the sequences of one CSV file; no sequence continues in the next file.
public enum CSVGrouping: Sendable, Hashable {
  /// A column: consecutive rows with the same text form a sequence, and the text is its key.
  ///
  /// The column is identified as in `CSVColumns`.
  case column(String)
  /// Several columns: consecutive rows with the same texts in all of them form a sequence, whose key is these texts,
  /// separated by slashes.
  ///
  /// A slash or backslash inside a text has a backslash before it. The name `file`, if no column is called so, or
  /// `@file`, stands for the file: keys that return in another file are then others. If `scattered`, the rows of a
  /// sequence need not follow each other in the file; they keep their order.
  case columns([String], scattered: Bool = false)
  /// A line with exactly this text separates two sequences; an empty text stands for an empty line.
  ///
  /// One separator is permitted before the first sequence and one after the last. Keys count sequences from
  /// 0.
  case separator(String)
  /// A fixed number of rows, 1 or more, forms a sequence.
  ///
  /// Keys count sequences from 0.
  case rows(Int, remainder: Remainder = .keep)
}

extension CSVGrouping {
  /// The handling of the last rows of a file if they are too few for a sequence.
  public enum Remainder: Sendable, Hashable {
    /// They form a shorter sequence.
    case keep
    /// Throws an error that names the first of them.
    case refuse
    /// They are dropped.
    case drop
  }
}

extension CSVGrouping {
  /// The columns that distinguish sequences, as the user refers to them; none if something else does.
  private var names: [String] {
    switch self {
    case .column(let name): [name]
    case .columns(let names, _): names
    case .separator, .rows: []
    }
  }

  /// True if the rows of a sequence need not follow each other.
  var isScattered: Bool {
    if case .columns(_, scattered: true) = self { return true }
    return false
  }

  /// Returns true if keys are those of their files: `file` is one of the columns, and not the name of one.
  ///
  /// - Parameter columns: The names in the header.
  func isOfFile(_ columns: [String]) -> Bool { names.contains { Self.isFile($0, columns) } }

  private static func isFile(_ name: String, _ columns: [String]) -> Bool {
    name == "@file" || name == "file" && !columns.contains("file")
  }

  /// Returns the indices among `columns` of the fields that distinguish sequences; empty if there are none.
  ///
  /// - Parameter newNames: The names that the same columns are renamed to.
  /// - Throws: `RecordError` if there is no such column, or no other.
  func keyFields(
    among columns: [String], renamed newNames: [String], path: String, line: Int
  ) throws(RecordError) -> [Int] {
    if names.isEmpty { return [] }
    var fields: [Int] = []
    for name in names where !Self.isFile(name, columns) {
      let field = try ColumnReference(name).position(
        among: columns, renamed: newNames, path: path, line: line)
      guard !fields.contains(field) else {
        throw RecordError(
          .header, path: path, line: line,
          "column @\(field) is named twice to group by: expected distinct columns; name it once")
      }
      fields.append(field)
    }
    guard !fields.isEmpty else {
      throw RecordError(
        .header, path: path, line: line,
        "the file is the only thing to group by: expected a column too, found none; leave the grouping out where every "
          + "file is a sequence")
    }
    guard columns.count > fields.count else {
      throw RecordError(
        .columnCount, path: path, line: line,
        fields.count > 1
          ? "the columns to group by are the only ones: expected at least one column of values besides them, found none; "
            + "group by fewer, or add a column"
          : "the column to group by is the only one: expected at least one column of values besides it, found none; "
            + "group by a separator line, or add a column; a file with one label per sequence, in their order, is a table "
            + "(\(Remedy.labelTableByRow))")
    }
    return fields
  }

  /// Returns the texts of a key as one, from which they can be told apart, even after other texts and a slash.
  static func key(_ texts: [String]) -> String {
    texts.map { $0.replacing("\\", with: "\\\\").replacing("/", with: "\\/") }.joined(separator: "/")
  }

  /// Returns the last `count` texts of a key that `key` made.
  package static func texts(ofKey key: String, count: Int) -> [String] {
    var (texts, isEscaped) = ([""], false)
    for character in key.unicodeScalars {
      if !isEscaped, character == "/" {
        texts.append("")
      } else if !isEscaped, character == "\\" {
        isEscaped = true
        continue
      } else {
        texts[texts.count - 1].unicodeScalars.append(character)
      }
      isEscaped = false
    }
    return Array(texts.suffix(count))
  }
}

extension CSVGrouping: CustomStringConvertible {
  /// The rule in words.
  public var description: String {
    switch self {
    case .columns(let names, let scattered):
      "by columns \(quoted(names))\(scattered ? ", scattered" : "")"
    case .column(let name): "by column \"\(escapedText(name.utf8))\""
    case .separator(let text): "by lines \"\(escapedText(text.utf8))\""
    case .rows(let count, let remainder): "every \(count) rows, remainder: \(remainder)"
    }
  }
}
