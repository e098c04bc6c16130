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
}
