import ArgumentParser
import Platform
import TensorFiles
import Timestep

/// A table of predictions that is written row by row.
protocol PredictionFile {
  /// Appends a row.
  mutating func append(_ row: PredictionRow) throws

  /// Completes the table.
  mutating func finish() throws
}

/// The forms of tables of predictions.
enum PredictionFormat: String, CaseIterable {
  case csv, jsonl, npz

  /// The form that the extension of a path names.
  ///
  /// - Throws: `ValidationError` about another extension.
  init(ofFile path: String, flag: String) throws {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    let ending = name.split(separator: ".").dropFirst().last.map { $0.lowercased() }
    guard let format = ending.flatMap(PredictionFormat.init) else {
      throw ValidationError(
        "\(flag) \(shellQuoted(path)): expected a name that ends in \(alternatives(Self.allCases.map { ".\($0.rawValue)" })), "
          + "found \(ending.map { ".\($0)" } ?? "no extension"); the ending says how predictions are written")
    }
    self = format
  }

  /// Returns a file of this form.
  ///
  /// - Throws: `FileError` if it cannot be created.
  func file(_ path: String, _ columns: PredictionColumns) throws -> any PredictionFile {
    switch self {
    case .csv: PredictionLines(try TextOutput(path), columns, as: .csv)
    case .jsonl: PredictionLines(try TextOutput(path), columns, as: .json)
    case .npz: PredictionArrays(path, columns)
    }
  }

  /// Returns a table in CSV on standard output.
  static func standardOutput(_ columns: PredictionColumns) -> any PredictionFile {
    PredictionLines(StandardTextOutput(), columns, as: .csv)
  }
}

/// A destination of text.
protocol TextDestination {
  mutating func write(_ text: String) throws
  mutating func finish() throws
}

/// Standard output, to which text is written as it comes.
private struct StandardTextOutput: TextDestination {
  mutating func write(_ text: String) throws { try StandardStream.output.writeResult(text) }
  mutating func finish() {}
}

/// A file, which appears when it is complete.
private struct TextOutput: TextDestination {
  private let file: FileWriter

  init(_ path: String) throws { file = try FileWriter(path) }

  mutating func write(_ text: String) throws { try file.write(text) }
  mutating func finish() throws { try file.commit() }
}

/// A table with one row in a line: CSV with a header, or JSON objects.
private struct PredictionLines: PredictionFile {
  enum Notation { case csv, json }

  private var destination: any TextDestination
  private let columns: PredictionColumns
  private let notation: Notation
  /// The names of the columns as the notation writes them before a value; of CSV, none.
  private let labels: [String]
  private let classes: [String]
  private var text = ""

  init(_ destination: any TextDestination, _ columns: PredictionColumns, as notation: Notation) {
    (self.destination, self.columns, self.notation) = (destination, columns, notation)
    labels = notation == .json ? columns.names.map { "\(jsonString($0)):" } : []
    classes = columns.labels.names.map { notation == .json ? jsonString($0) : $0.csvField() }
    if notation == .csv { text = columns.names.map { $0.csvField() }.joined(separator: ",") + "\n" }
  }

  mutating func append(_ row: PredictionRow) throws {
    let isJSON = notation == .json
    func quoted(_ text: String) -> String { isJSON ? jsonString(text) : text.csvField() }
    let none = isJSON ? "null" : ""
    var values = [quoted(row.key)]
    if !columns.isPerSeries { values.append("\(row.step)") }
    if columns.time != nil { values.append(row.time.map(quoted) ?? none) }
    if columns.hasClass {
      values.append(classes[PredictionRow.largest(row.outputs)])
      if columns.hasTruth { values.append(classes[PredictionRow.largest(row.truth)]) }
    }
    for (index, value) in row.outputs.enumerated() {
      values.append(columns.text(value, index))
      if !columns.truths.isEmpty { values.append(columns.text(row.truth[index], index)) }
    }
    if columns.hasLoss { values.append(row.loss.map { "\($0)" } ?? none) }
    text +=
      isJSON
      ? "{" + zip(labels, values).map { $0 + $1 }.joined(separator: ",") + "}\n"
      : values.joined(separator: ",") + "\n"
    if text.utf8.count > 1 << 16 { try flush() }
  }

  private mutating func flush() throws {
    try destination.write(text)
    text.removeAll(keepingCapacity: true)
  }

  mutating func finish() throws {
    try flush()
    try destination.finish()
  }
}

/// A table as arrays of numpy, which are written when all rows are known.
private struct PredictionArrays: PredictionFile {
  private let path: String
  private let columns: PredictionColumns
  private var keys: [String] = []
  private var steps: [Int64] = []
  private var times: [String] = []
  private var outputs: [Float] = []
  private var truths: [Float] = []
  private var losses: [Double] = []

  init(_ path: String, _ columns: PredictionColumns) { (self.path, self.columns) = (path, columns) }

  mutating func append(_ row: PredictionRow) {
    keys.append(row.key)
    if !columns.isPerSeries { steps.append(Int64(row.step)) }
    if columns.time != nil { times.append(row.time ?? "") }
    outputs += row.outputs
    if columns.hasTruth { truths += row.truth }
    if columns.hasLoss { losses.append(row.loss ?? .nan) }
  }

  func finish() throws {
    let writer = try NpzWriter(path)
    let (rows, width) = (keys.count, columns.labels.names.count)
    try writer.append("key", texts: keys)
    if !columns.isPerSeries {
      try writer.append(NamedTensor("step", .integers(shape: [rows], elements: steps)))
    }
    if columns.time != nil { try writer.append("time", texts: times) }
    func values(_ values: [Float]) -> TensorValue {
      guard !columns.offsets.isEmpty else {
        return .floats(Tensor(shape: [rows, width], elements: values))
      }
      return .doubles(
        shape: [rows, width],
        elements: values.enumerated().map { Double($1) + columns.offsets[$0 % width] })
    }
    func classes(_ values: [Float]) -> TensorValue {
      .integers(
        shape: [rows],
        elements: (0..<rows).map { row in
          Int64(PredictionRow.largest(Array(values[row * width..<(row + 1) * width])))
        })
    }
    if columns.hasClass { try writer.append(NamedTensor("prediction", classes(outputs))) }
    try writer.append(NamedTensor("outputs", values(outputs)))
    if columns.hasTruth {
      try writer.append(NamedTensor("truth", columns.hasClass ? classes(truths) : values(truths)))
    }
    if columns.hasLoss {
      try writer.append(NamedTensor("loss", .doubles(shape: [rows], elements: losses)))
    }
    try writer.append("names", texts: columns.labels.names)
    try writer.commit()
  }
}

/// A table whose rows are written in the order of their losses, the largest first.
struct WorstFirst: PredictionFile {
  private var base: any PredictionFile
  private var rows: [PredictionRow] = []

  /// Makes a table that is kept in memory until it is complete.
  init(_ base: any PredictionFile) { self.base = base }

  mutating func append(_ row: PredictionRow) { rows.append(row) }

  mutating func finish() throws {
    // Rows of equal loss stay in the order of the data.
    let order = rows.indices.sorted {
      let (one, other) = (rows[$0].loss ?? -.infinity, rows[$1].loss ?? -.infinity)
      return one == other ? $0 < $1 : one > other
    }
    for index in order { try base.append(rows[index]) }
    try base.finish()
  }
}
