import Platform

/// Attributes of whole sequences: numbers and categories that do not change over time, such as an age or a site.
public struct StaticAttributes: Sendable {
  /// The names of the columns.
  public let columns: [String]
  /// The encodings of columns whose texts are categories.
  public var encodings: [String: ColumnEncoding] = [:]
  /// The texts that mean a missing value, which becomes NaN for a transform to fill; empty: such a value is a fault.
  public var missing: [String] = []
  /// The file, for messages.
  let path: String
  /// The texts of every sequence; `nil`: it has none.
  let rows: [[LabelText]?]

  /// Makes attributes of the sequences of a reader, in its order.
  package init(columns: [String], rows: [[LabelText]?], path: String) {
    (self.columns, self.rows, self.path) = (columns, rows, path)
  }

  /// Returns the distinct texts of a column, sorted by their code points, to make a closed vocabulary.
  ///
  /// - Parameter sequences: The sequences that have the texts.
  package func texts(ofColumn column: Int, in sequences: [Int]) -> [String] {
    Set(sequences.compactMap { rows[$0]?[column].text }).subtracting(missing + [""]).sorted {
      $0.unicodeScalars.lexicographicallyPrecedes($1.unicodeScalars)
    }
  }

  /// Returns the group of every sequence: the text of a column.
  ///
  /// - Parameter policy: If it leaves out a sequence without a row, that sequence is a group of its own.
  /// - Throws: `RecordError` about a sequence that has no text.
  package func groups(byColumn column: Int, policy: ErrorPolicy) throws(RecordError) -> [String] {
    var groups: [String] = []
    for index in rows.indices {
      if rows[index] == nil, policy[.unpaired] == .skipSequence {
        // No text begins so.
        groups.append("\0\(index)")
        continue
      }
      let label = try row(of: index)[column]
      guard !label.text.isEmpty else {
        throw label.error(
          .noMatch,
          "the series is in no group: expected a text in column \"\(escapedText(columns[column].utf8))\", by which series are divided, "
            + "found none; fill it in, or divide by another column")
      }
      groups.append(label.text)
    }
    return groups
  }

  /// Returns the texts of sequence `index`.
  private func row(of index: Int) throws(RecordError) -> [LabelText] {
    if let row = rows[index] { return row }
    throw RecordError(
      .unpaired, path: path,
      "has no row for sequence \(index): expected its attributes, found none; add it, or leave out such series "
        + "(\(Remedy.skipSequences))")
  }

  /// Returns the values of sequence `index`.
  ///
  /// - Throws: `RecordError` with the location of a text that has no value.
  func values(of index: Int) throws(RecordError) -> [Float] {
    var values: [Float] = []
    for (name, text) in zip(columns, try row(of: index)) { values.append(try value(of: text, column: name)) }
    return values
  }

  private func value(of text: LabelText, column: String) throws(RecordError) -> Float {
    let name = "column \"\(escapedText(column.utf8))\""
    if missing.contains(text.text) || text.text.isEmpty {
      if !missing.isEmpty { return .nan }
      throw text.error(
        .missingValue,
        "\(name) is missing: expected a value for the series, found an empty field; fill it in, or fill it with the mean of "
          + "the others (\(Remedy.fillMeanOf(column)))")
    }
    if case .category(let vocabulary)? = encodings[column] {
      if let index = vocabulary.index(of: text.text) { return Float(index) }
      if vocabulary.unknown == .ignore { return .nan }
      throw text.error(
        .unknownCategory,
        "\(name) is not a known category: expected one of \(vocabulary.shown()), found \(text.quoted); correct it, or choose what "
          + "unknown texts become (\(Remedy.otherUnknown))"
          + suggestion(for: text.text, among: vocabulary.names))
    }
    guard decimalNumber(text.text) != nil, let value = Float(text.text), value.isFinite else {
      throw text.error(
        .notANumber,
        "\(name) is not a number: expected a decimal number such as -1.5e3, found \(text.quoted); correct it, or, if the column "
          + "has categories, say so (\(Remedy.category(column)))")
    }
    return value
  }

  /// Identifies the attributes.
  var fingerprint: Fingerprint {
    var hash = Fingerprint()
    hash.combine(columns + missing + encodings.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" })
    for row in rows { hash.combine((row ?? []).map(\.text)) }
    return hash
  }
}
