/// The fields of a row that is a whole series: which of them are no values.
///
/// A model stores it, so that rows are read as those of its training are.
public struct SeriesRow: Sendable, Hashable, Codable {
  /// A field that is no value: a label, or one that is dropped.
  public struct Field: Sendable, Hashable, Codable {
    /// Its 0-based position in the row.
    public var position: Int
    /// The name of its column; without a header, the position.
    public var name: String

    /// Makes a field.
    public init(position: Int, name: String) { (self.position, self.name) = (position, name) }
  }

  /// The number of all fields.
  public var width: Int
  /// The fields that are no values, in ascending order.
  public var others: [Field]
  /// The positions of the values, if they are in another order than in the row; otherwise `nil`.
  public var order: [Int]?

  /// Makes the description of rows whose columns have `names`, and of which `values` are read, in that order.
  public init(names: [String], values: [Int]) {
    width = names.count
    let known = Set(values)
    others = names.indices.filter { !known.contains($0) }.map { Field(position: $0, name: names[$0]) }
    order = values == values.sorted() ? nil : values
  }
}
