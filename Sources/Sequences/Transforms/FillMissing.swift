import Platform

/// Replaces missing values with numbers, and records where.
public struct FillMissing: FittedSequenceTransform, StreamingSequenceTransform {
  /// The source of the numbers.
  public enum Rule: Sendable, Hashable, Codable {
    /// None: a missing value is an error.
    case refuse
    /// A constant.
    case constant(Float)
    /// The last preceding value, or this number if there is none; in a column of categories, a gap before the first
    /// category is an error.
    case forward(first: Float)
    /// A category, by its name, in columns of categories.
    case category(String)
    /// Linear interpolation between the values before and after; the nearest value at the ends of a sequence.
    case linear
    /// The mean of the column in the training data; see `TransformPipeline.fitted(on:)`.
    case mean
  }

  /// The rows that a rule may look at, if sequences are cut into windows.
  public enum Reach: String, Sendable, Hashable, Codable, CaseIterable {
    /// All rows of the sequence, also those after the window.
    case sequence
    /// Those of the window.
    case window
  }

  /// The name of this transform in files.
  public static let kind = "fill"
  /// The source of the numbers.
  public var rule: Rule
  /// The columns to fill; `nil` for all.
  public var columns: [String]?
  /// The rows that the rule may look at.
  ///
  /// If sequences are cut into windows, a pipeline is divided before the first transform that looks only inside them:
  /// this one and those after it are applied to windows.
  public var within: Reach
  /// The means of the selected columns, in the order of the data; `nil` before they are known.
  public private(set) var means: [Double]?
  /// The selected columns that hold class indices, once they are known.
  private var classColumns: [String] = []
  /// The class to fill in each of `classColumns`, for the rule `category`.
  private var classIndices: [Int] = []
  private var remembered = RememberedLineage()

  /// Makes the transform.
  public init(_ rule: Rule, columns: [String]? = nil, within: Reach = .sequence) {
    self.rule = rule
    self.columns = columns
    self.within = within
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
      + (within == .window ? ", within each window" : "")
  }

  /// The transform without means.
  public var unfitted: FillMissing { FillMissing(rule, columns: columns, within: within) }

  /// True if the means are known or not needed.
  public var isFitted: Bool { rule != .mean || means != nil }

  /// Returns the same columns.
  public func outputColumns(_ columns: [String]) throws -> [String] {
    _ = try columnIndices(self.columns, columns)
    return columns
  }

  /// Returns the transform that knows which of its columns hold class indices.
  ///
  /// - Throws: `TransformFault` if the rule makes numbers for such a column, or if its category does not exist.
  public func adapted(to classes: [String: Vocabulary], among columns: [String]) throws -> FillMissing {
    let chosen = try columnIndices(self.columns, columns).map { columns[$0] }
    var result = self
    result.classColumns = chosen.filter { classes[$0] != nil }
    switch rule {
    case .refuse, .forward: break
    case .constant, .linear, .mean:
      try requireQuantities(self.columns, among: columns, classes: classes) { name in
        "fill it with categories (\(Remedy.fillColumn(escapedText(name.utf8))) or "
          + "\(Remedy.fillCategory(escapedText(name.utf8))))"
      }
    case .category(let category):
      if let name = chosen.first(where: { classes[$0] == nil }),
        self.columns != nil || result.classColumns.isEmpty
      {
        throw TransformFault(
          .mismatch,
          "column \"\(escapedText(name.utf8))\" holds numbers: \(summary): expected a column of "
            + "categories; fill it by another rule")
      }
      result.classIndices = try result.classColumns.map { name in
        let names = classes[name]?.classNames ?? []
        guard let index = names.firstIndex(of: category) else {
          throw TransformFault(
            .unknownCategory,
            "column \"\(escapedText(name.utf8))\" has no category \"\(escapedText(category.utf8))\" to fill it with: expected "
              + "one of \(names.count), found another; name one of them, or list it with the others"
              + suggestion(for: category, among: names))
        }
        return index
      }
    }
    return result
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
      case .category:
        guard let place = classColumns.firstIndex(of: columns[column]) else { continue }
        for step in missing { record.values[cells[step]] = Float(classIndices[place]) }
      case .forward(let start):
        if first == 0 { try checkFirst(column, columns) }
        for step in missing {
          record.values[cells[step]] = step == 0 ? start : record.values[cells[step - 1]]
          if step > 0 { record.copyTime(ofColumn: column, from: step - 1, to: step) }
        }
      case .linear:
        guard missing.count < cells.count else {
          throw TransformFault(
            .missingValue, cell: location,
            "column \"\(name)\": expected a number to interpolate from, found missing values only; "
              + "fill with another rule, or leave the sequence out")
        }
        record.interpolate(cells)
        record.interpolateTimes(ofColumn: column, at: missing)
      }
      filled += missing.map { cells[$0] }
    }
    record.missingCells = filled.sorted()
  }

  /// Rejects a gap before the first category of a sequence, which no category fills.
  private func checkFirst(_ column: Int, _ columns: [String]) throws {
    let name = columns[column]
    guard classColumns.contains(name) else { return }
    throw TransformFault(
      .missingValue, cell: TransformCell(0, column),
      "column \"\(escapedText(name.utf8))\": expected a category to carry forward, found none before the gap; fill with "
        + "one (\(Remedy.fillCategory(escapedText(name.utf8)))), or leave the sequence out")
  }

  /// Returns the cell itself.
  public func sources(of cell: TransformCell, columns: [String], stepCount: Int) -> [TransformCell] { [cell] }

  /// Returns the same transform with the means of all values that are not missing, computed in double
  /// precision; of a column that is constant within a sequence, each sequence has one value.
  public func fitted(
    columns: [String], encodings: [String: ColumnEncoding], statics: Set<Int>,
    forEach: ((SequenceRecord) throws -> Void) throws -> Void
  ) throws -> FillMissing {
    guard rule == .mean else { return self }
    let chosen = try columnIndices(self.columns, columns)
    var counts = [Int](repeating: 0, count: chosen.count)
    var means = [Double](repeating: 0, count: chosen.count)
    try forEach { record in
      let made = Set(record.missingCells)
      for (index, column) in chosen.enumerated() {
        let end =
          statics.contains(column) ? min(record.columnCount, record.values.count) : record.values.count
        for at in stride(from: column, to: end, by: record.columnCount)
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
    rule == .linear
      ? "it interpolates up to a later row, which has not come yet; fill with the value before (\(Remedy.fillForward))"
      : nil
  }

  /// `nil`: there is no previous row.
  public var firstMemory: SequenceRecord? { nil }

  /// Fills the row; `memory` is the previous row after filling.
  public func applyNext(
    _ row: inout SequenceRecord, columns: [String], memory: inout SequenceRecord?
  ) throws -> Bool {
    if case .forward(let first) = rule {
      for column in try columnIndices(self.columns, columns) where row.values[column].isNaN {
        if memory == nil { try checkFirst(column, columns) }
        row.values[column] = memory?.values[column] ?? first
        if let time = memory?.times?.columns[column] { row.times?.columns[column] = time }
      }
    } else {
      precondition(needsWholeSequences == nil, "linear interpolation requires whole sequences")
      try apply(&row, columns: columns)
    }
    memory = row
    return true
  }
}

extension FillMissing {
  /// Returns true if both fill the same numbers: which columns hold classes follows from the data.
  public static func == (a: FillMissing, b: FillMissing) -> Bool {
    (a.rule, a.columns, a.means, a.within) == (b.rule, b.columns, b.means, b.within)
  }

  /// Hashes what is compared.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(rule)
    hasher.combine(columns)
    hasher.combine(means)
    hasher.combine(within)
  }
}

extension FillMissing {
  private enum CodingKeys: String, CodingKey {
    case rule, columns, means, within, classColumns, classIndices, lineage
  }

  /// Reads the transform; files of older programs have no lineage.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    rule = try values.decode(Rule.self, forKey: .rule)
    columns = try values.decodeIfPresent([String].self, forKey: .columns)
    means = try values.decodeIfPresent([Double].self, forKey: .means)
    within = try values.decodeIfPresent(Reach.self, forKey: .within) ?? .sequence
    classColumns = try values.decodeIfPresent([String].self, forKey: .classColumns) ?? []
    classIndices = try values.decodeIfPresent([Int].self, forKey: .classIndices) ?? []
    guard [0, classColumns.count].contains(classIndices.count) else {
      throw DecodingError.dataCorruptedError(
        forKey: .classIndices, in: values,
        debugDescription: "the classes to fill are not those of its columns")
    }
    remembered.value = try values.decodeIfPresent(Lineage.self, forKey: .lineage) ?? Lineage()
  }

  /// Writes the transform.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(rule, forKey: .rule)
    try values.encodeIfPresent(columns, forKey: .columns)
    try values.encodeIfPresent(means, forKey: .means)
    if within != .sequence { try values.encode(within, forKey: .within) }
    if !classColumns.isEmpty { try values.encode(classColumns, forKey: .classColumns) }
    if !classIndices.isEmpty { try values.encode(classIndices, forKey: .classIndices) }
    if !lineage.isEmpty { try values.encode(lineage, forKey: .lineage) }
  }
}

extension SequenceRecord {
  /// Gives a step the exact timestamp of another one, whose value it has.
  fileprivate mutating func copyTime(ofColumn column: Int, from step: Int, to other: Int) {
    guard let own = times?.columns[column], own.nanoseconds.count == stepCount else { return }
    times?.columns[column]?.nanoseconds[other] = own.nanoseconds[step]
  }

  /// Gives interpolated steps exact timestamps, and the values of these, if all others have exact ones.
  fileprivate mutating func interpolateTimes(ofColumn column: Int, at steps: [Int]) {
    guard var own = times?.columns[column], let exact = timestamps(ofColumn: column)?.times else { return }
    let known = exact.indices.filter { exact[$0] != nil }
    guard let first = known.first, let last = known.last, known.count + steps.count == stepCount else {
      return
    }
    var next = 0
    for step in steps {
      while next < known.count, known[next] < step { next += 1 }
      let (before, after) = (next > 0 ? known[next - 1] : first, next < known.count ? known[next] : last)
      let (start, end) = (own.nanoseconds[before], own.nanoseconds[after])
      own.nanoseconds[step] =
        after > before ? start + (end - start) * Int128(step - before) / Int128(after - before) : start
      values[step * columnCount + column] = own.value(of: own.nanoseconds[step])
    }
    times?.columns[column] = own
  }

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
