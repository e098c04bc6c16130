import ArgumentParser
import Reports
import Timestep

/// Forecasts of airline passengers, one month ahead and four years ahead.
///
/// An LSTM learns the changes from month to month, and then runs through the months, with the true values or
/// its own forecasts as inputs.
@main struct Forecast: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "Forecast",
    abstract: "Forecasts airline passengers, one month ahead and four years ahead.",
    discussion: "Run it from the top of the repository.")

  @Flag(help: "One seed instead of three.")
  var quick = false

  @Option(help: "The folder for the chart; created if missing.")
  var output = "/tmp/forecast"

  func run() throws {
    try Directory.create(output)
    let passengers = try Passengers(file: "Fixtures/airline/passengers.csv", trainingCount: 100)
    let months = passengers.months
    let truth = Array(months[100...])

    /// Returns the root mean squared error of forecasts, in thousands of passengers.
    func error(_ forecast: some Sequence<Double>) throws -> Double {
      var evaluation = RegressionEvaluation(columns: ["passengers"])
      try evaluation.add(actual: truth, predicted: Array(forecast))
      return try evaluation.columns[0].rootMeanSquaredError
    }

    print("44 months, RMSE in thousands of passengers")
    let (lastMonth, lastYear) = (try error(months[99..<143]).fixed(1), try error(months[88..<132]).fixed(1))
    print("one month ahead: same as last month \(lastMonth), same as a year ago \(lastYear)")
    let knownYear = try error((0..<44).map { months[88 + $0 % 12] }).fixed(1)
    print("all at once: same as the last known year \(knownYear)")

    var errors: [Double] = []
    for seed: UInt64 in quick ? [1] : [1, 2, 3] {
      let forecasting = try Forecasting(Self.trained(on: passengers, seed: seed), passengers)
      errors.append(try error(forecasting.oneAhead))
      let (oneAhead, rolled) = (
        try error(forecasting.oneAhead).fixed(1), try error(forecasting.rolled).fixed(1)
      )
      print("seed \(seed): one month ahead \(oneAhead), all at once \(rolled)")
      if seed == 1 { try draw(forecasting, months) }
    }

    // A result below the bound is an error.
    let bound = 30.0
    if let worst = errors.max(), !(worst < bound) {
      StandardStream.error.write(
        "an RMSE of \(worst.fixed(1)) one month ahead is not below \(bound.fixed(1))\n")
      throw ExitCode.failure
    }
  }

  /// Returns a network trained to predict the next step.
  ///
  /// At each of the last 24 months of a three-year window, the label is the following month.
  private static func trained(on passengers: Passengers, seed: UInt64) throws -> MultiLayerNetwork {
    let windows = try passengers.windows(of: 36, labelled: 24)
    var network = try MultiLayerNetwork(
      for: windows.contract, seed: seed,
      updater: .adam(learningRate: .cosine(0.005, over: 200, unit: .epochs)), l2: 0.03
    ) {
      LSTM(32)
    }
    try TrainingLoop(epochs: 200).fit(&network, windows)
    return network
  }

  private func draw(_ forecasting: Forecasting, _ months: [Double]) throws {
    var chart = LineChart.forecast(
      "Airline passengers, 1954 to 1960", x: "month", y: "passengers, thousands", truth: months,
      forecast: forecasting.oneAhead, from: 101)
    chart.lines[0].points.removeFirst(60)  // the last years are enough for a comparison
    chart.lines[1].name = "forecast one month ahead"
    chart.lines.append(.init("forecast all at once", forecasting.rolled, from: 101))
    try chart.write(to: "\(output)/forecast.svg")
    print("picture in \(output)")
  }
}
