import ArgumentParser
import TestSupport
import Testing
import Timestep

@testable import SyntheticControl

/// The basis of the example's results: the equations, the original file, and disjoint parts.
struct ControlChartsTests {
  @Test func chartsFollowTheirEquations() {
    let charts = ControlCharts.drawn(50, ofEachClassBy: 3)
    #expect(charts.series.count == 300)
    for (label, values) in charts.series {
      #expect(values.count == 60)
      // 30, noise of 6 at most, and the class's pattern at its largest.
      let largest = [6, 21, 36, 6, 26, 6][label], smallest = [6, 21, 6, 36, 6, 26][label]
      #expect(values.allSatisfy { $0 >= 30 - Double(smallest) && $0 <= 30 + Double(largest) })
      let third = 20
      let (early, late) = (mean(values.prefix(third)), mean(values.suffix(third)))
      switch label {
      case 0, 1: #expect(abs(late - early) < 9)
      // There are 40 steps of 0.2 to 0.5 between the middles of the first and the last third.
      case 2: #expect(late - early > 8 - 4 && late - early < 20 + 4)
      case 3: #expect(early - late > 8 - 4 && early - late < 20 + 4)
      case 4: #expect(late - early > 7.5 - 4 && late - early < 20 + 4)
      default: #expect(early - late > 7.5 - 4 && early - late < 20 + 4)
      }
    }
    #expect(charts.series.map(\.values) == ControlCharts.drawn(50, ofEachClassBy: 3).series.map(\.values))
    #expect(charts.series.map(\.values) != ControlCharts.drawn(50, ofEachClassBy: 4).series.map(\.values))
  }

  private func mean(_ values: some Collection<Double>) -> Double {
    values.reduce(0, +) / Double(values.count)
  }

  /// Every chart is in one part, once, with its own label.
  @Test func writtenChartsAreReadAgain() throws {
    let directory = TestDirectory()
    let charts = ControlCharts.drawn(20, ofEachClassBy: 1)
    try charts.write(to: directory.path, seed: 5)
    var found: [(Int, [Float])] = []
    for (part, count) in [("train", 90), ("test", 30)] {
      let sets = try SequenceBatches(
        features: try CSVSequenceRecordReader(
          NumberedFileInputSplit("\(directory.path)/\(part)/myInput_%d.csv")),
        labels: .reader(
          try CSVSequenceRecordReader(NumberedFileInputSplit("\(directory.path)/\(part)/myLabels_%d.csv")),
          .oneHot(names: ControlCharts.classNames)), batchSize: 200, alignment: .end)
      #expect(sets.exampleCount == count)
      let batch = try sets.batch(epoch: 0, index: 0)
      let labels = try #require(batch.labels)
      // Mixed: the first ten are not all of one class.
      #expect(Set((0..<10).map { row in (0..<6).first { labels[row, $0, 59] == 1 } }).count > 1)
      for row in 0..<count {
        let label = (0..<6).first { labels[row, $0, 59] == 1 } ?? -1
        found.append((label, (0..<60).map { batch.features[row, 0, $0] }))
      }
    }
    let key = { (label: Int, values: [Float]) in "\(label) \(values)" }
    #expect(
      found.map(key).sorted() == charts.series.map { key($0.label, $0.values.map(Float.init)) }.sorted())
  }

  @Test func theFileOfTheRepositoryIsRead() throws {
    let directory = TestDirectory()
    let lines = (0..<600).map { line in (0..<60).map { "\(line).\($0) " }.joined() }
    let charts = try ControlCharts.read(directory.write(lines.joined(separator: "\r\n") + "\n", to: "a.data"))
    #expect(charts.series.map(\.label) == (0..<600).map { $0 / 100 })
    #expect(charts.series[599].values[59] == 599.59)
    var short = lines
    short[41] = "1 2 x"
    let path = directory.write(short.joined(separator: "\n"), to: "b.data")
    #expect(
      message(in: directory) { _ = try ControlCharts.read(path) }
        == "DIR/b.data:42: expected 60 numbers, found 2 in 3 fields; download the file again")
    let few = directory.write("1 2\n", to: "c.data")
    #expect(
      message(in: directory) { _ = try ControlCharts.read(few) }
        == "DIR/c.data: expected 600 lines, found 1; give the file of the UCI repository")
  }

  @Test func options() throws {
    let options = try Options.parse(["--quick", "--data", "d", "--output", "o"])
    #expect(options.quick && options.data == "d" && options.output == "o")
    #expect(try Options.parse([]).data == nil && !Options.parse([]).quick)
    #expect { try Options.parse(["--quik"]) } throws: {
      Options.message(for: $0) == "Unknown option '--quik'. Did you mean '--quick'?"
    }
  }
}
