import Platform
import Sequences

extension StaticAttributes {
  /// Takes the attributes of sequences from columns of a table, which names the sequences as a table of labels does.
  ///
  /// - Parameters:
  ///   - table: The table.
  ///   - key: The column that names the sequences, or `LabelTable.Columns.rowNumber`.
  ///   - columns: The columns of attributes.
  ///   - features: The sequences.
  /// - Throws: `RecordError` if there is no such column, if a row names several sequences, or if rows of one sequence differ.
  public init(
    table: LabelTable, key: String = "@0", columns: [String], of features: any SequenceRecordReader
  ) throws {
    let places = try columns.map { try table.position(of: $0) }
    let assignment: LabelTable.Assignment
    if key == LabelTable.Columns.rowNumber {
      // A table with other rows is reported where its labels are read.
      assignment = LabelTable.Assignment(
        rows: (0..<features.count).map { table.rows.indices.contains($0) ? [$0] : [] })
    } else {
      assignment = try table.assignment(
        to: SequenceNames(features), of: features, key: table.position(of: key), policy: .raise,
        elsewhere: { _ in true })
    }
    let rows = try assignment.rows.map { own -> [LabelText]? in
      guard let first = own.first else { return nil }
      let texts = places.map { table.label(ofRow: first, inColumn: $0) }
      for index in own.dropFirst() {
        for (place, text) in zip(places, texts)
        where table.label(ofRow: index, inColumn: place).text != text.text {
          let other = table.label(ofRow: index, inColumn: place)
          throw other.error(
            .labelConflict,
            "column \"\(escapedText(table.columns[place].utf8))\" changes within a series: expected \(text.quoted), as in line "
              + "\(text.line ?? 1), found \(other.quoted); correct it, or leave the column out of the static ones"
          )
        }
      }
      return texts
    }
    self.init(columns: places.map { table.columns[$0] }, rows: rows, path: table.path)
  }
}
