import ArgumentParser
import Platform
import Timestep

/// Predictions for rows of standard input as they arrive, each of which continues the series of its key.
struct LivePredictions {
  /// What is known of a series so far.
  ///
  /// A copy is changed, and stored when a row is done: a faulty row changes nothing.
  private struct Series {
    var rows: CSVRowParser
    var transforms: RowTransforms?
    var state: MultiLayerNetwork.State
    /// The latest timestamp.
    var latest: Int128?
    /// The number of steps that were predicted.
    var stepCount = 0
  }

  /// The settings of the predictions.
  struct Settings {
    /// The columns whose texts are the key of a row; empty: all rows are of one series at a time.
    var keys: [String] = []
    /// The most series at a time.
    var limit = 10_000
    /// The number of steps that every series is continued to; `nil`: none is continued.
    var steps: Int?
    /// True if a faulty row ends the predictions.
    var stopsAtFault = false
  }

  private let settings: Settings
  private let writer: PredictionWriter
  private let delimiter: String
  private let longestGap: Int128
  private let labels: [String]
  private var session: NetworkSession
  /// A series that has not begun.
  private var fresh: Series
  private var series: [[String]: Series] = [:]
  /// The keys in the order in which their series began.
  private var order: [[String]] = []

  /// Makes predictions with a model.
  ///
  /// - Parameters:
  ///   - file: The model.
  ///   - path: Its file, for messages.
  ///   - rows: The parser of the rows, with their keys.
  ///   - transforms: The transforms of the model.
  ///   - delimiter: The text between the fields of a row of predictions.
  /// - Throws: `TensorFileError` if the model cannot predict row by row.
  init(
    _ file: ModelFile, path: String, rows: CSVRowParser, _ transforms: RowTransforms?, delimiter: String,
    _ settings: Settings
  ) throws {
    do {
      session = try file.network.session(rows: 1)
    } catch {
      throw TensorFileError(path: path, problem: "cannot predict row by row: \(error)")
    }
    (self.settings, self.delimiter) = (settings, delimiter)
    writer = PredictionWriter(file.contract, delimiter: delimiter)
    longestGap = file.contract?.longestGap.map { Int128($0) } ?? .max
    labels = file.contract?.labels.names ?? (0..<file.network.outputSize).map(String.init)
    fresh = Series(rows: rows, transforms: transforms, state: session.state)
  }

  /// The line that names the columns of the predictions.
  var header: String {
    (settings.keys + labels).map { $0.csvField(delimiter) }.joined(separator: delimiter) + "\n"
  }

  /// Reads the line that names the columns of the rows.
  mutating func readHeader(_ text: [UInt8], line: Int) throws(RecordError) {
    try fresh.rows.readHeader(text, line: line)
  }

  /// Predicts all rows of standard input.
  ///
  /// - Parameter firstLine: The number of lines that were read before.
  /// - Throws: `ExitCode` if a row was faulty; `FileError` if a stream cannot be read or written.
  mutating func predict(_ lines: inout LineReader, after firstLine: Int, output: consuming String) throws {
    var (line, isFaulty) = (firstLine, false)
    while true {
      // Finished output is written before waiting for more input.
      if !output.isEmpty, !lines.hasLine() {
        try StandardStream.output.writeResult(output)
        output = ""
      }
      guard let text = try lines.next() else { break }
      line += 1
      do {
        try predict(text, line: line, name: lines.name, &output)
      } catch {
        isFaulty = true
        let isAboutRow = error is NetworkError || error is TransformFault
        let problem = isAboutRow ? "\(lines.name):\(line): \(error)" : "\(error)"
        // Written first, so that both streams are in the order of the rows.
        try StandardStream.output.writeResult(output)
        output = ""
        StandardStream.error.write(problem + "\n")
        if settings.stopsAtFault { throw ExitCode.failure }
      }
    }
    do {
      try endAll(&output)
    } catch let error as NetworkError {
      try StandardStream.output.writeResult(output)
      StandardStream.error.write("\(lines.name):\(line): \(error)\n")
      throw ExitCode.failure
    }
    try StandardStream.output.writeResult(output)
    if isFaulty { throw ExitCode.failure }
  }

  /// Appends the predictions for one line to `output`: those of its row, and of series that end before it.
  private mutating func predict(_ text: [UInt8], line: Int, name: String, _ output: inout String) throws {
    guard let key = try fresh.rows.key(of: text, line: line) else { return try endAll(&output) }
    if series[key] == nil, series.count >= settings.limit {
      throw RecordError(
        .mismatch, path: name, line: line,
        "\(key.joined(separator: ", ")) would be one series more than can be kept: expected at most \(settings.limit) at a time, "
          + "found another one; allow more (\(Remedy.streams)), or end all of them with an empty line")
    }
    var own = series[key] ?? fresh
    guard let values = try own.rows.values(of: text, line: line) else { return }
    let time = own.rows.times?.first?.nanoseconds.first.flatMap { $0 == RowTimes.missing ? nil : $0 }
    let isAfterGap = time.map { $0 - (own.latest ?? $0) > longestGap } ?? false
    if isAfterGap { own.transforms?.begin() }
    var features: [Float]? = values
    if own.transforms != nil { features = try own.transforms?.features(of: values, times: own.rows.times) }
    if let features { try check(features, name, line) }
    if isAfterGap {
      try end(&own, key, &output)
      (own.state, own.stepCount) = (fresh.state, 0)
    }
    if let features {
      output += try row(after: features, of: &own, key)
      own.stepCount += 1
    }
    own.latest = time ?? own.latest
    if series.updateValue(own, forKey: key) == nil { order.append(key) }
  }

  /// Returns the predictions for a row, or for a step after the last one.
  private mutating func row(after features: [Float]?, of own: inout Series, _ key: [String]) throws -> String
  {
    session.restore(own.state)
    let text = try writer.row(after: features, &session)
    own.state = session.state
    return key.map { $0.csvField(delimiter) + delimiter }.joined() + text
  }

  /// Continues a series that ends to the number of steps that was requested.
  private mutating func end(_ own: inout Series, _ key: [String], _ output: inout String) throws {
    while let steps = settings.steps, own.stepCount > 0, own.stepCount < steps {
      output += try row(after: nil, of: &own, key)
      own.stepCount += 1
    }
  }

  /// Ends all series, in the order in which they began; the next row of a key begins a new one.
  private mutating func endAll(_ output: inout String) throws {
    let ended = order.compactMap { key in series[key].map { (key, $0) } }
    (series, order) = ([:], [])
    for (key, var own) in ended { try end(&own, key, &output) }
  }

  /// Checks that a row has all of its values; a text that the model's encoding ignores has no value.
  private func check(_ values: [Float], _ name: String, _ line: Int) throws {
    guard let column = values.firstIndex(where: { !$0.isFinite }) else { return }
    throw RecordError(
      .missingValue, path: name, line: line,
      "feature \(column + 1) is missing: expected a value, or a text that the model knows, found none; give one, or train "
        + "with a transform that fills missing values")
  }
}
