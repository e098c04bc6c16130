/// Provenance of a batch's examples and of what was fitted on them.
///
/// Excluded from equality: all instances are equal.
struct LineageNotes: Sendable, Equatable, CustomStringConvertible {
  /// A series on a lane, as far as it has been read.
  struct Series: Sendable {
    var row: Int
    /// The identity of an example with exactly these steps; `nil` if the features do not identify it.
    var identity: UInt64?
    /// True if the series has no more steps.
    var isOver: Bool
  }

  /// The rows of examples that something was fitted on, in ascending order.
  var rows: [Int] { marked.sorted() }
  private var marked: Set<Int> = []
  /// The locations of these examples, for lanes, whose metadata may be that of another series.
  private(set) var locations: [Int: String] = [:]
  /// The series that end in each row of a piece of lanes, or continue after it; `nil` for batches.
  var series: [Series]?

  init(series: [Series]? = nil) { self.series = series }

  static func == (first: LineageNotes, second: LineageNotes) -> Bool { true }

  var description: String { "rows \(rows)" }

  /// Records that something was fitted on the example in `row`.
  mutating func mark(_ row: Int, location: String? = nil) {
    guard marked.insert(row).inserted else { return }
    locations[row] = location
  }

  /// Returns the notes about the given rows.
  func rows(_ indices: [Int]) -> LineageNotes {
    var result = LineageNotes()
    for (row, index) in indices.enumerated() where marked.contains(index) {
      result.mark(row, location: locations[index])
    }
    result.series = series.map { all in
      indices.enumerated().flatMap { row, index in
        all.filter { $0.row == index }.map { Series(row: row, identity: $0.identity, isOver: $0.isOver) }
      }
    }
    return result
  }

  /// Returns the notes about batches concatenated along N; series on lanes end where their batches end.
  static func joining(_ batches: [DataSet]) -> LineageNotes {
    var result = LineageNotes()
    var first = 0
    for batch in batches {
      for row in batch.lineageNotes.rows {
        result.mark(first + row, location: batch.lineageNotes.locations[row])
      }
      first += batch.exampleCount
    }
    return result
  }
}
