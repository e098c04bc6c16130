import Glibc
import Timestep

/// Control charts: a machine's measurements in normal operation, and with five kinds of faults.
struct ControlCharts {
  static let classNames = ["normal", "cyclic", "increasing", "decreasing", "upward shift", "downward shift"]
  static let steps = 60

  /// The series, each with the index of its class.
  var series: [(label: Int, values: [Double])]

  /// Returns the folder with `train` and `test`: `data` itself if it is a folder, otherwise `scratch`, to
  /// which the charts of the file `data`, or simulated charts, are written.
  static func folder(of data: String?, or scratch: String) throws -> String {
    if let data, try Directory.kind(of: data) == .directory { return data }
    let charts = try data.map { try read($0) } ?? drawn(100, ofEachClassBy: 1)
    try charts.write(to: scratch, seed: 1)
    return scratch
  }

  /// Simulates charts from published equations.
  ///
  /// They are those of R. J. Alcock and Y. Manolopoulos ("Time-Series Similarity Queries Employing a
  /// Feature-Based Approach", 1999): m = 30, s = 2, noise from (-3, 3) at every step, everything else once
  /// per series.
  static func drawn(_ count: Int, ofEachClassBy seed: UInt64) -> ControlCharts {
    var random = SplitMix64(seed: seed)
    func uniform(_ low: Double, _ high: Double) -> Double {
      low + (high - low) * Double(random.next() >> 11) * 0x1p-53
    }
    let all = classNames.indices.flatMap { label in
      (0..<count).map { _ in
        let (amplitude, period) = (uniform(10, 15), uniform(10, 15))
        let (gradient, shift) = (uniform(0.2, 0.5), uniform(7.5, 20))
        let begin = uniform(Double(steps) / 3, Double(steps) * 2 / 3)
        let values = (1...steps).map { step in
          let t = Double(step)
          let pattern =
            switch label {
            case 0: 0.0
            case 1: amplitude * sin(2 * .pi * t / period)
            case 2: gradient * t
            case 3: -gradient * t
            case 4: t < begin ? 0 : shift
            default: t < begin ? 0 : -shift
            }
          return 30 + 2 * uniform(-3, 3) + pattern
        }
        return (label, values)
      }
    }
    return ControlCharts(series: all)
  }

  /// Reads the file `synthetic_control.data` of the UCI repository: 600 lines of 60 numbers, a hundred of
  /// each class.
  ///
  /// - Throws: `FileError` naming the first invalid line.
  static func read(_ path: String) throws -> ControlCharts {
    let lines = try MappedFile(path).text().split(whereSeparator: \.isNewline)
    guard lines.count == 100 * classNames.count else {
      throw FileError(
        path: path, problem: "expected 600 lines, found \(lines.count); give the file of the UCI repository")
    }
    let series = try lines.enumerated().map { number, line in
      let fields = line.split(whereSeparator: \.isWhitespace)
      let values = fields.compactMap { Double($0) }
      guard values.count == steps, fields.count == steps else {
        throw FileError(
          path: "\(path):\(number + 1)",
          problem:
            "expected \(steps) numbers, found \(values.count) in \(fields.count) fields; download the file again"
        )
      }
      return (number / 100, values)
    }
    return ControlCharts(series: series)
  }

  /// Writes three quarters of the series, mixed, into `folder`/train, and the rest into `folder`/test: series
  /// i as `myInput_i.csv`, one value per line, and its class as `myLabels_i.csv`.
  func write(to folder: String, seed: UInt64) throws {
    let order = ExampleOrder.shuffled(seed: seed)
    let mixed = order.indices(series.indices, of: series.count, epoch: 0)
    let trainCount = series.count * 3 / 4
    for position in 0..<series.count {
      let (label, values) = series[mixed[position]]
      let part = position < trainCount ? "train" : "test"
      let number = position < trainCount ? position : position - trainCount
      try put(values.map { "\($0)\n" }.joined(), in: "\(folder)/\(part)", as: "myInput_\(number).csv")
      try put("\(label)\n", in: "\(folder)/\(part)", as: "myLabels_\(number).csv")
    }
  }

  private func put(_ text: String, in folder: String, as name: String) throws {
    try Directory.create(folder)
    let writer = try FileWriter("\(folder)/\(name)", sync: .wholeDirectory)
    try writer.write(text)
    try writer.commit()
  }
}
