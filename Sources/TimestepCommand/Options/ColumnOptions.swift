import ArgumentParser
import Timestep

/// The flags for the value columns of feature files, their names, and the encodings of texts.
struct ColumnOptions: ParsableArguments {
  @Option(help: .flag("keep-columns")) var keepColumns: NameList?

  @Option(help: .flag("drop-columns")) var dropColumns: NameList?

  @Option(help: .flag("rename")) var rename: [NamePair] = []

  @Option(help: .flag("category")) var category: [NamedList] = []

  @Option(help: .flag("unknown-category")) var unknownCategory: Vocabulary.Unknown?

  @Option(help: .flag("time")) var time: [TimeColumn] = []

  @Option(help: .flag("time-unit")) var timeUnit: TimestampEncoding.Unit?

  @Option(help: .flag("time-origin")) var timeOrigin: TimestampEncoding.Origin?

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
  func reader(
    knowing known: [String: ColumnEncoding], classNumbers: Set<String>,
    _ makeReader: (CSVColumns) throws -> any TextColumnReader
  ) throws -> any SequenceRecordReader {
    var columns = CSVColumns(
      keepColumns.map { .keep($0.names) } ?? dropColumns.map { .drop($0.names) } ?? .all)
    columns.classNumbers = classNumbers
    for pair in rename { columns.renamed[pair.name] = pair.newName }
    let oldNames = Dictionary(rename.map { ($0.newName, $0.name) }) { first, _ in first }
    for (name, encoding) in known { columns.encodings[oldNames[name] ?? name] = encoding }
    for column in time {
      columns.encodings[column.name] = .time(
        TimestampEncoding(column.format, from: timeOrigin ?? .sequence, unit: timeUnit ?? .seconds))
    }
    for column in offset { columns.encodings[column.name] = .offset(column.offset) }
    var unlisted: [String] = []
    for column in category {
      if let names = column.values {
        columns.encodings[column.name] = .category(Vocabulary(names, unknown: unknownCategory ?? .error))
      } else if columns.encodings[column.name] == nil {
        columns.encodings[column.name] = .category(Vocabulary([], unknown: .ignore))
        unlisted.append(column.name)
      }
    }
    let reader = try makeReader(columns)
    if unlisted.isEmpty { return reader }
    for name in unlisted {
      let texts = try reader.texts(ofColumn: name)
      columns.encodings[name] = .category(Vocabulary(texts, unknown: unknownCategory ?? .error))
    }
    return try makeReader(columns)
  }
}

/// Distinct names: `a,b,c`.
struct NameList: ExpressibleByArgument {
  let names: [String]

  init?(argument: String) {
    let names = argument.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    guard Set(names).count == names.count, !names.contains("") else { return nil }
    self.names = names
  }
}

/// A pair of names: `OLD=NEW`.
struct NamePair: ExpressibleByArgument {
  let name: String
  let newName: String

  init?(argument: String) {
    let parts = argument.split(separator: "=", maxSplits: 1).map(String.init)
    guard parts.count == 2 else { return nil }
    (name, newName) = (parts[0], parts[1])
  }
}

/// A name, with or without a list: `NAME`, or `NAME=A,B,C`.
struct NamedList: ExpressibleByArgument {
  let name: String
  let values: [String]?

  init?(argument: String) {
    let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(
      String.init)
    guard let name = parts.first, !name.isEmpty else { return nil }
    self.name = name
    guard parts.count == 2 else {
      values = nil
      return
    }
    guard let list = NameList(argument: parts[1]) else { return nil }
    values = list.names
  }
}

/// A timestamp column: `NAME`, or `NAME=FORMAT`.
struct TimeColumn: ExpressibleByArgument {
  let name: String
  let format: TimestampEncoding.Format

  init?(argument: String) {
    let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(
      String.init)
    guard let name = parts.first, !name.isEmpty else { return nil }
    self.name = name
    switch parts.count == 2 ? parts[1] : "iso8601" {
    case "iso8601": format = .iso8601
    case "unix": format = .unixSeconds
    case "unix-ms": format = .unixMilliseconds
    case let pattern where TimestampEncoding.Format.pattern(pattern).isReadable: format = .pattern(pattern)
    default: return nil
    }
  }
}

/// A column with an offset: `NAME=first` or `NAME=VALUE`.
struct OffsetColumn: ExpressibleByArgument {
  let name: String
  let offset: NumberOffset

  init?(argument: String) {
    guard let sign = argument.lastIndex(of: "="), sign != argument.startIndex else { return nil }
    name = String(argument[..<sign])
    let text = argument[argument.index(after: sign)...]
    if text == "first" {
      offset = .first
    } else {
      guard let value = Double(text), value.isFinite else { return nil }
      offset = .value(value)
    }
  }
}

extension Vocabulary.Unknown: ExpressibleByArgument {}
extension TimestampEncoding.Unit: ExpressibleByArgument {}
extension TimestampEncoding.Origin: ExpressibleByArgument {}
