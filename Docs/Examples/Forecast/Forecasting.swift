import Timestep

/// What a network says about the months behind the training months.
struct Forecasting {
  /// The passengers of each month, said one month before, when all months up to then are known.
  var oneAhead: [Double] = []
  /// The passengers of each month, all said in the last training month: a forecast is built on the forecasts before it.
  var rolled: [Double] = []

  /// Steps a network through the months: its session remembers those before.
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
      // Here the known months end. A session is a value: this copy goes on from its own forecasts.
      var (dreaming, value, step) = (session, months[month], forecast)
      while rolled.count < months.count - passengers.trainingCount {
        value = passengers.passengers(after: value, step)
        rolled.append(value)
        step = try next(step, &dreaming)
      }
    }
  }
}
