import Platform
import Sequences

extension SeriesLabels {
  /// Takes the labels from a table with a row for each sequence, in any order.
  ///
  /// ```swift
  /// let found = try SeriesLabels(table: LabelTable("labels.csv"), of: features)
  /// ```
  /// A row names its sequence by the name or the path of its file, with or without extensions, by its group in a grouped
  /// file, or by its key.
  ///
  /// - Parameters:
  ///   - table: The table.
  ///   - columns: The columns of names and labels.
  ///   - features: The sequences.
  ///   - policy: The handling of sequences without a row, of rows without a sequence (`RecordError.Kind.unpaired`), and of
  ///     sequences with several rows (`.labelConflict`).
  ///   - elsewhere: Returns true if a text names a sequence of other data that shares the table.
  /// - Throws: `RecordError` about the first of these, with its line, unless the policy leaves it out.
  public init(
    table: LabelTable, columns: LabelTable.Columns = LabelTable.Columns(),
    of features: any SequenceRecordReader, policy: ErrorPolicy = .raise,
    elsewhere: (String) throws -> Bool = { _ in false }
  ) throws {
    guard columns.key != LabelTable.Columns.rowNumber else {
      try self.init(rowsOf: table, label: columns.label, of: features, policy: policy)
      return
    }
    let (key, label) = (try table.position(of: columns.key), try table.position(of: columns.label))
    let names = SequenceNames(features)
    let assignment = try table.assignment(
      to: names, of: features, key: key, policy: policy, elsewhere: elsewhere)
    let without = assignment.rows.indices.filter { assignment.rows[$0].isEmpty }
    if let first = without.first, policy[.unpaired] != .skipSequence || without.count == features.count {
      throw table.missingRow(
        of: first, of: features, names: names, key: key, others: without.count - 1)
    }
    let labels = assignment.rows.map { own -> Result<LabelText, RecordError>? in
      guard let first = own.first else { return nil }
      guard own.count > 1 else { return .success(table.label(ofRow: first, inColumn: label)) }
      let (text, other) = (table.rows[own[1]][key], table.rows[first][key])
      return .failure(
        text.error(
          .labelConflict,
          "the sequence \(text.quoted) has a second row: expected one, found another in line \(other.line ?? 1); leave one out, "
            + "or, if rows are labels of single steps, name their column of times (time=COLUMN)"))
    }
    try self.init(
      labels, of: features, lonely: assignment.lonely.map { table.rows[$0][key] },
      column: table.columns[label], policy: policy)
  }

  /// Takes the first row of a table as the label of the first sequence, and so on.
  ///
  /// - Throws: `RecordError` if there are more rows than sequences, or fewer.
  private init(
    rowsOf table: LabelTable, label: String, of features: any SequenceRecordReader, policy: ErrorPolicy
  ) throws {
    let column = try ColumnReference(label).position(among: table.columns, path: table.path, line: 1)
    guard table.rows.count == features.count else {
      throw RecordError(
        .unpaired, path: table.path, line: table.rows.last?.first?.line,
        "its rows name no series (key=\(LabelTable.Columns.rowNumber)): expected one row for each of the \(features.count) series, in "
          + "their order, found \(table.rows.count); give each its row, or a column with its name"
          + (table.rows.count + 1 == features.count
            ? "; if the first line is a row, say so (\(Remedy.labelsWithoutHeader))" : ""))
    }
    try self.init(
      table.rows.indices.map { .success(table.label(ofRow: $0, inColumn: column)) }, of: features,
      column: table.columns[column], policy: policy)
  }
}
