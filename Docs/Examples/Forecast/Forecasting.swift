import Timestep

/// A network's forecasts of the months after the training months.
struct Forecasting {
  /// The forecasts made in each month from the last one of the training: the passengers of all later months, each from the
  /// forecasts before it.
  var fromEachMonth: [[Double]] = []

  /// The passengers of each month, forecast one month ahead, with all earlier months known.
  var oneAhead: [Double] { fromEachMonth.map { $0[0] } }
  /// The passengers of each month, all forecast in the last training month.
  var rolled: [Double] { fromEachMonth[0] }

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
      // Here the known months end. A session is a value: this copy continues with its own forecasts.
      var (dreaming, value, step) = (session, months[month], forecast)
      var forecasts: [Double] = []
      while month + 1 + forecasts.count < months.count {
        value = passengers.passengers(after: value, step)
        forecasts.append(value)
        step = try next(step, &dreaming)
      }
      fromEachMonth.append(forecasts)
    }
  }

  /// Returns the forecasts of the next `horizon` months, made in each month that has as many after it.
  func forecasts(of horizon: Int) -> [Double] {
    fromEachMonth.filter { $0.count >= horizon }.flatMap { $0.prefix(horizon) }
  }
}
