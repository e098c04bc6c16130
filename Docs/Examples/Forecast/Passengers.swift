import Glibc
import Timestep

/// Airline passengers, in thousands per month, 1949 to 1960, with exponential growth and a growing season.
///
/// A network learns the changes of the logarithm from one month to the next: they have no trend, and a summer
/// in 1960 looks like one in 1949.
struct Passengers {
  /// The passengers of each month.
  let months: [Double]
  /// The number of training months; the later ones are forecast.
  let trainingCount: Int
  /// The mean and the deviation of the training months' steps.
  let mean, deviation: Double

  /// Splits a series into training months and months to forecast.
  init(_ months: [Double], trainingCount: Int) {
    (self.months, self.trainingCount) = (months, trainingCount)
    let steps = (1..<trainingCount).map { log(months[$0] / months[$0 - 1]) }
    let mean = steps.reduce(0, +) / Double(steps.count)
    self.mean = mean
    deviation = (steps.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(steps.count)).squareRoot()
  }

  /// Reads a file with a header, one column, and one row per month.
  init(file: String, trainingCount: Int) throws {
    let reader = try CSVSequenceRecordReader(
      CollectionInputSplit([SequenceLocation(path: file, key: "passengers")]), header: .present)
    var cursor = reader.makeCursor()
    var rows = SequenceRecord()
    try cursor.read(0, into: &rows)
    self.init(rows.values.map(Double.init), trainingCount: trainingCount)
  }

  /// Returns the change from one number of passengers to the next, normalized as the network sees it.
  func step(from before: Double, to after: Double) -> Float {
    Float((log(after / before) - mean) / deviation)
  }

  /// Returns the passengers one change after `before`.
  func passengers(after before: Double, _ step: Float) -> Double {
    before * exp(Double(step) * deviation + mean)
  }

  /// The changes that lead to month 1, month 2, and so on.
  var steps: [Float] { (1..<months.count).map { step(from: months[$0 - 1], to: months[$0]) } }

  /// Returns what forecasts of the next `horizon` months are compared with, month by month as `Forecasting.forecasts` has them:
  /// the true passengers, and those of the same month of the last year that is known.
  func compared(over horizon: Int) -> (truth: [Double], sameMonth: [Double]) {
    let starts = trainingCount...months.count - horizon
    return (
      starts.flatMap { months[$0..<$0 + horizon] },
      starts.flatMap { start in (0..<horizon).map { months[start - 12 + $0 % 12] } }
    )
  }

  /// Returns windows of the training months.
  ///
  /// Features are `length` steps. The last `labelled` of them have a label each: the step that follows. The
  /// unlabelled steps let the network remember the year.
  func windows(of length: Int, labelled: Int) throws -> SequenceBatches {
    let steps = Array(steps[..<(trainingCount - 1)])
    let starts = 0..<(steps.count - length)
    let features = starts.map { start in steps[start..<start + length].map { [$0] } }
    let labels = starts.map { start in
      steps[start + 1 + length - labelled..<start + 1 + length].map { [$0] }
    }
    return try SequenceBatches(
      features: CollectionSequenceRecordReader(features),
      labels: .reader(CollectionSequenceRecordReader(labels), .values), batchSize: starts.count,
      alignment: .end)
  }
}
