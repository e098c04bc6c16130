import Timestep

/// A network's forecasts of the months after the training months.
struct Forecasting {
  /// The passengers of each month, forecast one month ahead, with all earlier months known.
  var oneAhead: [Double] = []
  /// The passengers of each month, all forecast in the last training month, each from the forecasts before
  /// it.
  var rolled: [Double] = []

  /// Runs a network through the months; its session holds the state.
  init(_ network: MultiLayerNetwork, _ passengers: Passengers) throws {
    let (months, steps) = (passengers.months, passengers.steps)
    var session = try network.session(rows: 1)
    func next(_ step: Float, _ session: inout NetworkSession) throws -> Float {
      try session.step(Tensor(shape: [1, 1], elements: [step]))[0, 0]
    }
    for month in 1..<months.count - 1 {
      let forecast = try next(steps[month - 1], &session)
      guard month + 1 >= passengers.trainingCount else { continue }
      oneAhead.append(passengers.passengers(after: months[month], forecast))
      guard rolled.isEmpty else { continue }
      // Here the known months end. A session is a value: this copy continues with its own forecasts.
      var (dreaming, value, step) = (session, months[month], forecast)
      while rolled.count < months.count - passengers.trainingCount {
        value = passengers.passengers(after: value, step)
        rolled.append(value)
        step = try next(step, &dreaming)
      }
    }
  }
}
