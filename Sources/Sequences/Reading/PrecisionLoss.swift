import Platform

/// A column with numbers that differ in the data and are equal as Floats, or nearly so.
///
/// Float keeps 24 bits, about seven digits: whole numbers are exact up to 16,777,216.
public struct PrecisionLoss: Hashable, Sendable {
  /// The name of the column.
  public var column: String
  /// A value, as written in the data.
  public var first: SequenceRecord.Position
  /// A different value that is the same Float; `nil` if only its rounding is known.
  public var second: SequenceRecord.Position?
  /// The Float that they become.
  public var value: Float
  /// The reader's encoding of the column; `nil` for numbers.
  public var encoding: ColumnEncoding?
  /// The column as a flag refers to it.
  var reference: ColumnReference
}

extension PrecisionLoss: CustomStringConvertible {
  /// `PATH:LINE:COLUMN: what is lost, and how to keep it`.
  public var description: String { "\(problem); \(remedy)" }

  private var remedy: String {
    let name = escapedText(reference.text.utf8, limit: nil)
    switch encoding {
    case .time: return "count time from the first row (\(Remedy.timeFromFirst))"
    case .offset(.first) where second != nil:
      return "choose an offset near these numbers, which the first one is not (\(Remedy.offsetValue(name)))"
    case .offset where second == nil:
      return "choose an offset near these numbers (\(Remedy.offsetValue(name))), or a larger unit in the data"
    case .offset:
      return
        "choose an offset near these numbers (\(Remedy.offsetFirst(name)) or \(Remedy.offsetValue(name)))"
    case nil where value.magnitude < .leastNormalMagnitude:
      return "write the column in a unit in which its numbers are larger: Float is exact from 1.2e-38 on"
    case .category, nil:
      return "subtract an offset before rounding (\(Remedy.offsetFirst(name))), or read timestamps as such "
        + "(\(Remedy.unixTime(name)))"
    }
  }

  /// `PATH:LINE:COLUMN: what is lost`.
  package var problem: String {
    func shown(_ position: SequenceRecord.Position) -> String { escapedText((position.text ?? "").utf8) }
    var location = "\(escapedText(first.path.utf8, limit: nil)):\(first.line)"
    if let column = first.column { location += ":\(column)" }
    let what =
      if let second {
        "\(shown(first)) and \(shown(second)) (line \(second.line)) are the same number in Float precision: \(value.shown)"
      } else {
        "\(shown(first)) becomes \(value.shown) in Float precision"
      }
    return "\(location): column \"\(escapedText(column.utf8))\": \(what)"
  }
}

extension Float {
  /// The number in full, without an exponent if it is whole.
  fileprivate var shown: String { Int(exactly: self).map { "\($0)" } ?? "\(Double(self))" }
}
