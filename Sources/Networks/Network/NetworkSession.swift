import Tensors

/// Step-by-step prediction for several streams at once, with their state.
///
/// ```swift
/// var session = try network.session(rows: 1)
/// let prediction = try session.step(Tensor(shape: [1, 3], elements: [0.1, 0.2, 0.3]))   // [1, outputs]
/// ```
/// It is a value of its own: any number of sessions, on any threads, share one network, with the parameters
/// that it had when the session was made. However a series is cut into calls, the results are those of one
/// `output` of the whole series, to 1e-5.
public struct NetworkSession: Sendable {
  /// The state of the recurrent layers; it can be kept, and passed to `restore`, any number of times.
  public private(set) var state: MultiLayerNetwork.State
  private let network: MultiLayerNetwork
  private var share: BatchShare
  /// The layers' passes for calls with that number of steps.
  private var passes: (steps: Int, passes: [LayerPass])
  /// The computation of single steps of one row; `nil` if there are more rows, or layers without such a
  /// computation.
  private var stepper: NetworkStepper?

  /// Makes a session in which all rows begin a series.
  ///
  /// - Throws: `NetworkError` if a layer needs whole series.
  init(_ network: MultiLayerNetwork, state: MultiLayerNetwork.State) throws(NetworkError) {
    try network.checkPieces()
    self.network = network
    self.state = state
    let share = network.shares.take()
    passes = (1, share.passes(StepFlags(continuing: state.rows, steps: 1), network.parameters))
    self.share = share
    stepper = state.rows == 1 ? NetworkStepper(network) : nil
  }

  /// The number of rows, N.
  public var rows: Int { state.rows }

  /// The number of input columns.
  public var inputSize: Int { network.configuration.inputs.size }

  /// Returns the outputs for the next step of every row, or for the next T steps.
  ///
  /// - Parameter input: `[N, inputs]`, or `[N, inputs, T]`.
  /// - Returns: `[N, outputs]`, or `[N, outputs, T]`.
  /// - Throws: `NetworkError` if the input has another N or other columns, contains values that are not finite,
  ///   or requires products of matrices while OpenBLAS, which computes them on some machines, cannot be loaded;
  ///   the state is then unchanged.
  public mutating func step(_ input: Tensor) throws(NetworkError) -> Tensor {
    if let output = stepper?.step(input, &state) { return output }
    let series = try network.series(input, rows: rows)
    // All rows are one share, so that one product is computed at a time.
    try network.reserveBuffers(rows: 1)
    if passes.steps != series.steps {
      let flags = StepFlags(continuing: rows, steps: series.steps)
      passes = (series.steps, share.passes(flags, network.parameters))
    }
    share.take(series)
    share.forward(passes.passes, states: &state.layers)
    return network.outputTensor(share.activations[network.parameters.count], rank: input.rank)
  }

  /// Returns the name of the first layer whose outputs were not finite in the last call, such as `layer 1 (lstm)`; `nil`
  /// if all were.
  package var layerNotFinite: String? {
    let count = network.parameters.count
    let layer: Int?
    if let stepper {
      layer = stepper.firstLayerNotFinite
    } else {
      layer = (0..<count).first { !share.activations[$0 + 1].isFinite }
    }
    return layer.map { network.configuration.name(of: $0) }
  }

  /// Continues from a stored state: a `session.state` of this network from any time, with any number of rows.
  public mutating func restore(_ state: MultiLayerNetwork.State) {
    precondition(network.suits(state), "a state of layers other than those of the session's network")
    if state.rows != self.state.rows { passes = (0, []) }
    self.state = state
  }

  /// Clears the state of all rows: each begins a new series.
  public mutating func clear() { state = network.zeroState(rows: rows) }

  /// Clears the state of one row, whose stream has ended: it begins a new series, the others continue.
  public mutating func clear(row: Int) { state.clear(row: row) }
}

extension MultiLayerNetwork {
  /// Makes a session of `rows` streams, all of which begin a series.
  ///
  /// - Throws: `NetworkError` if a layer needs whole series.
  public func session(rows: Int) throws(NetworkError) -> NetworkSession {
    precondition(rows > 0, "a session of \(rows) rows; at least 1 is needed")
    return try NetworkSession(self, state: zeroState(rows: rows))
  }

  /// Returns the state before the first step of `rows` series.
  func zeroState(rows: Int) -> State {
    State(
      rows: rows,
      layers: configuration.layers.map { entry in
        (entry.layer as? any RecurrentLayer).map { layer in
          let zeros = [Float](repeating: 0, count: rows * layer.size)
          return RecurrentState(rows: rows, h: zeros, c: layer.hasCellMemory ? zeros : [])
        }
      })
  }

  /// Returns true if a state matches this network's layers.
  func suits(_ state: State) -> Bool {
    state.layers.count == configuration.layers.count
      && zip(state.layers, configuration.layers).allSatisfy { memory, entry in
        guard let layer = entry.layer as? any RecurrentLayer else { return memory == nil }
        guard let memory else { return false }
        let count = state.rows * layer.size
        return memory.h.count == count && memory.c.count == (layer.hasCellMemory ? count : 0)
      }
  }

  /// Converts the input of a step to the form that layers take.
  func series(_ input: Tensor, rows: Int) throws(NetworkError) -> StepValues {
    precondition(
      input.rank == 2 || input.rank == 3,
      "a step is [N, inputs] or [N, inputs, T], not \(input.shape)")
    guard input.shape[0] == rows else {
      throw NetworkError(
        "a step of \(input.shape[0]) rows, but the state has \(rows); clear the state first, or give one row for each of "
          + "the streams that it belongs to")
    }
    let size = configuration.inputs.size
    guard input.shape[1] == size else {
      throw NetworkError(
        "a step of \(input.shape[1]) columns, but the network expects \(size); give it the columns that it was made for"
      )
    }
    var series = StepValues()
    series.reshape(steps: input.rank == 2 ? 1 : input.shape[2], rows: rows, size: size)
    precondition(series.steps > 0, "a call of no time steps, \(input.shape); there is at least one")
    let strides = input.strides + [0]
    let elements = input.elements
    let inputCheck = configuration.layers[0].layer.inputCheck
    for step in 0..<series.steps {
      for row in 0..<rows {
        for column in 0..<size {
          let value = elements[row * strides[0] + column * strides[1] + step * strides[2]]
          let problem = value.isFinite ? inputCheck?(value) : "a network requires finite numbers"
          if let problem {
            throw NetworkError("column \(column) of row \(row) at step \(step) is \(value): \(problem)")
          }
          series[step, row, column] = value
        }
      }
    }
    return series
  }

  /// Returns the outputs of the last layer, `[N, outputs]` if the input was a single step of rank 2, or `[N,
  /// outputs, T]`.
  func outputTensor(_ series: StepValues, rank: Int) -> Tensor {
    if rank == 3 { return tensor([series]) }
    return Tensor(shape: [series.rows, series.size], elements: Array(series.storage[..<series.count]))
  }
}
