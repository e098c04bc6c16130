import Platform

/// A column as users refer to it: by its name, or as `@N` by its 0-based position.
///
/// A bare number is a position too, unless a column at another position has that number as its name: then it
/// is rejected, because it could mean either.
package struct ColumnReference: Sendable, Hashable {
  /// The reference as written.
  package let text: String

  /// Makes a reference from its text.
  package init(_ text: String) { self.text = text }

  /// Makes the reference that messages use for a column of `names`: its name, unless that could mean another column,
  /// or would be read as something else in a list of a flag.
  init(to name: String, among names: [String]) {
    let positions = names.indices.filter { names[$0] == name }
    let isNumber = Int(name) != nil && name != positions.first.map { "\($0)" }
    let isClear =
      positions.count == 1 && !isNumber && name.first != "@" && !name.contains { ",=".contains($0) }
    text = isClear ? name : positions.first.map { "@\($0)" } ?? name
  }

  /// The reason why a reference names no column, or no single one: what was expected, what was found, the
  /// remedy.
  package struct Fault: Error {
    /// The reason in words, as messages continue after the location.
    package let problem: String
    /// True if no column was meant, rather than several.
    let isUnknown: Bool
  }

  /// Returns the position that a text refers to, whatever the names are; `nil` for other texts.
  package static func position(in text: String) -> Int? {
    text.first == "@" ? Int(text.dropFirst()) : nil
  }

  /// Returns the name of a column that the header leaves without one.
  package static func name(ofUnnamed position: Int) -> String { "@\(position)" }

  /// Returns the position of the column among `names` or, if none of them is meant, among `newNames`, which
  /// the same columns are renamed to.
  ///
  /// - Throws: `Fault` if no column or more than one could be meant.
  package func position(among names: [String], renamed newNames: [String]) throws(Fault) -> Int {
    do throws(Fault) {
      return try position(among: names)
    } catch {
      guard error.isUnknown, newNames.contains(text) else { throw error }
      return try position(among: newNames)
    }
  }

  /// Returns the position of the column among `names`.
  ///
  /// - Throws: `Fault` if no column or more than one could be meant.
  package func position(among names: [String]) throws(Fault) -> Int {
    let named = names.indices.filter { names[$0] == text }
    if let position = Self.position(in: text) {
      guard names.indices.contains(position) else { throw beyond(names) }
      return position
    }
    if named.count > 1 {
      throw Fault(
        problem: "\(named.count) columns have the name \(quoted(text)): expected one, found "
          + named.map { "@\($0)" }.joined(separator: " and ")
          + "; write the position of the one that is meant", isUnknown: false)
    }
    guard let position = Int(text), names.indices.contains(position), "\(position)" == text else {
      if let position = named.first { return position }
      throw unknown(names)
    }
    if let other = named.first, other != position {
      throw Fault(
        problem:
          "\(quoted(text)) could mean two columns: expected one, found the column with that name (@\(other)) "
          + "and the column at that position (@\(position), \(quoted(names[position]))); write @\(other) or @\(position)",
        isUnknown: false)
    }
    return position
  }

  /// Returns the position of the column among `names`, or else among `newNames`, of a file.
  ///
  /// - Throws: `RecordError` about the header if no column or more than one could be meant.
  package func position(
    among names: [String], renamed newNames: [String] = [], path: String, line: Int? = nil
  ) throws(RecordError) -> Int {
    do throws(Fault) {
      return try position(among: names, renamed: newNames)
    } catch {
      throw RecordError(.header, path: path, line: line, error.problem)
    }
  }

  private func beyond(_ names: [String]) -> Fault {
    let count = names.count == 1 ? "1 column" : "\(names.count) columns"
    return Fault(
      problem:
        "there is no column \(text): expected a name, or a position from @0 to @\(names.count - 1), found \(count); "
        + "count from 0", isUnknown: true)
  }

  private func unknown(_ names: [String]) -> Fault {
    if Int(text) != nil { return beyond(names) }
    var remedy = "; name one of them, or write a position, counted from 0, as @0"
    // A list of columns is separated by commas.
    if let position = names.firstIndex(where: {
      $0.contains(",") && $0.split(separator: ",").contains { $0 == text }
    }) {
      remedy = "; the name \(quoted(names[position])) contains a comma: write its position, @\(position)"
    } else if names.count == 1, let delimiter = otherDelimiter(in: names[0].utf8) {
      remedy =
        "; the file has one column; if \(delimiterInWords(delimiter)) separates the fields, name it as delimiter (\(delimiterRemedy(delimiter)))"
    } else if nearestName(to: text, among: names.filter { !$0.hasPrefix("@") }) != nil {
      remedy = suggestion(for: text, among: names.filter { !$0.hasPrefix("@") })
    }
    return Fault(
      problem:
        "there is no column \(quoted(text)): expected one of \(quoted(names)), found none of that name\(remedy)",
      isUnknown: true)
  }
}

/// Returns a delimiter that `text` contains though its fields are separated by another one, or
/// `nil`.
package func otherDelimiter(in text: some Collection<UInt8>) -> UInt8? {
  [UInt8(ascii: ";"), 0x09, UInt8(ascii: "|"), UInt8(ascii: ",")].first { text.contains($0) }
}

/// Returns the flag for a delimiter.
package func delimiterRemedy(_ delimiter: UInt8) -> String {
  Remedy.delimiter(delimiter == 0x09 ? "\\t" : String(UnicodeScalar(delimiter)))
}

/// Returns a delimiter as messages name it.
package func delimiterInWords(_ delimiter: UInt8) -> String {
  delimiter == 0x09 ? "a tab" : "\"\(escapedText(CollectionOfOne(delimiter)))\""
}

/// Returns a name as messages show it.
private func quoted(_ name: String) -> String { "\"\(escapedText(name.utf8))\"" }

/// Returns names as messages list them: the first ones, and the number of all.
package func quoted(_ names: [String]) -> String {
  let first = names.prefix(12).map { quoted($0) }.joined(separator: ", ")
  return names.count > 12 ? "\(first), ... (\(names.count) in all)" : first
}
