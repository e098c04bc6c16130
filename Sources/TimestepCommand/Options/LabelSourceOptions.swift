import ArgumentParser
import Timestep

/// The flags for labels that are neither in label files with the layout of the features nor simply in a column.
struct LabelSourceOptions: ParsableArguments {
  @Option(help: .flag("labels-from")) var labelsFrom: PathLabelRule?

  @Option(help: .flag("label-table")) var labelTable: LabelTableArgument?

  @Option(help: .flag("label-intervals")) var labelIntervals: IntervalTableArgument?

  @Option(help: .flag("outside")) var outside: String?

  @Option(help: .flag("static")) var `static`: NameList?

  @Option(help: .flag("targets")) var targets: NameList?

  @Option(help: .flag("horizon")) var horizon: Int?

  @Option(help: .flag("lead")) var lead: Int?

  @Option(help: .flag("known-ahead")) var knownAhead: NameList?

  @Flag(help: .flag("label-once")) var labelOnce = false

  @Option(help: .flag("label-missing")) var labelMissing: [String] = []

  func validate() throws {
    if let horizon, horizon < 1 { throw ValidationError("--horizon \(horizon): at least 1 step is needed") }
    if let lead, !(0...1 << 40 ~= lead) {
      throw ValidationError("--lead \(lead): expected 0 to \(1 << 40) steps")
    }
    // An output layer cannot have more units than this.
    if let horizon, let count = targets?.names.count, horizon > (1 << 20) / count {
      throw ValidationError(
        "--horizon \(horizon): at most \((1 << 20) / count) steps of \(count == 1 ? "one target" : "\(count) targets") are possible"
      )
    }
  }

  /// True if the labels are found in another way than in label files or in every row: their texts are classes unless flags
  /// say otherwise.
  var isGiven: Bool { labelsFrom != nil || labelTable != nil || labelIntervals != nil || repeatsLabel }

  /// True if every row of a series repeats its label.
  var repeatsLabel: Bool { labelOnce && horizon == nil }

  /// The paths of the tables of labels.
  var paths: [String] { [labelTable?.path, labelIntervals?.path].compactMap { $0 } }

  /// The texts that mean a missing label; empty if labels may not be missing.
  var missingTexts: [String] { labelMissing.isEmpty ? [] : [""] + labelMissing }
}

/// Where the class of a series is in the path of its file: `folder`, or `name:REGEX`.
enum PathLabelRule: NotatedFlagValue {
  case folder
  case name(String)

  init(flag text: String) throws(ValidationError) {
    if text == "folder" {
      self = .folder
    } else if text.hasPrefix("name:"), text.count > 5 {
      self = .name(String(text.dropFirst(5)))
    } else {
      throw ValidationError(
        "expected folder, or name:REGEX with a group around the class, such as 'name:_c([0-9]+)_'"
          + suggestion(for: text, among: ["folder"]))
    }
  }
}

/// A file with columns that are named by their use: `FILE`, or `FILE:key=COLUMN,label=COLUMN`.
///
/// Text after the last colon belongs to the path unless it has an equals sign.
struct TableArgument {
  let path: String
  /// The columns by their use.
  let columns: [String: String]

  init(_ text: String, uses: [String]) throws(ValidationError) {
    var (path, columns) = (text, [String: String]())
    if let colon = text.lastIndex(of: ":"), text[colon...].contains("=") {
      path = String(text[..<colon])
      for part in text[text.index(after: colon)...].split(separator: ",", omittingEmptySubsequences: false) {
        let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard pair.count == 2, uses.contains(pair[0]), !pair[1].isEmpty else {
          throw ValidationError(
            "\"\(part)\" names no column: expected \(alternatives(uses.map { "\($0)=COLUMN" }))"
              + suggestion(for: pair.first ?? "", among: uses))
        }
        if columns.updateValue(pair[1], forKey: pair[0]) != nil {
          throw ValidationError("\(pair[0])= is given twice: expected one column")
        }
      }
    }
    if path.isEmpty { throw ValidationError("the path is empty: expected FILE before the columns") }
    (self.path, self.columns) = (path, columns)
  }
}

/// A table of labels: `FILE[:key=COLUMN,label=COLUMN,time=COLUMN]`.
struct LabelTableArgument: NotatedFlagValue {
  let path: String
  /// The column that names the series of a row.
  let key: String
  /// The column of labels; `nil`: the first one with another use.
  private let label: String?
  /// The column of times; `nil`: a label is that of a whole series.
  let time: String?

  init(flag text: String) throws(ValidationError) {
    let table = try TableArgument(text, uses: ["key", "label", "time"])
    (path, label, time) = (table.path, table.columns["label"], table.columns["time"])
    key = table.columns["key"] ?? "@0"
    if namesNoSeries, time != nil {
      throw ValidationError("key=\(key) and time= exclude each other: every series has one row then")
    }
  }

  /// True if the first row is that of the first series, and so on.
  var namesNoSeries: Bool { key == LabelTable.Columns.rowNumber }

  /// Returns the columns of keys and labels in a table.
  ///
  /// - Throws: `ValidationError` if the labels are in a column with another use.
  func columns(in table: LabelTable) throws -> LabelTable.Columns {
    let uses = [("key", namesNoSeries ? nil : key), ("time", time)]
    let used = try uses.compactMap { use, column in try column.map { (use, try table.position(of: $0)) } }
    guard let label else {
      let rest = table.columns.indices.first { place in !used.contains { $0.1 == place } }
      return LabelTable.Columns(key: key, label: "@\(rest ?? used.count)")
    }
    let place = try table.position(of: label)
    if let both = used.first(where: { $0.1 == place }) {
      throw ValidationError(
        "--label-table \(path): expected another column for label= than for \(both.0)=, found "
          + "\"\(escapedText(table.columns[place].utf8))\" for both")
    }
    return LabelTable.Columns(key: key, label: label)
  }
}

/// A table of intervals: `FILE[:key=COLUMN,start=COLUMN,end=COLUMN,label=COLUMN]`.
struct IntervalTableArgument: NotatedFlagValue {
  let path: String
  let columns: LabelTable.Columns
  /// The columns of beginnings and ends.
  let start, end: String

  init(flag text: String) throws(ValidationError) {
    let table = try TableArgument(text, uses: ["key", "start", "end", "label"])
    path = table.path
    columns = LabelTable.Columns(
      key: table.columns["key"] ?? "@0", label: table.columns["label"] ?? "@3")
    (start, end) = (table.columns["start"] ?? "@1", table.columns["end"] ?? "@2")
  }
}
