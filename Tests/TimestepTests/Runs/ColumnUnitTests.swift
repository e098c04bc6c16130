import FoundationEssentials
import Glibc
import TestSupport
import Testing
import Timestep

/// The unit of the data has no influence on what a network learns from it.
struct ColumnUnitTests {
  /// Data scaled by a power of two gives the same network, the same accuracy and the same R^2.
  @Test(.startsProcesses, arguments: ["standardize", "minmax"], [true, false])
  func trainAndEvaluateAreIndependentOfTheScale(normalization: String, isRegression: Bool) throws {
    var figures: [Double] = []
    var models: [[NamedTensor]] = []
    var errors: [Double] = []
    for exponent in [-40, 0, 40] {
      let scratch = TestDirectory()
      let factor = Float(sign: .plus, exponent: exponent, significand: 1)
      for (name, count) in [("train", 40), ("test", 30)] {
        writeSeries(name, count, factor, isRegression, in: scratch)
      }
      let form = isRegression ? ["--regression"] : ["--classes", "3"]
      let headline = try results(
        [
          "train", "--features", "train_x_%d.csv", "--labels", "train_y_%d.csv", "--model", "m",
          "--normalize", normalization, "--hidden", "6", "--epochs", "25", "--learning-rate", "0.03",
          "--batch-size", "8", "--align", "start", "--test-features", "test_x_%d.csv", "--test-labels",
          "test_y_%d.csv",
        ] + form, in: scratch)
      let figure = try #require(Double(headline.dropLast().split(separator: " ").last ?? ""), "\(headline)")
      errors.append(figure / Double(factor))
      let json = try results(
        [
          "evaluate", "--model", "m", "--features", "test_x_%d.csv", "--labels", "test_y_%d.csv", "--json",
        ] + form, in: scratch)
      let report = try JSONDecoder().decode(Report.self, from: Data(json.utf8))
      figures.append(try #require(report.accuracy ?? report.r2?.first))
      let network = try ModelFile(scratch.path("m")).network
      models.append(network.parameterNames.map { NamedTensor($0, .floats(network[parameter: $0])) })
    }
    #expect(models[0] == models[1] && models[2] == models[1])
    if isRegression {
      // Five significant digits in any unit.
      #expect(errors.allSatisfy { ($0 / errors[1] - 1).magnitude < 1e-4 }, "\(errors)")
      #expect(figures[1] > 0.5 && figures.allSatisfy { ($0 - figures[1]).magnitude < 5e-4 }, "\(figures)")
    } else {
      #expect(figures[1] > 0.7 && figures == [figures[1], figures[1], figures[1]], "\(figures)")
    }
  }

  private struct Report: Decodable {
    var accuracy: Double?
    var r2: [Double]?
  }

  /// Writes series of two columns, whose label at every step is the mean of the first column so far, or its
  /// class.
  private func writeSeries(
    _ name: String, _ count: Int, _ factor: Float, _ isRegression: Bool, in scratch: TestDirectory
  ) {
    var random = SplitMix(state: name == "train" ? 1 : 2)
    for index in 0..<count {
      var (features, labels) = ("", "")
      var sum: Float = 0
      for step in 1...Int.random(in: 3...8, using: &random) {
        let value = Float.random(in: -1...1, using: &random)
        sum += value
        let mean = sum / Float(step)
        features += "\(value * factor),\(Float.random(in: 90...110, using: &random) * factor)\n"
        labels += isRegression ? "\((3 + mean) * factor)\n" : "\(mean < -0.2 ? 0 : mean < 0.2 ? 1 : 2)\n"
      }
      scratch.write(features, to: "\(name)_x_\(index).csv")
      scratch.write(labels, to: "\(name)_y_\(index).csv")
    }
  }

  /// Columns in units from 1e-30 to 1e30 have the same normalized values as columns in the unit 1.
  @Test(arguments: 0..<24)
  func normalizedValuesAreIndependentOfUnits(seed: UInt64) throws {
    var random = SplitMix(state: seed)
    let scratch = TestDirectory()
    let lengths = (0..<5).map { _ in Int.random(in: 1...9, using: &random) }
    // Three columns of features and two of labels; the first two trials have the extreme units everywhere.
    let extremes: [UInt64: Double] = [0: 1e-30, 1: 1e30]
    let units = (0..<5).map { _ in extremes[seed] ?? pow(10, Double.random(in: -30...30, using: &random)) }
    for (index, length) in lengths.enumerated() {
      var texts = ["x": "", "y": "", "ux": "", "uy": ""]
      for _ in 0..<length {
        let values = units.map { _ in Double.random(in: -3...5, using: &random) }
        func row(_ columns: Range<Int>, in units: [Double]) -> String {
          columns.map { "\(values[$0] * units[$0])" }.joined(separator: ",") + "\n"
        }
        let ones = [Double](repeating: 1, count: 5)
        texts["x", default: ""] += row(0..<3, in: ones)
        texts["y", default: ""] += row(3..<5, in: ones)
        texts["ux", default: ""] += row(0..<3, in: units)
        texts["uy", default: ""] += row(3..<5, in: units)
      }
      for (name, text) in texts { scratch.write(text, to: "\(name)_\(index).csv") }
    }
    func batches(_ features: String, _ labels: String) throws -> SequenceBatches {
      let features = try CSVSequenceRecordReader(NumberedFileInputSplit(scratch.path("\(features)_%d.csv")))
      let labels = try CSVSequenceRecordReader(NumberedFileInputSplit(scratch.path("\(labels)_%d.csv")))
      return try SequenceBatches(
        features: features, labels: .reader(labels, .values), batchSize: 2, alignment: .start)
    }
    let (plain, scaled) = (try batches("x", "y"), try batches("ux", "uy"))
    for make in [AffineNormalizer.standardize, AffineNormalizer.minMax]
      as [(ColumnStatistics) -> AffineNormalizer]
    {
      func normalized(_ batches: SequenceBatches) throws -> (
        batches: SequenceBatches, labels: AffineNormalizer
      ) {
        let (features, labels) = try ColumnStatistics.fit(batches)
        let normalizer = make(try #require(labels))
        return (batches.normalized(by: make(features), labels: normalizer), normalizer)
      }
      let (ours, others) = (try normalized(plain), try normalized(scaled))
      for index in 0..<3 {
        let (one, other) = (
          try ours.batches.batch(epoch: 0, index: index), try others.batches.batch(epoch: 0, index: index)
        )
        // A value is rounded once more in its unit, as are those of the statistics: 2^-24 of at most 5, over
        // the scale.
        expectClose(one.features, other.features, within: { _ in 2e-6 })
        let (labels, otherLabels) = (try #require(one.labels), try #require(other.labels))
        expectClose(labels, otherLabels, within: { _ in 2e-6 })
        let original = try #require(try scaled.batch(epoch: 0, index: index).labels)
        let back = others.labels.revert(otherLabels, mask: other.labelsMask)
        expectClose(original, back, within: { 5 * units[3 + $0] * 0x1p-22 })
      }
    }
  }

  /// Expects two tensors `[N, C, T]` to differ by at most `bound` of the column.
  private func expectClose(
    _ a: Tensor, _ b: Tensor, within bound: (_ column: Int) -> Double,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(a.shape == b.shape, sourceLocation: sourceLocation)
    for column in 0..<a.shape[1] {
      var largest = 0.0
      for row in 0..<a.shape[0] {
        for step in 0..<a.shape[2] {
          let difference = (Double(a[row, column, step]) - Double(b[row, column, step])).magnitude
          largest = max(largest, difference.isNaN ? .infinity : difference)
        }
      }
      #expect(largest <= bound(column), "column \(column)", sourceLocation: sourceLocation)
    }
  }
}
