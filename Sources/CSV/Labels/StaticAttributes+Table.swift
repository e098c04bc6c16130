import Platform
import Sequences

extension StaticAttributes {
  /// Takes the attributes of sequences from columns of a table, which names the sequences as a table of labels does.
  ///
  /// - Parameters:
  ///   - table: The table.
  ///   - key: The column that names the sequences.
  ///   - columns: The columns of attributes.
  ///   - features: The sequences.
  /// - Throws: `RecordError` if there is no such column, if a row names several sequences, or if rows of one sequence differ.
  public init(
    table: LabelTable, key: String = "@0", columns: [String], of features: any SequenceRecordReader
  ) throws {
    let keys = try table.position(of: key)
    let places = try columns.map { try table.position(of: $0) }
    let assignment = try table.assignment(
      to: SequenceNames(features), of: features, key: keys, policy: .raise, elsewhere: { _ in true })
    let rows = try assignment.rows.map { own -> [LabelText]? in
      guard let first = own.first else { return nil }
      let texts = places.map { table.rows[first][$0] }
      for index in own.dropFirst() {
        for (place, text) in zip(places, texts) where table.rows[index][place].text != text.text {
          let other = table.rows[index][place]
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
