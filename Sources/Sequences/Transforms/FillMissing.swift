import Platform

/// Replaces missing values with numbers, and records where.
public struct FillMissing: FittedSequenceTransform, StreamingSequenceTransform {
  /// The source of the numbers.
  public enum Rule: Sendable, Hashable, Codable {
    /// None: a missing value is an error.
    case refuse
    /// A constant.
    case constant(Float)
    /// The last preceding value, or this number if there is none.
    case forward(first: Float)
    /// Linear interpolation between the values before and after; the nearest value at the ends of a sequence.
    case linear
    /// The mean of the column in the training data; see `TransformPipeline.fitted(on:)`.
    case mean
  }

  /// The name of this transform in files.
  public static let kind = "fill"
  /// The source of the numbers.
  public var rule: Rule
  /// The columns to fill; `nil` for all.
  public var columns: [String]?
  /// The means of the selected columns, in the order of the data; `nil` before they are known.
  public private(set) var means: [Double]?
  private var remembered = RememberedLineage()

  /// Makes the transform.
  public init(_ rule: Rule, columns: [String]? = nil) {
    self.rule = rule
    self.columns = columns
  }

  /// The sequences that the means were computed from; empty before they are known, or if a file does not
  /// record them.
  public var lineage: Lineage { remembered.value }

  /// Returns the same transform with another lineage.
  public func remembering(_ lineage: Lineage) -> FillMissing {
    var result = self
    result.remembered.value = lineage
    return result
  }

  /// The rule, the means and the columns.
  public var summary: String {
    "fill missing values: \(rule)" + (means.map { " \($0)" } ?? "") + words(columns)
  }

  /// The transform without means.
  public var unfitted: FillMissing { FillMissing(rule, columns: columns) }

  /// True if the means are known or not needed.
  public var isFitted: Bool { rule != .mean || means != nil }

  /// Returns the same columns.
  public func outputColumns(_ columns: [String]) throws -> [String] {
    _ = try columnIndices(self.columns, columns)
    return columns
  }

  /// Fills missing values, column by column.
  public func apply(_ record: inout SequenceRecord, columns: [String]) throws {
    precondition(
      isFitted, "FillMissing(.mean) knows no means yet: fit the pipeline first, pipeline.fitted(on: reader)")
    guard record.values.contains(where: \.isNaN) else { return }
    var filled = record.missingCells
    for (index, column) in try columnIndices(self.columns, columns).enumerated() {
      let cells = Array(stride(from: column, to: record.values.count, by: record.columnCount))
      let missing = cells.indices.filter { record.values[cells[$0]].isNaN }
      guard let first = missing.first else { continue }
      let name = escapedText(columns[column].utf8)
      let location = TransformCell(first, column)
      switch rule {
      case .refuse:
        throw TransformFault(
          .missingValue, cell: location,
          "column \"\(name)\": expected a number, found a missing value; fill it, or leave the sequence out")
      case .constant(let value): for step in missing { record.values[cells[step]] = value }
      case .mean:
        guard let means, index < means.count else {
          throw TransformFault(
            .mismatch, "the means are those of other columns; fit the pipeline on data with these")
        }
        for step in missing { record.values[cells[step]] = Float(means[index]) }
      case .forward(let start):
        for step in missing {
          record.values[cells[step]] = step == 0 ? start : record.values[cells[step - 1]]
        }
      case .linear:
        guard missing.count < cells.count else {
          throw TransformFault(
            .missingValue, cell: location,
            "column \"\(name)\": expected a number to interpolate from, found missing values only; "
              + "fill with another rule, or leave the sequence out")
        }
        record.interpolate(cells)
      }
      filled += missing.map { cells[$0] }
    }
    record.missingCells = filled.sorted()
  }

  /// Returns the cell itself.
  public func sources(of cell: TransformCell, columns: [String], stepCount: Int) -> [TransformCell] { [cell] }

  /// Returns the same transform with the means of all values that are not missing, computed in double
  /// precision.
  public func fitted(
    columns: [String], encodings: [String: ColumnEncoding],
    forEach: ((SequenceRecord) throws -> Void) throws -> Void
  ) throws -> FillMissing {
    guard rule == .mean else { return self }
    let chosen = try columnIndices(self.columns, columns)
    var counts = [Int](repeating: 0, count: chosen.count)
    var means = [Double](repeating: 0, count: chosen.count)
    try forEach { record in
      let made = Set(record.missingCells)
      for (index, column) in chosen.enumerated() {
        for at in stride(from: column, to: record.values.count, by: record.columnCount)
        where !record.values[at].isNaN && !made.contains(at) {
          counts[index] += 1
          means[index] += (Double(record.values[at]) - means[index]) / Double(counts[index])
        }
      }
    }
    if let empty = counts.firstIndex(of: 0) {
      throw TransformFault(
        .missingValue,
        "column \"\(escapedText(columns[chosen[empty]].utf8))\" has no mean: expected at least one value, found missing "
          + "values only; drop the column")
    }
    var result = self
    result.means = means
    return result
  }
}

extension FillMissing {
  /// The reason why linear interpolation cannot be applied to streamed rows.
  public var needsWholeSequences: String? {
    rule == .linear ? "it interpolates up to a later row, which has not come yet" : nil
  }

  /// `nil`: there is no previous row.
  public var firstMemory: [Float]? { nil }

  /// Fills the row; `memory` is the previous row after filling.
  public func applyNext(
    _ row: inout SequenceRecord, columns: [String], memory: inout [Float]?
  ) throws -> Bool {
    if case .forward(let first) = rule {
      for column in try columnIndices(self.columns, columns) where row.values[column].isNaN {
        row.values[column] = memory?[column] ?? first
      }
    } else {
      precondition(needsWholeSequences == nil, "linear interpolation requires whole sequences")
      try apply(&row, columns: columns)
    }
    memory = row.values
    return true
  }
}

extension FillMissing {
  private enum CodingKeys: String, CodingKey { case rule, columns, means, lineage }

  /// Reads the transform; files of older programs have no lineage.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    rule = try values.decode(Rule.self, forKey: .rule)
    columns = try values.decodeIfPresent([String].self, forKey: .columns)
    means = try values.decodeIfPresent([Double].self, forKey: .means)
    remembered.value = try values.decodeIfPresent(Lineage.self, forKey: .lineage) ?? Lineage()
  }

  /// Writes the transform.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(rule, forKey: .rule)
    try values.encodeIfPresent(columns, forKey: .columns)
    try values.encodeIfPresent(means, forKey: .means)
    if !lineage.isEmpty { try values.encode(lineage, forKey: .lineage) }
  }
}

extension SequenceRecord {
  /// Replaces NaN among `cells`, of which at least one is a number, by linear interpolation.
  fileprivate mutating func interpolate(_ cells: [Int]) {
    let known = cells.indices.filter { !values[cells[$0]].isNaN }
    guard let first = known.first, let last = known.last else { return }
    for step in 0..<first { values[cells[step]] = values[cells[first]] }
    for step in last..<cells.count { values[cells[step]] = values[cells[last]] }
    for (before, after) in zip(known, known.dropFirst()) {
      let (low, high) = (Double(values[cells[before]]), Double(values[cells[after]]))
      for step in before + 1..<max(after, before + 1) {
        let part = Double(step - before) / Double(after - before)
        values[cells[step]] = Float(low + (high - low) * part)
      }
    }
  }
}
