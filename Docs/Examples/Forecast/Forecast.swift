import ArgumentParser
import Reports
import Timestep

/// Forecasts of airline passengers, from one month to four years ahead.
///
/// An LSTM learns the changes from month to month, and then runs through the months, with the true values or
/// its own forecasts as inputs.
@main struct Forecast: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "Forecast",
    abstract: "Forecasts airline passengers, from one month to four years ahead.",
    discussion: "Run it from the top of the repository.")

  @Flag(help: "One seed instead of three.")
  var quick = false

  @Option(help: "The folder for the chart; created if missing.")
  var output = "/tmp/forecast"

  func run() throws {
    try Directory.create(output)
    let passengers = try Passengers(file: "Fixtures/airline/passengers.csv", trainingCount: 100)
    let months = passengers.months
    print("44 months, RMSE in thousands of passengers")
    let lastMonth = try error(of: months[99..<143], months[100...])
    let sameMonth = try Self.horizons.map { horizon in
      let compared = passengers.compared(over: horizon)
      return try error(of: compared.sameMonth, compared.truth)
    }
    print("same as last month, one month ahead: \(lastMonth.fixed(1))")
    print("same as the last known year, \(Self.words(sameMonth))")

    for seed: UInt64 in quick ? [1] : [1, 2, 3] {
      let forecasting = try Forecasting(Self.trained(on: passengers, seed: seed), passengers)
      let errors = try Self.horizons.map { horizon in
        try error(of: forecasting.forecasts(of: horizon), passengers.compared(over: horizon).truth)
      }
      print("seed \(seed), \(Self.words(errors))")
      if seed == 1 { try draw(forecasting, months) }
      // A result that is not clearly better than the same month a year before is an error, and so is one beyond the bound.
      let bound = 30.0
      if !(errors[0] < bound) {
        StandardStream.error.write(
          "an RMSE of \(errors[0].fixed(1)) one month ahead is not below \(bound.fixed(1))\n")
        throw ExitCode.failure
      }
      for ((own, naive), horizon) in zip(zip(errors, sameMonth), Self.horizons) where !(own < 0.85 * naive) {
        StandardStream.error.write(
          "an RMSE of \(own.fixed(1)) over \(horizon) months is not 15 % below \(naive.fixed(1))\n")
        throw ExitCode.failure
      }
    }
  }

  /// The months that are forecast at a time: the next one, one and two years, and all that are left.
  private static let horizons = [1, 12, 24, 44]

  private static func words(_ errors: [Double]) -> String {
    zip(horizons, errors).map { "\($0) ahead: \($1.fixed(1))" }.joined(separator: ", ")
  }

  /// Returns the root mean squared error of forecasts, in thousands of passengers.
  private func error(of forecasts: some Sequence<Double>, _ truth: some Sequence<Double>) throws -> Double {
    var evaluation = RegressionEvaluation(columns: ["passengers"])
    try evaluation.add(actual: Array(truth), predicted: Array(forecasts))
    return try evaluation.columns[0].rootMeanSquaredError
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
