import ArgumentParser
import Platform
import Timestep

/// The flags for the value columns of feature files, their names, and the encodings of texts.
struct ColumnOptions: ParsableArguments {
  @Option(help: .flag("keep-columns")) var keepColumns: NameList?

  @Option(help: .flag("drop-columns")) var dropColumns: NameList?

  @Flag(help: .flag("columns-by-name")) var columnsByName = false

  @Option(help: .flag("rename")) var rename: [NamePair] = []

  @Option(help: .flag("category")) var category: [NamedList] = []

  @Option(help: .flag("unknown-category")) var unknownCategory: Vocabulary.Unknown?

  @Option(help: .flag("time")) var time: [TimeColumn] = []

  @Option(help: .flag("time-unit")) var timeUnit: TimestampEncoding.Unit?

  @Option(help: .flag("time-origin")) var timeOrigin: TimestampEncoding.Origin?

  @Flag(help: .flag("sort-by-time")) var sortByTime = false

  @Option(help: .flag("offset")) var offset: [OffsetColumn] = []

  func validate() throws {
    for (flag, names) in [
      ("--rename", rename.map(\.name)),
      ("--category, --time or --offset", category.map(\.name) + time.map(\.name) + offset.map(\.name)),
    ] {
      let twice = names.first { name in names.filter { $0 == name }.count > 1 }
      if let twice { throw ValidationError("\(flag): column \"\(twice)\" is named twice") }
    }
  }

  /// Returns the reader that `makeReader` makes for the columns that the flags describe.
  ///
  /// - Parameters:
  ///   - known: Encodings by the columns' new names, for columns without such flags.
  ///   - classNumbers: The columns of class numbers.
  ///   - labels: The columns of labels.
  ///   - classes: The column of labels whose texts are collected as classes, in natural order; `nil`: none.
  ///   - missingLabels: The texts of labels that are missing; empty if they may not be.
  ///   - training: Returns the sequences that unlisted categories are collected from.
  ///   - used: The categories to collect, by the columns' new names; `nil`: all texts of these sequences.
  func reader(
    knowing known: [String: ColumnEncoding], classNumbers: CSVColumns.Selection, labels: [String],
    classes: String? = nil, missingLabels: [String] = [],
    collectingFrom training: (any SequenceRecordReader) throws -> [Int],
    keeping used: [String: Set<String>]? = nil,
    _ makeReader: (CSVColumns) throws -> any TextColumnReader
  ) throws -> any SequenceRecordReader {
    var columns = CSVColumns(
      keepColumns.map { .keep($0.names) } ?? dropColumns.map { .drop($0.names) } ?? .all)
    columns.byName = columnsByName
    columns.classNumbers = classNumbers
    columns.labels = labels
    if !missingLabels.isEmpty { (columns.optional, columns.missingLabels) = (.keep(labels), missingLabels) }
    for pair in rename { columns.renamed[pair.name] = pair.newName }
    let oldNames = Dictionary(rename.map { ($0.newName, $0.name) }) { first, _ in first }
    for (name, encoding) in known { columns.encodings[oldNames[name] ?? name] = encoding }
    for column in time {
      columns.encodings[column.name] = .time(
        TimestampEncoding(column.format, from: timeOrigin ?? .sequence, unit: timeUnit ?? .seconds))
    }
    columns.sortsByTime = sortByTime
    for column in offset { columns.encodings[column.name] = .offset(column.offset) }
    var unlisted: [String] = []
    for column in category {
      if let names = column.values {
        columns.encodings[column.name] = .category(Vocabulary(names, unknown: unknownCategory ?? .error))
      } else if case .category(let known) = columns.encodings[oldNames[column.name] ?? column.name] {
        guard let unknownCategory else { continue }
        columns.encodings[oldNames[column.name] ?? column.name] = .category(
          Vocabulary(known.names, unknown: unknownCategory))
      } else if columns.encodings[column.name] == nil {
        columns.encodings[column.name] = .category(Vocabulary([], unknown: .ignore))
        unlisted.append(column.name)
      }
    }
    if let classes, columns.encodings[classes] == nil {
      columns.encodings[classes] = .category(Vocabulary([], unknown: .ignore))
      unlisted.append(classes)
    }
    let reader = try makeReader(columns)
    if unlisted.isEmpty { return reader }
    let sequences = try training(reader)
    columns.hasCategoriesOfAPart = sequences.count < reader.count
    for name in unlisted {
      var texts = try reader.texts(ofColumn: name, in: sequences)
      if let used = used?[reader.schema.name(of: name)], !texts.allSatisfy(used.contains) {
        columns.hasCategoriesOfAPart = true
        texts = texts.filter(used.contains)
      }
      columns.encodings[name] = .category(
        name == classes
          ? try Vocabulary(naming: texts.map { LabelText($0, path: reader.firstPath) })
          : Vocabulary(texts, unknown: unknownCategory ?? .error))
    }
    return try makeReader(columns)
  }
}

extension ColumnOptions {
  /// Returns the name that a column has after it was read.
  ///
  /// - Parameters:
  ///   - reference: Its name in the files, or its position.
  ///   - names: The names of the columns of the files, renamed.
  private func newName(of reference: String, among names: [String]) -> String {
    if let pair = rename.first(where: { $0.name == reference }) { return pair.newName }
    let position = try? ColumnReference(reference).position(among: names)
    return position.map { names[$0] } ?? reference
  }

  /// Says which categories were collected from the data, in the order of their class indices.
  func noteCollectedCategories(in contract: DataContract) {
    let names = contract.source?.fileColumns ?? contract.source?.columns ?? contract.columns
    for column in category where column.values == nil {
      let name = newName(of: column.name, among: names)
      guard case .category(let vocabulary)? = contract.encodings?[name] else { continue }
      let count = pluralized(vocabulary.names.count, "category", "categories")
      StandardStream.error.write("column \"\(escapedText(name.utf8))\": \(vocabulary.collected(count))\n")
    }
  }
}

/// Distinct names: `a,b,c`.
struct NameList: NotatedFlagValue {
  let names: [String]

  init(_ names: [String]) { self.names = names }

  init(flag text: String) throws(ValidationError) {
    names = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    if names.contains("") { throw ValidationError("a name is empty: expected names, such as a,b,c") }
    var known: Set<String> = []
    if let twice = names.first(where: { !known.insert($0).inserted }) {
      throw ValidationError("\"\(twice)\" is named twice")
    }
  }
}

extension NameList: CustomStringConvertible {
  var description: String { names.joined(separator: ",") }
}

/// A pair of names: `OLD=NEW`.
struct NamePair: NotatedFlagValue {
  private(set) var name: String
  let newName: String

  /// Returns the same for a column that is called otherwise in a file.
  func named(_ name: String) -> NamePair {
    var result = self
    result.name = name
    return result
  }

  init(flag text: String) throws(ValidationError) {
    let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
    guard parts.count == 2 else { throw ValidationError("expected OLD=NEW, such as 0=time") }
    (name, newName) = (parts[0], parts[1])
  }
}

/// A name, with or without a list: `NAME`, or `NAME=A,B,C`.
struct NamedList: NotatedFlagValue {
  private(set) var name: String
  let values: [String]?

  /// Makes a list for a column.
  init(name: String, values: [String]?) { (self.name, self.values) = (name, values) }

  /// Returns the same for a column that is called otherwise in a file.
  func named(_ name: String) -> NamedList {
    var result = self
    result.name = name
    return result
  }

  init(flag text: String) throws(ValidationError) {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(
      String.init)
    guard let name = parts.first, !name.isEmpty else {
      throw ValidationError("expected NAME or NAME=A,B,C, the column's name first")
    }
    self.name = name
    guard parts.count == 2 else {
      values = nil
      return
    }
    values = try NameList(flag: parts[1]).names
  }
}

/// A timestamp column: `NAME`, or `NAME=FORMAT`.
struct TimeColumn: NotatedFlagValue {
  private(set) var name: String
  let format: TimestampEncoding.Format

  /// Returns the same for a column that is called otherwise in a file.
  func named(_ name: String) -> TimeColumn {
    var result = self
    result.name = name
    return result
  }

  init(flag text: String) throws(ValidationError) {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(
      String.init)
    guard let name = parts.first, !name.isEmpty else {
      throw ValidationError("expected NAME or NAME=FORMAT, the column's name first")
    }
    self.name = name
    switch parts.count == 2 ? parts[1] : "iso8601" {
    case "iso8601": format = .iso8601
    case "unix": format = .unixSeconds
    case "unix-ms": format = .unixMilliseconds
    case let pattern where TimestampEncoding.Format.pattern(pattern).isReadable: format = .pattern(pattern)
    default:
      throw ValidationError(
        "expected the format iso8601, unix, unix-ms, or a pattern with a conversion of strptime such as %Y and none of "
          + "%s, %Z, %G, %g, %V and %f")
    }
  }
}

/// A column with an offset: `NAME=first` or `NAME=VALUE`.
struct OffsetColumn: NotatedFlagValue {
  private(set) var name: String
  let offset: NumberOffset

  /// Returns the same for a column that is called otherwise in a file.
  func named(_ name: String) -> OffsetColumn {
    var result = self
    result.name = name
    return result
  }

  init(flag text: String) throws(ValidationError) {
    let reason = "expected COLUMN=first or COLUMN=VALUE, such as t=1700000000"
    guard let sign = text.lastIndex(of: "="), sign != text.startIndex else { throw ValidationError(reason) }
    name = String(text[..<sign])
    let value = text[text.index(after: sign)...]
    if value == "first" {
      offset = .first
    } else {
      guard let number = Double(value), number.isFinite else { throw ValidationError(reason) }
      let precise = PreciseNumber(Array(value.utf8))
      offset = precise?.isExactInDouble == false ? .exact(String(value)) : .value(number)
    }
  }
}

extension Vocabulary.Unknown: FlagValue {}
extension TimestampEncoding.Unit: FlagValue {}
extension TimestampEncoding.Origin: FlagValue {}
