import Sequences

/// The exact timestamps of the steps of a batch, by the first column that has them; made on request, for results that are
/// shown by time.
///
/// Excluded from equality: all instances are equal.
package struct StepTimes: Sendable, Equatable {
  /// The timestamps of an example.
  private struct Row: Sendable {
    /// The step of the batch that the first one belongs to.
    var firstStep: Int
    var column: RowTimes.Column
  }

  private var rows: [Row?] = []

  /// Appends the timestamps of the next example.
  ///
  /// - Parameters:
  ///   - times: Those of its rows; `nil`: it has none.
  ///   - firstStep: The step of the batch that the first row has become.
  mutating func append(_ times: RowTimes?, from firstStep: Int) {
    rows.append(times?.first.map { Row(firstStep: firstStep, column: $0) })
  }

  /// Returns the timestamp of a step as a text: in ISO 8601 (UTC), or as a number if the texts of the data are numbers;
  /// `nil` if it has none.
  package func text(row: Int, step: Int) -> String? {
    guard rows.indices.contains(row), let own = rows[row] else { return nil }
    let place = step - own.firstStep
    guard own.column.nanoseconds.indices.contains(place) else { return nil }
    let time = own.column.nanoseconds[place]
    return time == RowTimes.missing ? nil : own.column.encoding.text(of: time)
  }

  package static func == (first: StepTimes, second: StepTimes) -> Bool { true }
}
