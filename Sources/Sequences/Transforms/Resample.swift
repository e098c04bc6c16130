/// Combines every few rows into one: fewer, longer steps.
///
/// Missing values are ignored; the result is missing if nothing is left. A filled-in value counts as a value,
/// and the result counts as missing only if all of its values were filled in.
public struct Resample: SequenceTransform, TimeCarrying {
  /// The way to combine several values into one.
  public enum Figure: String, Sendable, Hashable, Codable, CaseIterable {
    /// Their mean.
    case mean
    /// The first.
    case first
    /// The last.
    case last
    /// The smallest.
    case minimum
    /// The largest.
    case maximum
    /// Their sum.
    case sum
    /// The most frequent one, the first of equals.
    case mode
  }

  /// The handling of the last rows if they are too few for a group.
  public enum Remainder: String, Sendable, Hashable, Codable, CaseIterable {
    /// They become one row.
    case keep
    /// They are dropped.
    case drop
    /// They are an error.
    case refuse
  }

  /// The way to merge the labels of rows that become one, if every row has a label in a label file.
  public enum LabelRule: String, Sendable, Hashable, Codable, CaseIterable {
    /// The last one.
    case last
    /// The most frequent one, the first of equals.
    case mode
    /// Their mean, for regression.
    case mean
  }

  /// The name of this transform in files.
  public static let kind = "resample"
  /// The number of rows that become one.
  public let every: Int
  /// The way to combine the values of the selected columns.
  public var figure: Figure
  /// The handling of the last rows if they are too few for a group.
  public var remainder: Remainder
  /// The columns that `figure` applies to, while the others keep their last value; `nil` for all.
  public var columns: [String]?
  /// The way to merge labels that rows have, in label files or in `labelColumns`; `nil`: such labels are an
  /// error.
  public var labels: LabelRule?
  /// The columns that hold labels, to which `labels` applies; `nil` if there are none.
  public var labelColumns: [String]?

  /// Makes the transform.
  public init(
    every: Int, _ figure: Figure = .mean, remainder: Remainder = .keep, columns: [String]? = nil,
    labels: LabelRule? = nil, labelColumns: [String]? = nil
  ) {
    precondition(every > 0, "every \(every) rows")
    self.every = every
    self.figure = figure
    self.remainder = remainder
    self.columns = columns
    self.labels = labels
    self.labelColumns = labelColumns
  }

  /// All settings.
  public var summary: String {
    "every \(every) rows become their \(figure), remainder \(remainder)"
      + (labels.map { ", their labels their \($0)" + (labelColumns.map { " in \($0)" } ?? "") } ?? "")
      + words(columns)
  }

  /// True: a cell counts as missing only if all of its sources do.
  public var needsAllMissing: Bool { true }

  /// The reason why rows cannot be grouped as they are streamed.
  public var needsWholeSequences: String? { "it makes one row of every \(every)" }

  /// Returns the same columns.
  public func outputColumns(_ columns: [String]) throws -> [String] {
    guard every > 0 else {
      throw TransformFault(.mismatch, "rows are resampled every \(every); expected 1 or more")
    }
    _ = try columnIndices(self.columns, columns)
    return columns
  }

  /// Rejects columns of class indices unless the statistic is one of the values.
  public func adapted(to classes: [String: Vocabulary], among columns: [String]) throws -> Resample {
    try requireQuantities(self.columns, among: columns, classes: classes, of: figure)
    return self
  }

  /// Combines the rows, in double precision.
  public func apply(_ record: inout SequenceRecord, columns: [String]) throws {
    let chosen = try Set(columnIndices(self.columns, columns))
    let ofLabels = labels == nil || labelColumns == nil ? [] : try Set(columnIndices(labelColumns, columns))
    let (steps, width) = (record.stepCount, record.columnCount)
    if remainder == .refuse, !steps.isMultiple(of: every) {
      throw TransformFault(
        .lengths,
        "the sequence does not divide into groups of \(every) rows: expected a multiple, found \(steps); "
          + "keep or drop the remainder")
    }
    let count = outputStepCount(steps)
    guard count > 0 else { throw TransformFault.tooShort(steps, needed: every, "one row of every \(every)") }
    let before = record.values
    let groups = (0..<count).map { $0 * every..<min(steps, ($0 + 1) * every) }
    var times: [Int: RowTimes.Column] = [:]
    for column in (record.times?.columns ?? [:]).keys where !ofLabels.contains(column) {
      times[column] = record.times(ofColumn: column, in: groups, chosen.contains(column) ? figure : .last)
    }
    var values: [Float] = []
    values.reserveCapacity(count * width)
    for (group, rows) in groups.enumerated() {
      for column in 0..<width {
        if let exact = times[column], exact.nanoseconds[group] != RowTimes.missing {
          values.append(exact.value(of: exact.nanoseconds[group]))
          continue
        }
        let merged = rows.lazy.map { before[$0 * width + column] }.filter { !$0.isNaN }
        if let labels, ofLabels.contains(column) {
          values.append(merged.isEmpty ? .nan : labels.value(Array(merged)))
        } else {
          values.append((chosen.contains(column) ? figure : .last).value(merged))
        }
      }
    }
    record.values = values
    if record.times != nil { record.times = RowTimes(columns: times) }
  }

  /// Returns all rows of the group, for every statistic.
  public func sources(of cell: TransformCell, columns: [String], stepCount: Int) -> [TransformCell] {
    let first = cell.step * every
    return (first..<first + min(every, stepCount - first)).map { TransformCell($0, cell.column) }
  }

  /// Returns the number of groups.
  public func outputStepCount(_ stepCount: Int) -> Int {
    stepCount / every + (remainder == .keep && !stepCount.isMultiple(of: every) ? 1 : 0)
  }
}

extension Resample: RowMerging {
  /// The number of rows that become one.
  package var rowLimit: Int { every }
}

extension SequenceTransform {
  /// Throws a fault if a statistic computes with columns that hold class indices, rather than choosing one of them.
  func requireQuantities(
    _ chosen: [String]?, among columns: [String], classes: [String: Vocabulary], of figure: Resample.Figure
  ) throws {
    if figure == .first || figure == .last || figure == .mode { return }
    try requireQuantities(chosen, among: columns, classes: classes) { _ in
      "take their last or most frequent one (figure=last or mode)"
    }
  }
}

extension Resample.LabelRule {
  /// The statistic of numbers that is the same.
  var figure: Resample.Figure {
    switch self {
    case .last: .last
    case .mean: .mean
    case .mode: .mode
    }
  }

  /// Returns the label of merged rows that have the labels `labels`, at least one.
  func value(_ labels: [Float]) -> Float {
    switch self {
    case .last: return labels[labels.count - 1]
    case .mean: return Float(labels.reduce(0.0) { $0 + Double($1) } / Double(labels.count))
    case .mode: return labels.mostFrequent ?? labels[0]
    }
  }
}

extension Resample.Figure {
  /// Returns the places of the values, none of them NaN, that the statistic is made of: some are only compared.
  func places(in values: [Float]) -> [Int] {
    switch self {
    case .mean, .sum: return Array(values.indices)
    case .first: return Array(values.indices.prefix(1))
    case .last: return Array(values.indices.suffix(1))
    case .minimum, .maximum, .mode:
      let chosen = value(values)
      return values.indices.filter { values[$0] == chosen }
    }
  }

  /// Returns the statistic of some values; NaN if there are none.
  func value(_ values: some Sequence<Float>) -> Float {
    if self == .mode { return values.mostFrequent ?? .nan }
    var (count, sum, first, last) = (0, 0.0, Float.nan, Float.nan)
    var (minimum, maximum) = (Float.infinity, -Float.infinity)
    for value in values {
      if count == 0 { first = value }
      last = value
      count += 1
      sum += Double(value)
      minimum = min(minimum, value)
      maximum = max(maximum, value)
    }
    if count == 0 { return .nan }
    switch self {
    case .mean: return Float(sum / Double(count))
    case .first: return first
    case .last: return last
    case .minimum: return minimum
    case .maximum: return maximum
    case .sum: return Float(sum)
    case .mode: preconditionFailure("the most frequent value was returned")
    }
  }
}

extension SequenceRecord {
  /// Returns the exact timestamps of merged rows; `nil` if the statistic of a column has none.
  fileprivate func times(
    ofColumn column: Int, in groups: [Range<Int>], _ figure: Resample.Figure
  ) -> RowTimes.Column? {
    guard figure != .sum, var result = times?.columns[column], let exact = timestamps(ofColumn: column) else {
      return nil
    }
    func value(_ step: Int) -> Float { values[step * columnCount + column] }
    result.nanoseconds = []
    for rows in groups {
      let present = rows.filter { !value($0).isNaN }
      let known = present.compactMap { exact.times[$0] }
      // A value that another transform changed.
      guard known.count == present.count else { return nil }
      let merged: Int128? =
        switch figure {
        case .first: known.first
        case .last: known.last
        case .minimum: known.min()
        case .maximum: known.max()
        case .mean: known.isEmpty ? nil : known.reduce(0, +) / Int128(known.count)
        case .mode:
          present.map(value).mostFrequent.flatMap { most in present.firstIndex { value($0) == most } }.map {
            known[$0]
          }
        case .sum: nil
        }
      result.nanoseconds.append(merged ?? RowTimes.missing)
    }
    return result
  }
}

extension Sequence<Float> {
  /// The most frequent value, the first of equals; `nil` if there is none.
  fileprivate var mostFrequent: Float? {
    var counts: [Float: Int] = [:]
    for value in self { counts[value, default: 0] += 1 }
    let most = counts.values.max()
    return first { counts[$0] == most }
  }
}
