import CKernels

/// The passes of `LSTM` and `GravesLSTM`: all input projections in one product, then a product and a fused cell a step.
struct LSTMComputation: LayerComputation {
  private let inputSize: Int
  private let n: Int
  private let activation: Int32
  private let hasPeepholes: Bool

  /// Gates a, f, i, o of every step, `[T, N, 4n]`; on the way back, the gradients of their pre-activations.
  private var gates = Series()
  /// The state before every step, and after the last, `[T + 1, N, n]`.
  private var h = Series()
  private var c = Series()
  /// act(c) of every step, `[T, N, n]`.
  private var cellActivated = Series()
  /// Gradients of the state between two steps, `[1, N, n]`.
  private var dh = Series()
  private var dc = Series()

  init(inputSize: Int, size: Int, activation: Activation, hasPeepholes: Bool) {
    guard let code = activation.cellCode else {
      preconditionFailure("\(activation) is no activation for a cell")
    }
    (self.inputSize, n, self.activation, self.hasPeepholes) = (inputSize, size, code, hasPeepholes)
  }

  /// Where each parameter lies.
  private var ranges: (w: Range<Int>, r: Range<Int>, b: Range<Int>, p: Range<Int>) {
    let w = inputSize * 4 * n
    let r = w + n * 4 * n
    let b = r + 4 * n
    return (0..<w, w..<r, r..<b, b..<b + (hasPeepholes ? 3 * n : 0))
  }

  mutating func forward(
    _ input: Series, _ pass: LayerPass, state: inout RecurrentState?, into output: inout Series
  ) {
    let (parameters, codes) = (pass.parameters, pass.codes)
    let (steps, rows) = (input.steps, input.rows)
    gates.reshape(steps: steps, rows: rows, size: 4 * n)
    h.reshape(steps: steps + 1, rows: rows, size: n)
    c.reshape(steps: steps + 1, rows: rows, size: n)
    cellActivated.reshape(steps: steps, rows: rows, size: n)
    output.reshape(steps: steps, rows: rows, size: n)
    begin(codes, state)

    let at = ranges
    let stepSize = rows * n
    Kernels.fillRows(steps * rows, 4 * n, parameters[at.b], &gates.storage)
    BLAS.multiply(
      .plain(input.storage), .plain(parameters, at: at.w.lowerBound), m: steps * rows, n: 4 * n, k: inputSize,
      beta: 1, into: &gates.storage)
    for step in 0..<steps {
      BLAS.multiply(
        .plain(h.storage, at: step * stepSize), .plain(parameters, at: at.r.lowerBound), m: rows, n: 4 * n,
        k: n,
        beta: 1, into: &gates.storage, at: 4 * step * stepSize)
      Kernels.lstmForward(
        step: step, activation: activation, gates: &gates, peepholes: parameters[at.p], codes: codes, h: &h,
        c: &c,
        y: &output, cellActivated: &cellActivated)
    }
    let last = steps * stepSize..<(steps + 1) * stepSize
    state = RecurrentState(
      rows: rows, h: Array(h.storage[last]), c: Array(c.storage[last]))
  }

  /// The state before the first step: what was carried over, or zero where a series starts.
  private mutating func begin(_ codes: StepCodes, _ state: RecurrentState?) {
    for row in 0..<codes.rows {
      let isCarried = !codes.isStart(0, row)
      for unit in row * n..<(row + 1) * n {
        h.storage[unit] = isCarried ? state?.h[unit] ?? 0 : 0
        c.storage[unit] = isCarried ? state?.c[unit] ?? 0 : 0
      }
    }
  }

  mutating func backward(
    _ input: Series, outputGradient: Series, _ pass: LayerPass, firstStep: Int, gradient: inout [Float]
  ) {
    let (parameters, codes) = (pass.parameters, pass.codes)
    let rows = input.rows
    let stepSize = rows * n
    let at = ranges
    dh.reshape(steps: 1, rows: rows, size: n)
    dc.reshape(steps: 1, rows: rows, size: n)
    dh.clear()
    dc.clear()
    for index in at.p { gradient[index] = 0 }
    for step in stride(from: input.steps - 1, through: firstStep, by: -1) {
      Kernels.lstmBackward(
        step: step, activation: activation, gates: &gates, peepholes: parameters[at.p], codes: codes, c: c,
        cellActivated: cellActivated, dy: outputGradient, dh: &dh, dc: &dc, parameterGradient: &gradient,
        peepholesAt: at.p.lowerBound)
      if step > firstStep {
        BLAS.multiply(
          .plain(gates.storage, at: 4 * step * stepSize), .transposed(parameters, at: at.r.lowerBound),
          m: rows, n: n,
          k: 4 * n, beta: 1, into: &dh.storage)
      }
    }
    // Weights and biases, each in one go over the steps that errors reached.
    let first = firstStep * rows
    let count = input.steps * rows - first
    BLAS.multiply(
      .transposed(input.storage, at: first * inputSize), .plain(gates.storage, at: first * 4 * n),
      m: inputSize,
      n: 4 * n, k: count, beta: 0, into: &gradient, at: at.w.lowerBound)
    BLAS.multiply(
      .transposed(h.storage, at: first * n), .plain(gates.storage, at: first * 4 * n), m: n, n: 4 * n,
      k: count,
      beta: 0, into: &gradient, at: at.r.lowerBound)
    Kernels.sumRows(
      count, 4 * n, gates.storage[first * 4 * n..<(first + count) * 4 * n], into: &gradient,
      at: at.b.lowerBound)
  }

  func inputGradient(_ pass: LayerPass, firstStep: Int, into inputGradient: inout Series) {
    let first = firstStep * gates.rows
    inputGradient.reshape(steps: gates.steps, rows: gates.rows, size: inputSize)
    inputGradient.clear(steps: 0..<firstStep)
    BLAS.multiply(
      .plain(gates.storage, at: first * 4 * n), .transposed(pass.parameters, at: ranges.w.lowerBound),
      m: gates.steps * gates.rows - first, n: inputSize, k: 4 * n, beta: 0, into: &inputGradient.storage,
      at: first * inputSize)
  }
}
