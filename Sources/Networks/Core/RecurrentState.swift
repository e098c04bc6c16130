/// The memory of a recurrent layer between steps, for some rows.
public struct RecurrentState: Sendable, Hashable, Codable {
  /// The number of rows, N.
  public let rows: Int
  /// The output activation, h, row by row: `[N, n]`.
  public var h: [Float]
  /// The cell memory, c, row by row: `[N, n]`; empty for layers without one.
  public var c: [Float]

  /// Makes a state from values in the order of rows.
  public init(rows: Int, h: [Float], c: [Float] = []) {
    precondition(
      rows >= 0 && h.count.isMultiple(of: max(1, rows)) && (c.isEmpty || c.count == h.count),
      "a state of \(h.count) and \(c.count) values for \(rows) rows")
    (self.rows, self.h, self.c) = (rows, h, c)
  }

  /// Reads a state, and checks it.
  ///
  /// - Throws: `DecodingError` if the number of values does not match the number of rows.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    rows = try container.decode(Int.self, forKey: .rows)
    h = try container.decode([Float].self, forKey: .h)
    c = try container.decode([Float].self, forKey: .c)
    // Every layer has at least one unit, so that there are at least as many values as rows.
    let isState = rows >= 0 && h.count >= rows && h.count.isMultiple(of: max(1, rows))
    guard isState, c.isEmpty || c.count == h.count else {
      throw DecodingError.dataCorrupted(
        .init(
          codingPath: decoder.codingPath,
          debugDescription: "a state of \(h.count) and \(c.count) values for \(rows) rows"))
    }
  }

  /// The number of units, n.
  public var size: Int { h.count / max(1, rows) }

  /// Clears the state of one row, whose series has ended.
  public mutating func clear(row: Int) {
    precondition((0..<rows).contains(row), "row \(row) of \(rows)")
    for index in row * size..<(row + 1) * size {
      h[index] = 0
      if !c.isEmpty { c[index] = 0 }
    }
  }

  /// Returns the states of the rows in `range`.
  func rows(_ range: Range<Int>) -> RecurrentState {
    let units = range.lowerBound * size..<range.upperBound * size
    return RecurrentState(rows: range.count, h: Array(h[units]), c: c.isEmpty ? [] : Array(c[units]))
  }

  /// Returns the states of several groups of rows as one.
  static func joining(_ states: [RecurrentState]) -> RecurrentState {
    RecurrentState(
      rows: states.reduce(0) { $0 + $1.rows }, h: states.flatMap(\.h), c: states.flatMap(\.c))
  }
}
