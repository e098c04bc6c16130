import Testing
import Timestep

@testable import Forecast

/// The arithmetic between passengers and what the network sees, and the two ways of forecasting.
struct PassengersTests {
  private let series: [Double] = (0..<60).map { (month: Int) -> Double in
    let rise = 3 * month + month * month % 7
    return 100 + Double(rise)
  }

  @Test func stepsLeadBack() {
    let passengers = Passengers(series, trainingCount: 40)
    var value = series[0]
    for (month, step) in passengers.steps.enumerated() {
      value = passengers.passengers(after: value, step)
      #expect(abs(value / series[month + 1] - 1) < 1e-5)
    }
    // Standardized with the training months only.
    let known = passengers.steps.prefix(39)
    let sum: Float = known.reduce(0, +)
    let squares: Float = known.map { $0 * $0 }.reduce(0, +)
    #expect(abs(sum / 39) < 1e-5)
    #expect(abs(squares / 39 - 1) < 1e-4)
    var other = series
    other[50] = 1000
    #expect(Passengers(other, trainingCount: 40).mean == passengers.mean)
  }

  /// The label of a step is the following step, and no window contains a month to be forecast.
  @Test func windowsContainTheNextStep() throws {
    let passengers = Passengers(series, trainingCount: 40)
    let steps = passengers.steps
    let batch = try passengers.windows(of: 12, labelled: 5).batch(epoch: 0, index: 0)
    let labels = try #require(batch.labels)
    #expect(batch.exampleCount == 39 - 12 && batch.stepCount == 12)
    #expect(batch.labelsMask == Mask(rows: batch.exampleCount, steps: 12) { _, step in step >= 7 })
    for window in 0..<batch.exampleCount {
      for step in 0..<12 {
        #expect(batch.features[window, 0, step] == steps[window + step])
        if step >= 7 { #expect(labels[window, 0, step] == steps[window + step + 1]) }
      }
    }
  }

  @Test func aSteppedNetworkPredictsTheSameAsOverTheWholeSeries() throws {
    let passengers = Passengers(series, trainingCount: 40)
    let network = try MultiLayerNetwork(
      inputs: .recurrent(size: 1), seed: 1, updater: .adam(learningRate: 0.01)
    ) {
      LSTM(4)
      RNNOutput(1, activation: .identity, loss: .meanSquaredError)
    }
    let forecasting = try Forecasting(network, passengers)
    #expect(forecasting.oneAhead.count == 20 && forecasting.rolled.count == 20)
    #expect(forecasting.oneAhead[0] == forecasting.rolled[0])
    // One ahead: the outputs of a single pass over the whole series.
    let whole = try network.output(
      DataSet(features: Tensor(shape: [1, 1, 58], elements: Array(passengers.steps.prefix(58)))))
    for month in 40..<60 {
      let expected = passengers.passengers(after: series[month - 1], whole[0, 0, month - 2])
      #expect(abs(forecasting.oneAhead[month - 40] / expected - 1) < 1e-5)
    }
    // Rolled: the same over a series whose end is the forecast itself.
    var steps = Array(passengers.steps.prefix(39))
    var value = series[39]
    for month in 40..<60 {
      let outputs = try network.output(
        DataSet(features: Tensor(shape: [1, 1, steps.count], elements: steps)))
      let step = outputs[0, 0, steps.count - 1]
      value = passengers.passengers(after: value, step)
      #expect(abs(forecasting.rolled[month - 40] / value - 1) < 1e-4)
      steps.append(step)
    }
  }
}
