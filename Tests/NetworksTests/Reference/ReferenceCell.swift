import Glibc

/// The state of one example in one recurrent layer.
struct ReferenceState: Equatable {
  /// Output and cell memory, `[n]` each.
  var h: [Double]
  var c: [Double]

  static func zero(_ size: Int) -> ReferenceState {
    ReferenceState(h: [Double](repeating: 0, count: size), c: [Double](repeating: 0, count: size))
  }
}

/// The parameters of one layer, or their gradients; row-major.
struct ReferenceWeights {
  /// `[inputs, 4n]` in the column blocks a, f, i, o; of an output layer `[inputs, outputs]`.
  var w: [Double]
  /// `[n, 4n]`, blocks as in `w`; empty for an output layer.
  var r: [Double]
  /// `[4n]`, blocks as in `w`; of an output layer `[outputs]`.
  var b: [Double]
  /// `[3n]`, the peepholes of f, i and o; empty for an output layer.
  ///
  /// Zeros for `LSTM`, which is then a Graves LSTM without peepholes.
  var p: [Double]

  var zeros: ReferenceWeights {
    func zeros(_ a: [Double]) -> [Double] { [Double](repeating: 0, count: a.count) }
    return ReferenceWeights(w: zeros(w), r: zeros(r), b: zeros(b), p: zeros(p))
  }
}

/// One LSTM layer over one example, in loops over scalars.
struct ReferenceCell {
  let inputs: Int
  let size: Int
  let weights: ReferenceWeights

  /// The values that one step read and computed, as its backward step needs them.
  struct Step {
    var x: [Double]
    var before: ReferenceState
    var a, f, i, o, c: [Double]
  }

  /// Runs over the steps of one example.
  ///
  /// - Parameters:
  ///   - x: `[T][inputs]`.
  ///   - isPresent: The example's row of the step mask.
  ///   - isStart: The example's row of the series starts.
  ///   - state: The state before step 0; changed into the one after the last step.
  /// - Returns: Outputs `[T][n]`, 0 at absent steps, and what each present step computed.
  func forward(
    _ x: [[Double]], isPresent: [Bool], isStart: [Bool], state: inout ReferenceState
  ) -> (outputs: [[Double]], steps: [Step?]) {
    var outputs: [[Double]] = []
    var steps: [Step?] = []
    for t in x.indices {
      if isStart[t] { state = .zero(size) }
      guard isPresent[t] else {
        outputs.append([Double](repeating: 0, count: size))
        steps.append(nil)
        continue
      }
      let step = step(x[t], from: state)
      state.c = step.c
      for u in 0..<size { state.h[u] = step.o[u] * tanh(step.c[u]) }
      outputs.append(state.h)
      steps.append(step)
    }
    return (outputs, steps)
  }

  private func step(_ x: [Double], from before: ReferenceState) -> Step {
    let zeros = [Double](repeating: 0, count: size)
    var step = Step(x: x, before: before, a: zeros, f: zeros, i: zeros, o: zeros, c: zeros)
    let (pf, pi, po) = (0, size, 2 * size)
    for u in 0..<size {
      let c = before.c[u]
      step.a[u] = tanh(sum(block: 0, u, x, before.h))
      step.f[u] = sigmoid(sum(block: 1, u, x, before.h) + weights.p[pf + u] * c)
      step.i[u] = sigmoid(sum(block: 2, u, x, before.h) + weights.p[pi + u] * c)
      step.c[u] = step.f[u] * c + step.i[u] * step.a[u]
      step.o[u] = sigmoid(sum(block: 3, u, x, before.h) + weights.p[po + u] * step.c[u])
    }
    return step
  }

  /// `x W + h R + b` in unit `u` of a block.
  private func sum(block: Int, _ u: Int, _ x: [Double], _ h: [Double]) -> Double {
    let column = block * size + u
    var sum = weights.b[column]
    for k in 0..<inputs { sum += x[k] * weights.w[k * 4 * size + column] }
    for k in 0..<size { sum += h[k] * weights.r[k * 4 * size + column] }
    return sum
  }

  /// Runs back over the steps of one example.
  ///
  /// - Parameters:
  ///   - steps: What `forward` returned.
  ///   - isStart: The example's row of the series starts.
  ///   - outputErrors: `[T][n]`, the derivative of the loss by each output.
  ///   - firstStep: No error flows into the steps before this one.
  ///   - gradients: The steps' gradients are added to these.
  /// - Returns: `[T][inputs]`, the derivative of the loss by each input.
  func backward(
    _ steps: [Step?], isStart: [Bool], outputErrors: [[Double]], firstStep: Int,
    gradients: inout ReferenceWeights
  ) -> [[Double]] {
    var inputErrors = [[Double]](repeating: [Double](repeating: 0, count: inputs), count: steps.count)
    // The derivative by the state after step t, over later steps.
    var errors = ReferenceState.zero(size)
    for t in (firstStep..<steps.count).reversed() {
      if let step = steps[t] {
        for u in 0..<size { errors.h[u] += outputErrors[t][u] }
        inputErrors[t] = backward(step, &errors, &gradients)
      }
      // The state before a start is zero, whatever the earlier steps computed.
      if isStart[t] { errors = .zero(size) }
    }
    return inputErrors
  }

  /// Changes `errors` by the state after the step into errors by the state before it.
  private func backward(_ step: Step, _ errors: inout ReferenceState, _ gradients: inout ReferenceWeights)
    -> [Double]
  {
    var sums = [Double](repeating: 0, count: 4 * size)  // derivatives by the pre-activations
    let (pf, pi, po) = (0, size, 2 * size)
    for u in 0..<size {
      let (a, f, i, o, c) = (step.a[u], step.f[u], step.i[u], step.o[u], step.c[u])
      let before = step.before.c[u]
      let output = errors.h[u] * tanh(c) * o * (1 - o)
      let cell = errors.c[u] + errors.h[u] * o * (1 - tanh(c) * tanh(c)) + output * weights.p[po + u]
      let forget = cell * before * f * (1 - f)
      let input = cell * a * i * (1 - i)
      sums[u] = cell * i * (1 - a * a)
      sums[size + u] = forget
      sums[2 * size + u] = input
      sums[3 * size + u] = output
      gradients.p[pf + u] += forget * before
      gradients.p[pi + u] += input * before
      gradients.p[po + u] += output * c
      errors.c[u] = cell * f + forget * weights.p[pf + u] + input * weights.p[pi + u]
    }
    for column in 0..<4 * size { gradients.b[column] += sums[column] }
    let inputErrors = backThroughProduct(sums, through: weights.w, from: step.x, &gradients.w)
    errors.h = backThroughProduct(sums, through: weights.r, from: step.before.h, &gradients.r)
    return inputErrors
  }
}

/// Takes errors back through `y = x matrix`.
///
/// - Parameters:
///   - errors: The derivatives by y.
///   - matrix: `[x.count, y.count]`.
///   - x: The factor of the matrix.
///   - gradients: The derivatives by the matrix are added to these.
/// - Returns: The derivatives by x.
func backThroughProduct(
  _ errors: [Double], through matrix: [Double], from x: [Double], _ gradients: inout [Double]
) -> [Double] {
  var inputErrors = [Double](repeating: 0, count: x.count)
  for k in x.indices {
    for column in errors.indices {
      inputErrors[k] += errors[column] * matrix[k * errors.count + column]
      gradients[k * errors.count + column] += errors[column] * x[k]
    }
  }
  return inputErrors
}

func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }
