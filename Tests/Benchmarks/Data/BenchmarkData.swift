import Glibc
import Timestep

/// The files that all sides read, made by `timestep-benchmarks generate --data DIR`: the same bytes every time.
///
/// - `directory/f_%d.csv`, `l_%d.csv`: 5,000 series of 50 to 150 rows and 20 columns, 18 KB on average, and their class.
/// - `small-10000/s_%d.csv`, `small-100000/s_%d.csv`: files of 1 KB, 5 columns and the class of each row.
/// - `grouped.csv`: 100,000 series of 40 to 66 rows in 1 GB, distinguished by the column `id`.
/// - `wide.csv`: 50,000 series, one per row: the class, and 200 values.
/// - `gigabyte/`: 56,000 names of the files in `directory`, with their labels.
struct BenchmarkData {
  /// The version of the data; data of another version is made again.
  static let version = 2
  static let columnCount = 20
  static let classCount = 10

  let path: String
  let fileCount: Int
  let smallCounts: [Int]
  let groupCount: Int
  let wideCount: Int
  let linkCount: Int
  /// The only data to make, such as "directory"; `nil`: all.
  let only: String?

  /// `--divisor 10` makes a tenth of everything, `--only directory` nothing but that.
  init(_ arguments: Arguments) throws(ArgumentError) {
    let divisor = try arguments.number("divisor", default: 1)
    path = try arguments.text("data")
    fileCount = 5_000 / divisor
    smallCounts = [10_000 / divisor, 100_000 / divisor]
    groupCount = 100_000 / divisor
    wideCount = 50_000 / divisor
    linkCount = 56_000 / divisor
    only = arguments.has("only") ? try arguments.text("only") : nil
    guard only == nil || only == "directory" else {
      throw ArgumentError(problem: "--only \(only ?? ""): it goes with \"directory\"")
    }
  }

  func write() throws {
    try makeDirectory(path)
    try makeDirectory("\(path)/directory")
    var text = CSVText()
    for file in 0..<fileCount {
      var random = SplitMix(seed: file)
      text.clear()
      for _ in 0..<random.number(in: 50...150) {
        text.appendNumbers(Self.columnCount, &random)
        text.append("\n")
      }
      try writeFile("\(path)/directory/f_\(file).csv", text)
      text.clear()
      text.append("\(random.number(in: 0...Self.classCount - 1))\n")
      try writeFile("\(path)/directory/l_\(file).csv", text)
    }
    if only != nil { return }
    for count in smallCounts { try writeSmallFiles(count, "\(path)/small-\(count)") }
    try writeGroupedFile("\(path)/grouped.csv")
    try writeWideFile("\(path)/wide.csv")
    try linkFiles("\(path)/gigabyte")
  }

  private func writeSmallFiles(_ count: Int, _ directory: String) throws {
    try makeDirectory(directory)
    var text = CSVText()
    for file in 0..<count {
      var random = SplitMix(seed: 1_000_000 + file)
      text.clear()
      for _ in 0..<random.number(in: 17...27) {
        text.appendNumbers(5, &random)
        text.append(",\(random.number(in: 0...Self.classCount - 1))\n")
      }
      try writeFile("\(directory)/s_\(file).csv", text)
    }
  }

  private func writeGroupedFile(_ path: String) throws {
    let names = (0..<Self.columnCount).map { ",c\($0)" }.joined()
    try writeFile(path, header: "id\(names),class\n", parts: groupCount) { group, text in
      var random = SplitMix(seed: 2_000_000 + group)
      for _ in 0..<random.number(in: 40...66) {
        text.append("s\(group),")
        text.appendNumbers(Self.columnCount, &random)
        text.append(",\(random.number(in: 0...Self.classCount - 1))\n")
      }
    }
  }

  private func writeWideFile(_ path: String) throws {
    try writeFile(path, header: "", parts: wideCount) { row, text in
      var random = SplitMix(seed: 3_000_000 + row)
      text.append("\(random.number(in: 0...Self.classCount - 1)),")
      text.appendNumbers(200, &random)
      text.append("\n")
    }
  }

  /// Writes a large file part by part.
  private func writeFile(
    _ path: String, header: String, parts: Int, _ append: (Int, inout CSVText) -> Void
  ) throws(ArgumentError) {
    guard let file = fopen(path, "w") else { throw ArgumentError(problem: "\(path) cannot be written") }
    var text = CSVText()
    text.append(header)
    for part in 0..<parts {
      append(part, &text)
      guard fwrite(text.bytes, 1, text.bytes.count, file) == text.bytes.count else {
        throw ArgumentError(problem: "\(path) cannot be written")
      }
      text.clear()
    }
    guard fclose(file) == 0 else { throw ArgumentError(problem: "\(path) cannot be written") }
  }

  /// Names for the same files: a gigabyte to read, without a gigabyte on disk.
  private func linkFiles(_ directory: String) throws {
    try makeDirectory(directory)
    for index in 0..<linkCount {
      for letter in ["f", "l"] {
        let (from, to) = (
          "\(path)/directory/\(letter)_\(index % fileCount).csv", "\(directory)/\(letter)_\(index).csv"
        )
        guard link(from, to) == 0 || errno == EEXIST else {
          throw ArgumentError(problem: "\(to) cannot be linked")
        }
      }
    }
  }

  private func makeDirectory(_ path: String) throws(ArgumentError) {
    guard mkdir(path, 0o755) == 0 || errno == EEXIST else {
      throw ArgumentError(problem: "\(path) cannot be made")
    }
  }

  private func writeFile(_ path: String, _ text: CSVText) throws(ArgumentError) {
    let file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    guard file >= 0, Glibc.write(file, text.bytes, text.bytes.count) == text.bytes.count, close(file) == 0
    else {
      throw ArgumentError(problem: "\(path) cannot be written")
    }
  }
}
