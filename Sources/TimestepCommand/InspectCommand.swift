import ArgumentParser
import Timestep

/// `timestep inspect`: what is in the data, before anything is made of it.
struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Shows counts, lengths, columns, missing values, padding and the masks of a batch.")

  @OptionGroup(title: "Data") var data: DataOptions

  @Option(help: "The batch whose masks are drawn, from 0.")
  var step = 0

  func validate() throws {
    if data.features == nil {
      throw ValidationError("--features is missing; it says where the sequences lie")
    }
    if step < 0 { throw ValidationError("--step \(step): batches are numbered from 0") }
  }

  func run() throws {
    let output = StandardStream.output
    let features = try ReaderSurvey(try data.featureReader(missingValues: .nan))
    output.write(features.text(title: "features"))
    if let labels = try data.labelReader() { output.write(try ReaderSurvey(labels).text(title: "labels")) }
    let missing = features.columns.reduce(0) { $0 + $1.missingCount }
    guard missing == 0 else {
      output.write("batches: none can be made while values are missing\n")
      return
    }
    // Without a word about the labels they are looked at as they are.
    var data = data
    if data.hasLabels && data.classes == nil { data.regression = true }
    let dataSets = try data.dataSets()
    guard step < dataSets.stepCount else {
      throw ValidationError("--step \(step): there are \(dataSets.stepCount) batches, numbered from 0")
    }
    output.write(try BatchSurvey(dataSets).text)
    output.write(try maskDrawing(try dataSets.batch(epoch: 0, step: step), number: step))
  }
}

/// What reading all sequences of a reader shows.
struct ReaderSurvey {
  /// One column's values.
  struct Column {
    var name: String
    var statistics = ColumnStatistics(columns: 1)
    var missingCount = 0
  }

  private(set) var columns: [Column]
  private(set) var lengths: [Int] = []

  init(_ reader: CSVSequenceRecordReader) throws {
    columns = reader.columns.map { Column(name: $0) }
    var cursor = reader.makeCursor()
    var record = SequenceRecord()
    for index in 0..<reader.count {
      try cursor.read(index, into: &record)
      lengths.append(record.stepCount)
      for column in columns.indices {
        let values = (0..<record.stepCount).map { record.values[$0 * record.columnCount + column] }
        let tensor = Tensor(shape: [1, 1, values.count], elements: values)
        columns[column].statistics.add(tensor, mask: Mask(rows: 1, steps: values.count) { !values[$1].isNaN })
        columns[column].missingCount += values.count { $0.isNaN }
      }
    }
  }

  func text(title: String) -> String {
    let sorted = lengths.sorted()
    let total = lengths.reduce(0, +)
    var text = "\(title): \(lengths.count) sequences, \(columns.count) columns, \(total) steps\n"
    text += "  length: \(sorted.first ?? 0) to \(sorted.last ?? 0), median \(sorted[sorted.count / 2])\n"
    let rows = columns.map { column in
      let statistics = column.statistics
      let hasValues = statistics.count > 0
      let figures = [
        statistics.minimum[0], statistics.mean[0], statistics.maximum[0], statistics.standardDeviation[0],
      ]
      return [column.name] + figures.map { hasValues ? $0.fixed(4) : "-" } + ["\(column.missingCount)"]
    }
    let head = ["column", "least", "mean", "greatest", "deviation", "missing"]
    return text + TextTable(rows: [head] + rows).text.split(separator: "\n").map { "  \($0)\n" }.joined()
  }
}

/// What making all batches of a pass shows.
struct BatchSurvey {
  let text: String

  init(_ dataSets: SequenceDataSets) throws {
    var batches = SequenceDataSetIterator(dataSets)
    var cells = 0
    var features = 0
    var labels = 0
    var classes: [Int] = []
    while let batch = try batches.next() {
      cells += batch.exampleCount * batch.stepCount
      features += batch.featuresMask.count
      labels += batch.labelsMask.count
      guard let tensor = batch.labels, dataSets.contract.labels.encoding == .oneHot else { continue }
      if classes.isEmpty { classes = [Int](repeating: 0, count: tensor.shape[1]) }
      for row in 0..<batch.exampleCount {
        for step in 0..<batch.stepCount where batch.labelsMask[row, step] {
          for label in classes.indices where tensor[row, label, step] == 1 { classes[label] += 1 }
        }
      }
    }
    func percent(_ part: Int) -> String {
      "\((Double(part) / Double(max(1, cells)) * 1000).rounded() / 10) %"
    }
    var text =
      "batches: \(dataSets.stepCount) of up to \(dataSets.batchSize) examples, aligned \(dataSets.contract.alignment)\n"
    text += "  padding: \(percent(cells - features)) of the features' steps"
    if dataSets.contract.labels.encoding != .none { text += ", \(percent(cells - labels)) of the labels'" }
    text += "\n"
    if !classes.isEmpty {
      text +=
        "  labels by class: " + classes.enumerated().map { "\($0): \($1)" }.joined(separator: ", ") + "\n"
    }
    self.text = text
  }
}

/// The masks of a batch as text: `#` is present, `.` is padding.
func maskDrawing(_ batch: DataSet, number: Int) throws -> String {
  let widest = 100
  let most = 32
  func row(_ mask: Mask, _ example: Int) -> String {
    let steps = (0..<min(widest, batch.stepCount)).map { mask[example, $0] ? "#" : "." }.joined()
    return steps + (batch.stepCount > widest ? " (+\(batch.stepCount - widest) steps)" : "")
  }
  var text =
    "masks of batch \(number): \(batch.exampleCount) examples, \(batch.stepCount) steps (# present, . padding)\n"
  for example in 0..<min(most, batch.exampleCount) {
    let source = batch.metadata.isEmpty ? "" : "  \(batch.metadata[example].features.path)"
    text += "  features \(row(batch.featuresMask, example))\(source)\n"
    if batch.labels != nil { text += "  labels   \(row(batch.labelsMask, example))\n" }
  }
  if batch.exampleCount > most { text += "  ... and \(batch.exampleCount - most) more examples\n" }
  return text
}
