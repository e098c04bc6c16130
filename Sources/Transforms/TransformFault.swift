import Records

/// What a transform cannot do, before the place in the file is known; `TransformedSequenceRecordReader` makes a
/// `RecordError` of it.
public struct TransformFault: Error, Hashable, Sendable, CustomStringConvertible {
  /// The class of the fault.
  public var kind: RecordError.Kind
  /// The cell before the transform; `nil` when the fault is the whole sequence's.
  public var cell: TransformCell?
  /// What is wrong, what was expected, what was found, the remedy.
  public var problem: String

  /// Makes a fault.
  public init(_ kind: RecordError.Kind, cell: TransformCell? = nil, _ problem: String) {
    self.kind = kind
    self.cell = cell
    self.problem = problem
  }

  /// The problem.
  public var description: String { problem }

  /// The fault of a name that no column has.
  static func unknownColumn(_ name: String, _ columns: [String]) -> TransformFault {
    let nearest = columns.min { editDistance($0, name) < editDistance($1, name) }
    return TransformFault(
      .header,
      "there is no column \"\(escapedText(name.utf8))\"; the nearest of \(columns.count) is "
        + "\"\(escapedText((nearest ?? "").utf8))\"; name columns as the data does")
  }

  /// The fault of a transform that leaves no row of a sequence of `found` rows.
  static func tooShort(_ found: Int, needed: Int, _ what: String) -> TransformFault {
    TransformFault(
      .lengths,
      "the sequence is too short for \(what): expected at least \(needed) rows, found \(found); leave the sequence out, "
        + "or keep its first rows")
  }
}

/// The places of `names` among `columns`, in the order of the columns; all of them for `nil`.
///
/// - Throws: `TransformFault` about a name that is not there.
func columnIndices(_ names: [String]?, _ columns: [String]) throws -> [Int] {
  guard let names else { return Array(columns.indices) }
  return try Set(
    names.map { name in
      guard let index = columns.firstIndex(of: name) else {
        throw TransformFault.unknownColumn(name, columns)
      }
      return index
    }
  ).sorted()
}

/// " of a, b", or nothing for all columns.
func words(_ names: [String]?) -> String { names.map { " of \($0)" } ?? "" }

/// The number of letters to insert, drop or change to make `b` of `a` (Levenshtein).
func editDistance(_ a: String, _ b: String) -> Int {
  let b = Array(b)
  var row = Array(0...b.count)
  for (i, letter) in a.enumerated() {
    var diagonal = row[0]
    row[0] = i + 1
    for j in b.indices {
      let next = min(row[j] + 1, row[j + 1] + 1, diagonal + (letter == b[j] ? 0 : 1))
      diagonal = row[j + 1]
      row[j + 1] = next
    }
  }
  return row[b.count]
}
