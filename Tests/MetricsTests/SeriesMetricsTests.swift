import DataSets
import Metrics
import Tensors
import TestSupport
import Testing

/// The bootstrap over series, against a naive version of it.
@Suite struct SeriesMetricsTests {
  /// A series: its key, and the class and the prediction of each step.
  private typealias Series = (key: String, pairs: [(actual: Int, predicted: Int)])

  private func series(_ count: Int, seed: UInt64) -> [Series] {
    var random = SplitMix(state: seed)
    return (0..<count).map { index in
      let steps = 1 + Int(random.next(below: 4))
      return (
        "s\((index * 7) % count)",
        (0..<steps).map { _ in
          let actual = Int(random.next(below: 3))
          return (actual, random.next(below: 3) == 0 ? (actual + 1) % 3 : actual)
        }
      )
    }
  }

  /// Adds series in batches of a size, padded to the longest.
  private func metrics(_ series: [Series], batchSize: Int) throws -> SeriesMetrics<Evaluation> {
    var result = SeriesMetrics(Evaluation(classCount: 3))
    for start in stride(from: 0, to: series.count, by: batchSize) {
      let batch = series[start..<min(start + batchSize, series.count)]
      let steps = batch.map(\.pairs.count).max() ?? 0
      var labels = Tensor(shape: [batch.count, 3, steps], order: .c)
      var outputs = Tensor(shape: [batch.count, 3, steps], order: .timeMajor)
      for (row, own) in batch.enumerated() {
        for (step, pair) in own.pairs.enumerated() {
          labels[row, pair.actual, step] = 1
          outputs[row, pair.predicted, step] = 1
        }
      }
      let mask = Mask(rows: batch.count, steps: steps) { row, step in
        step < batch[batch.startIndex + row].pairs.count
      }
      try result.add(labels: labels, predictions: outputs, mask: mask, series: batch.map(\.key))
    }
    return result
  }

  /// The interval of the accuracy, in ten lines.
  private func naive(_ series: [Series], _ level: Double, resamples: Int, seed: UInt64) -> (Double, Double) {
    let sorted = series.sorted { $0.key < $1.key }
    var seeds = SplitMix64(seed: seed)
    let figures = (0..<resamples).map { _ -> Double in
      var draws = SplitMix64(seed: seeds.next())
      let drawn = sorted.flatMap { _ in
        sorted[Int(draws.next().multipliedFullWidth(by: UInt64(sorted.count)).high)].pairs
      }
      return Double(drawn.count { $0.actual == $0.predicted }) / Double(drawn.count)
    }.sorted()
    func quantile(_ share: Double) -> Double {
      let position = share * Double(figures.count - 1)
      let (low, high) = (figures[Int(position)], figures[min(Int(position) + 1, figures.count - 1)])
      return low + (position - position.rounded(.down)) * (high - low)
    }
    return (quantile((1 - level / 100) / 2), quantile(1 - (1 - level / 100) / 2))
  }

  @Test(arguments: [2, 3, 10, 41], [50.0, 95, 99]) func intervalsAreThoseOfDrawnSeries(
    count: Int, level: Double
  ) throws {
    let series = series(count, seed: UInt64(count))
    for (resamples, seed) in [(1, 0), (20, 1), (333, 7)] as [(Int, UInt64)] {
      let expected = naive(series, level, resamples: resamples, seed: seed)
      for batchSize in [1, 3, count] {
        let intervals = try metrics(series, batchSize: batchSize).intervals(
          level, resamples: resamples, seed: seed
        ) { [try? $0.accuracy, nil] }
        let found = try #require(intervals[0])
        #expect(found.lower == expected.0 && found.upper == expected.1)
        #expect(found.undefinedCount == 0 && intervals[1] == nil)
      }
    }
  }

  /// Neither the order of the data nor how windows are spread over batches changes an interval.
  @Test func orderAndWindowsDoNotMatter() throws {
    let series = series(12, seed: 3)
    let windows = series.flatMap { own in own.pairs.map { (key: own.key, pairs: [$0]) } }
    let expected = try metrics(series, batchSize: 5).intervals(90) { [try? $0.f1, try? $0.recall] }
    #expect(
      try metrics(series.reversed(), batchSize: 12).intervals(90) { [try? $0.f1, try? $0.recall] } == expected
    )
    let cut = try metrics(windows.reversed(), batchSize: 4)
    #expect(cut.seriesCount == 12)
    #expect(try cut.intervals(90) { [try? $0.f1, try? $0.recall] } == expected)
    var whole = Evaluation(classCount: 3)
    whole.add(
      actual: series.flatMap { $0.pairs.map(\.actual) },
      predicted: series.flatMap { $0.pairs.map(\.predicted) })
    #expect(cut.total.confusion == whole.confusion)
  }

  /// A figure that some resamples do not define is that of the others.
  @Test func undefinedFiguresAreLeftOutAndCounted() throws {
    let figures: [Double?] = [3, nil, 1, 2, nil]
    let interval = try #require(ConfidenceInterval(50, of: figures))
    #expect(interval.lower == 1.5 && interval.upper == 2.5 && interval.undefinedCount == 2)
    #expect(ConfidenceInterval(95, of: [nil, nil]) == nil)
    // numpy.percentile([0, 1, 2, 10], [2.5, 97.5])
    let numbers = try #require(ConfidenceInterval(95, of: [10, 0, 2, 1]))
    #expect(abs(numbers.lower - 0.075) < 1e-12 && abs(numbers.upper - 9.4) < 1e-12)
    #expect(try SeriesMetrics(Evaluation(classCount: 2)).intervals(95) { [try? $0.accuracy] } == [nil])
  }

  /// A fault names the example in its batch.
  @Test func faultsNameTheirExample() throws {
    var metrics = SeriesMetrics(Evaluation(classCount: 2))
    let labels = Tensor(shape: [2, 2, 1], elements: [1, 0, 0, 1])
    let outputs = Tensor(shape: [2, 2, 1], elements: [1, 0, .nan, 1])
    let error = #expect(throws: EvaluationError.self) {
      try metrics.add(labels: labels, predictions: outputs, mask: .full(2, 1), series: ["a", "b"])
    }
    #expect(error?.example == 1 && error?.kind == .prediction)
  }
}
