import Glibc
import Reports
import Timestep

// Next month's airline passengers, and those of the next four years: an LSTM learns steps from month to month, and is
// then stepped through the months, fed with the truth or with its own forecasts.
let words = CommandLine.arguments.dropFirst()
let isQuick = words.contains("--quick")
let output = words.drop { $0 != "--output" }.dropFirst().first ?? "/tmp/forecast"

func run() throws {
  let passengers = try Passengers(file: "Fixtures/airline/passengers.csv", trainingCount: 100)
  let months = passengers.months
  let truth = Array(months[100...])

  /// The root mean squared error of forecasts, in thousands of passengers.
  func error(_ forecast: some Sequence<Double>) throws -> Double {
    var evaluation = RegressionEvaluation(columns: ["passengers"])
    try evaluation.add(actual: truth, predicted: Array(forecast))
    return try evaluation.columns[0].rootMeanSquaredError
  }

  /// A number with one digit behind the point.
  func short(_ number: Double) -> String { "\((number * 10).rounded() / 10)" }

  print("44 months, RMSE in thousands of passengers")
  print(
    "one month ahead: as last month \(short(try error(months[99..<143]))), as a year ago \(short(try error(months[88..<132])))"
  )
  print("all at once: as the last known year \(short(try error((0..<44).map { months[88 + $0 % 12] })))")

  var errors: [Double] = []
  for seed: UInt64 in isQuick ? [1] : [1, 2, 3] {
    // Next-step training: at each of the last 24 months of a window of three years the label is the month that follows.
    var windows = SequenceDataSetIterator(try passengers.windows(of: 36, labelled: 24))
    var network = try MultiLayerNetwork(
      inputs: .recurrent(size: 1), seed: seed,
      updater: .adam(learningRate: .cosine(0.005, over: 200, unit: .epochs)),
      l2: 0.03
    ) {
      LSTM(32)
      RNNOutput(1, activation: .identity, loss: .meanSquaredError)
    }
    try TrainingLoop(epochs: 200).fit(&network, &windows)

    let forecasting = try Forecasting(network, passengers)
    errors.append(try error(forecasting.oneAhead))
    print(
      "seed \(seed): one month ahead \(short(try error(forecasting.oneAhead))), all at once \(short(try error(forecasting.rolled)))"
    )
    guard seed == 1 else { continue }

    try Directory.create(output)
    var chart = LineChart.forecast(
      "Airline passengers, 1954 to 1960", x: "month", y: "passengers, thousands", truth: months,
      forecast: forecasting.oneAhead, from: 101)
    chart.lines[0].points.removeFirst(60)  // the last years suffice to compare
    chart.lines[1].name = "forecast one month ahead"
    chart.lines.append(.init("forecast all at once", forecasting.rolled, from: 101))
    try chart.write(to: "\(output)/forecast.svg")
    print("picture in \(output)")
  }

  // A result that is worse than it must be is an error.
  let bound = 30.0
  if let worst = errors.max(), !(worst < bound) {
    StandardStream.error.write("an RMSE of \(short(worst)) one month ahead is not below \(short(bound))\n")
    exit(1)
  }
}

// A fault of the data is said in its own words; left alone at the top level, it would be a crash.
do { try run() } catch {
  StandardStream.error.write("\(error)\n")
  exit(1)
}
