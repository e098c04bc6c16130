import TestSupport
import Timestep

/// A folder of data in a random layout and dialect, with the arrays that it stands for.
struct GeneratedFolder {
  /// How the series, and their labels, lie in files.
  enum Layout: String, CaseIterable {
    case numberedPairs, pairsInFolders, classFolders, classInName, labelTable, groups, scatteredGroups,
      rowSeries
    case labelColumnOnce, labelColumn, unlabelled
  }

  /// A series.
  struct Series {
    /// The path of its file, relative to the folder.
    var path: String
    /// The features, row by row.
    var rows: [[String]]
    /// The labels: one, or one of each row; empty without labels.
    var labels: [String]
  }

  let layout: Layout
  let delimiter: String
  let decimal: Character
  let encoding: String
  let hasHeader: Bool
  let isCompressed: Bool
  /// "numbers", "classes" (numbers from 0), "categories" (other numbers) or "texts".
  let labelKind: String
  /// The name of the column with a letter that is not ASCII.
  private let columnNames: [String]
  private(set) var series: [Series] = []
  /// The texts of files by their paths in the folder.
  private(set) var texts: [String: String] = [:]

  /// The choices in words.
  var description: String {
    "\(layout)\(isCompressed ? " gz" : "") delimiter \(delimiter.debugDescription) decimal \(decimal) \(encoding) header \(hasHeader) labels \(labelKind)"
  }

  /// The sorted classes; empty if labels are numbers to predict.
  var classes: [String] {
    if labelKind == "numbers" { return [] }
    let found = Set(series.flatMap(\.labels))
    guard labelKind != "texts" else { return found.sorted() }
    let numbers = found.compactMap { Int($0) }.sorted()
    if labelKind == "classes", let last = numbers.last { return (0...last).map(String.init) }
    return numbers.map(String.init)
  }

  /// Makes a folder.
  init(seed: UInt64) {
    var random = SplitMix(state: seed &* 7919 &+ 1)
    func choice<Value>(_ values: [Value]) -> Value { values[Int(random.next(below: UInt64(values.count)))] }
    layout = Layout.allCases[Int(seed % UInt64(Layout.allCases.count))]
    delimiter = choice([",", ";", "\t", " "])
    decimal = delimiter == "," ? "." : choice([".", ","])
    encoding = choice(["utf-8", "utf-8", "utf-8-bom", "utf-16", "latin1"])
    isCompressed = random.next(below: 5) == 0
    let wantsHeader = layout == .scatteredGroups || layout == .labelColumnOnce && random.next(below: 2) == 0
    hasHeader = layout != .rowSeries && (wantsHeader || random.next(below: 2) == 0 || encoding == "latin1")
    let isNamed = [.classFolders, .classInName].contains(layout)
    let kinds = isNamed ? ["texts"] : ["texts", "classes", "categories", "numbers"]
    labelKind = layout == .rowSeries ? choice(["classes", "categories"]) : choice(kinds)
    let columnCount = layout == .rowSeries ? 24 + Int(random.next(below: 9)) : 2 + Int(random.next(below: 3))
    columnNames = ["Höhe", "speed", "temp x", "b"]
    let seriesCount = 8 + Int(random.next(below: 5))
    let names = choice([["walk", "run", "sit"], ["up", "down"]])
    func number() -> String {
      let digits = Int(random.next(below: 4)) + 1
      let whole = Int(random.next(below: 900)) - 400
      let decimals = (0..<digits).map { _ in "\(random.next(below: 10))" }.joined()
      return "\(whole).\(decimals)"
    }
    func label(_ index: Int) -> String {
      switch labelKind {
      case "texts": return names[index % names.count]
      case "classes": return "\(index % names.count)"
      case "categories": return "\(index % names.count + 1)"
      default: return number()
      }
    }
    for index in 0..<seriesCount {
      let length = layout == .rowSeries ? 1 : 2 + Int(random.next(below: 5))
      let rows = (0..<length).map { _ in (0..<columnCount).map { _ in number() } }
      let isPerRow = layout == .labelColumn || layout == .numberedPairs && seed % 2 == 0
      let labels = layout == .unlabelled ? [] : (0..<(isPerRow ? length : 1)).map { label(index + $0) }
      series.append(Series(path: "", rows: rows, labels: labels))
    }
    write(names)
  }

  /// Returns a cell in the dialect of the folder.
  private func cell(_ text: String) -> String { decimal == "," ? text.replacing(".", with: ",") : text }

  private func line(_ cells: [String]) -> String {
    cells.map { $0.contains(" ") && delimiter == " " ? "\"\($0)\"" : $0 }.joined(separator: delimiter) + "\n"
  }

  private func header(_ more: [String] = [], first: [String] = []) -> String {
    let count = series[0].rows[0].count
    let names = (0..<count).map { $0 < columnNames.count ? columnNames[$0] : "c\($0)" }
    return hasHeader ? line(first + names + more) : ""
  }

  private mutating func write(_ names: [String]) {
    func rows(_ series: Series) -> String { series.rows.map { line($0.map(cell)) }.joined() }
    func labels(_ series: Series) -> String {
      (hasHeader ? "label\n" : "") + series.labels.map { "\(cell($0))\n" }.joined()
    }
    var table = line(["file", "label"])
    var all = ""
    for index in series.indices {
      switch layout {
      case .numberedPairs:
        series[index].path = "f_\(index).csv"
        texts["l_\(index).csv"] = labels(series[index])
      case .pairsInFolders:
        series[index].path = "features/rec\(index * 3).csv"
        texts["labels/rec\(index * 3).csv"] = labels(series[index])
      case .classFolders: series[index].path = "\(series[index].labels[0])/s\(index).csv"
      case .classInName: series[index].path = "p\(index % 2)_\(series[index].labels[0])_\(index).csv"
      case .labelTable:
        series[index].path = "d/rec\(index * 2).csv"
        table += line(["rec\(index * 2)\(isCompressed ? "" : ".csv")", cell(series[index].labels[0])])
      case .groups, .scatteredGroups, .rowSeries: series[index].path = "all.csv"
      case .labelColumnOnce, .labelColumn, .unlabelled: series[index].path = "x\(index).csv"
      }
      let own = series[index]
      switch layout {
      case .numberedPairs, .pairsInFolders, .classFolders, .classInName, .labelTable, .unlabelled:
        texts[own.path] = header() + rows(own)
      case .labelColumnOnce, .labelColumn:
        let isOnce = layout == .labelColumnOnce
        texts[own.path] =
          header(["label"])
          + own.rows.enumerated().map { line($1.map(cell) + [cell(own.labels[isOnce ? 0 : $0])]) }.joined()
      case .groups:
        all += own.rows.map { line(["\(index + 1)"] + $0.map(cell) + [cell(own.labels[0])]) }.joined()
      case .scatteredGroups: break
      case .rowSeries: all += line([own.labels[0]] + own.rows[0].map(cell))
      }
    }
    switch layout {
    case .labelTable: texts["answers.csv"] = table
    case .groups: texts["all.csv"] = header(["label"], first: ["id"]) + all
    case .rowSeries: texts["all.csv"] = all
    case .scatteredGroups:
      // Row by row of all series, as a table sorted by time has them.
      let longest = series.map(\.rows.count).max() ?? 0
      for step in 0..<longest {
        for (index, own) in series.enumerated() where step < own.rows.count {
          all += line(["k\(index)"] + own.rows[step].map(cell) + [cell(own.labels[0])])
        }
      }
      texts["all.csv"] = header(["label"], first: ["id"]) + all
    default: break
    }
  }

  /// Writes the files into a folder of a directory.
  func write(into scratch: TestDirectory, as folder: String) {
    scratch.makeDirectory(folder)
    for (path, text) in texts {
      if let slash = path.lastIndex(of: "/") { scratch.makeDirectory("\(folder)/\(path[..<slash])") }
      let bytes: [UInt8]
      switch encoding {
      case "utf-8-bom": bytes = [0xEF, 0xBB, 0xBF] + Array(text.utf8)
      case "utf-16": bytes = [0xFF, 0xFE] + text.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
      case "latin1": bytes = text.unicodeScalars.map { UInt8($0.value & 0xFF) }
      default: bytes = Array(text.utf8)
      }
      scratch.write(
        isCompressed ? gzipped(bytes) : bytes, to: "\(folder)/\(path)\(isCompressed ? ".gz" : "")")
    }
  }

  /// Describes the first difference between saved batches and the arrays; `nil` if they are equal bit for bit.
  ///
  /// - Parameter folder: The path of the folder, as commands named it.
  func difference(from saved: SavedDataSets, in folder: String) throws -> String? {
    var expected = Dictionary(grouping: series) { "\(folder)/\($0.path)\(isCompressed ? ".gz" : "")" }
    var count = 0
    for index in 0..<saved.batchCount {
      let batch = try saved.batch(epoch: 0, index: index)
      for row in 0..<batch.exampleCount {
        let path = batch.metadata[row].features.path
        guard let own = expected[path]?.first else { return "there is no series in \(path)" }
        expected[path]?.removeFirst()
        count += 1
        if let difference = difference(of: own, from: batch, row) { return "\(path): \(difference)" }
      }
    }
    return count == series.count ? nil : "\(count) series instead of \(series.count)"
  }

  private func difference(of own: Series, from batch: DataSet, _ row: Int) -> String? {
    // Of a row that is a series, the cells are steps.
    let steps = layout == .rowSeries ? own.rows[0].map { [$0] } : own.rows
    let shape = batch.features.shape
    guard shape[1] == steps[0].count else { return "\(shape[1]) columns instead of \(steps[0].count)" }
    let first = (0..<batch.stepCount).first { batch.featuresMask[row, $0] } ?? 0
    guard batch.featuresMask.lengths[row] == steps.count else {
      return "\(batch.featuresMask.lengths[row]) steps instead of \(steps.count)"
    }
    for (step, cells) in steps.enumerated() {
      for (column, text) in cells.enumerated() {
        let found = batch.features[row, column, first + step]
        if found.bitPattern != Float(text)?.bitPattern {
          return "step \(step), column \(column): \(found) instead of \(text)"
        }
      }
    }
    guard !own.labels.isEmpty else { return batch.labels == nil ? nil : "labels, where there are none" }
    guard let labels = batch.labels else { return "no labels" }
    for step in 0..<batch.stepCount {
      let place = own.labels.count == 1 ? step == first + steps.count - 1 ? 0 : nil : step - first
      let text = place.flatMap { own.labels.indices.contains($0) ? own.labels[$0] : nil }
      guard batch.labelsMask[row, step] == (text != nil) else { return "the labels mask at step \(step)" }
      guard let text else { continue }
      let values = (0..<labels.shape[1]).map { labels[row, $0, step] }
      let wanted: [Float] = classes.isEmpty ? [Float(text) ?? .nan] : classes.map { $0 == text ? 1 : 0 }
      if values != wanted { return "the label at step \(step): \(values) instead of \(wanted) (\(text))" }
    }
    return nil
  }
}
