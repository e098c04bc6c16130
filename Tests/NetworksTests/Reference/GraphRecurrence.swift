/// `x W + b` for a row-major matrix W.
///
/// - Parameter columns: The number of columns of W.
func affine(_ x: [Double], _ matrix: [Double], _ bias: [Double]?, columns: Int) -> [Double] {
  var result = bias ?? [Double](repeating: 0, count: columns)
  var place = 0
  for value in x {
    for column in 0..<columns {
      result[column] += value * matrix[place]
      place += 1
    }
  }
  return result
}

extension GraphLayer {
  /// One step of a recurrent layer: the state after it, whose h is the output.
  ///
  /// - Parameters:
  ///   - before: The state before the step; c is empty for layers without a cell memory.
  ///   - weights: The layer's parameters under `W`, `R`, `b` ...
  func step(_ x: [Double], from before: ReferenceState, _ weights: [String: [Double]]) -> ReferenceState {
    guard let w = weights["W"], let r = weights["R"], let b = weights["b"] else {
      preconditionFailure("W, R or b is missing")
    }
    switch self {
    case .simpleRNN(let n, let activation):
      let z = zip(affine(x, w, b, columns: n), affine(before.h, r, nil, columns: n)).map { $0 + $1 }
      return ReferenceState(h: activation(z), c: [])
    case .gru(let n, let activation, let gate):
      // Cho et al. 2014 with the reset gate after the product, as in cuDNN and PyTorch.
      let input = affine(x, w, b, columns: 3 * n)
      let recurrent = affine(before.h, r, nil, columns: 3 * n)
      let reset = gate((0..<n).map { input[$0] + recurrent[$0] })
      let update = gate((n..<2 * n).map { input[$0] + recurrent[$0] })
      guard let rb = weights["rb"] else { preconditionFailure("rb is missing") }
      let candidate = activation(
        (0..<n).map { unit -> Double in
          let carried = recurrent[2 * n + unit] + rb[unit]
          return input[2 * n + unit] + reset[unit] * carried
        })
      let h = (0..<n).map { unit -> Double in
        let kept = update[unit] * before.h[unit]
        return (1 - update[unit]) * candidate[unit] + kept
      }
      return ReferenceState(h: h, c: [])
    case .lstm(let n, let activation, let gate), .graves(let n, let activation, let gate):
      let peepholes = weights["p"] ?? [Double](repeating: 0, count: 3 * n)
      let z = zip(affine(x, w, b, columns: 4 * n), affine(before.h, r, nil, columns: 4 * n)).map { $0 + $1 }
      func block(_ number: Int) -> [Double] { Array(z[number * n..<(number + 1) * n]) }
      func seen(_ cell: [Double], _ number: Int) -> [Double] {
        (0..<n).map { cell[$0] * peepholes[number * n + $0] }
      }
      let a = activation(block(0))
      let forget = gate(zip(block(1), seen(before.c, 0)).map { $0 + $1 })
      let input = gate(zip(block(2), seen(before.c, 1)).map { $0 + $1 })
      let c = (0..<n).map { forget[$0] * before.c[$0] + input[$0] * a[$0] }
      let output = gate(zip(block(3), seen(c, 2)).map { $0 + $1 })
      let squashed = activation(c)
      return ReferenceState(h: (0..<n).map { output[$0] * squashed[$0] }, c: c)
    default: preconditionFailure("\(self) is not a recurrent layer")
    }
  }

  /// Runs a recurrent layer over one example.
  ///
  /// - Parameters:
  ///   - state: The state before step 0; changed into the one after the last step.
  /// - Returns: Outputs `[T][n]`, 0 at absent steps.
  func run(_ signal: GraphSignal, _ weights: [String: [Double]], state: inout ReferenceState) -> [[Double]] {
    let nothing = [Double](repeating: 0, count: state.h.count)
    return signal.values.indices.map { t in
      if signal.isStart[t] { state.setToZero() }
      guard signal.isPresent[t] else { return nothing }
      state = step(signal.values[t], from: state, weights)
      return state.h
    }
  }

  /// Runs a recurrent layer from the last step to the first; the state is reset after a series' first step.
  func runBackwards(_ signal: GraphSignal, _ weights: [String: [Double]], state: inout ReferenceState)
    -> [[Double]]
  {
    var outputs = [[Double]](
      repeating: [Double](repeating: 0, count: state.h.count), count: signal.values.count)
    for t in signal.values.indices.reversed() {
      if signal.isPresent[t] {
        state = step(signal.values[t], from: state, weights)
        outputs[t] = state.h
      }
      if signal.isStart[t] { state.setToZero() }
    }
    return outputs
  }

  /// The state of zeros of a recurrent layer.
  var zeroState: ReferenceState {
    guard let sizes = stateSizes else { preconditionFailure("\(self) is not a recurrent layer") }
    return ReferenceState(
      h: [Double](repeating: 0, count: sizes.h), c: [Double](repeating: 0, count: sizes.c))
  }
}

extension ReferenceState {
  fileprivate mutating func setToZero() {
    for index in h.indices { h[index] = 0 }
    for index in c.indices { c[index] = 0 }
  }
}

extension GraphMerge {
  /// One step of both directions as one.
  func callAsFunction(_ forward: [Double], _ backward: [Double]) -> [Double] {
    switch self {
    case .concatenate: return forward + backward
    case .sum: return zip(forward, backward).map { $0 + $1 }
    case .mean: return zip(forward, backward).map { ($0 + $1) / 2 }
    case .product: return zip(forward, backward).map { $0 * $1 }
    }
  }
}
