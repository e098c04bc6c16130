/// The passes of `LSTM` and `GravesLSTM`: all input projections in one product, then a product and a fused
/// cell per step.
struct LSTMComputation: LayerComputation {
  private let inputSize: Int
  private let n: Int
  private let activations: CellActivations
  private let hasPeepholes: Bool

  /// The gates a, f, i, o of every step, `[T, N, 4n]`; on the backward pass, the gradients of their
  /// pre-activations.
  private var gates = StepValues()
  /// The pre-activations of the gates, `[T, N, 4n]`, if the backward pass needs them.
  private var preActivations = StepValues()
  /// The state before every step and after the last one, `[T + 1, N, n]`.
  private var h = StepValues()
  private var c = StepValues()
  /// act(c) of every step, `[T, N, n]`.
  private var cellActivated = StepValues()
  /// The gradients of the state between two steps, `[1, N, n]`.
  private var dh = StepValues()
  private var dc = StepValues()

  /// R, and R transposed: the same for all steps of a pass.
  private var packedR = PackedMatrix()
  private var packedTransposedR = PackedMatrix()

  init(inputSize: Int, size: Int, activations: CellActivations, hasPeepholes: Bool) {
    (self.inputSize, n, self.activations, self.hasPeepholes) = (inputSize, size, activations, hasPeepholes)
  }

  var valuesPerStep: Int { (activations.needInput ? 11 : 7) * n }

  /// The range of each parameter.
  private var ranges: (w: Range<Int>, r: Range<Int>, b: Range<Int>, p: Range<Int>) {
    let w = inputSize * 4 * n
    let r = w + n * 4 * n
    let b = r + 4 * n
    return (0..<w, w..<r, r..<b, b..<b + (hasPeepholes ? 3 * n : 0))
  }

  mutating func forward(
    _ input: StepValues, _ pass: LayerPass, state: inout RecurrentState?, into output: inout StepValues
  ) {
    let (parameters, flags) = (pass.parameters, pass.flags)
    let (steps, rows) = (input.steps, input.rows)
    gates.reshape(steps: steps, rows: rows, size: 4 * n)
    if activations.needInput { preActivations.reshape(steps: steps, rows: rows, size: 4 * n) }
    h.reshape(steps: steps + 1, rows: rows, size: n)
    c.reshape(steps: steps + 1, rows: rows, size: n)
    cellActivated.reshape(steps: steps, rows: rows, size: n)
    output.reshape(steps: steps, rows: rows, size: n)
    h.begin(flags, state?.h)
    c.begin(flags, state?.c)

    let at = ranges
    let stepSize = rows * n
    Kernels.fillRows(steps * rows, 4 * n, parameters[at.b], &gates.storage)
    BLAS.multiply(
      .plain(input.storage), .plain(parameters, at: at.w.lowerBound), m: steps * rows, n: 4 * n, k: inputSize,
      beta: 1, into: &gates.storage, rows: flags.present?.cells[...])
    packedR.pack(.plain(parameters, at: at.r.lowerBound), k: n, n: 4 * n)
    for step in 0..<steps {
      BLAS.multiply(
        .plain(h.storage, at: step * stepSize), .plain(parameters, at: at.r.lowerBound), packed: packedR,
        m: rows, n: 4 * n, k: n, beta: 1, into: &gates.storage, at: 4 * step * stepSize,
        rows: flags.present?.rows(ofStep: step))
      cellForward(step, parameters[at.p], flags, &output)
    }
    state = RecurrentState(rows: rows, h: h.values(ofStep: steps), c: c.values(ofStep: steps))
  }

  private mutating func cellForward(
    _ step: Int, _ peepholes: ArraySlice<Float>, _ flags: StepFlags, _ output: inout StepValues
  ) {
    if activations.suitFastLSTM {
      Kernels.lstmForward(
        step: step, activation: activations.cell, gates: &gates, peepholes: peepholes, flags: flags, h: &h,
        c: &c, y: &output, cellActivated: &cellActivated)
    } else {
      Kernels.genericLSTMForward(
        step: step, activations, gates: &gates, preActivations: &preActivations, peepholes: peepholes,
        flags: flags, h: &h, c: &c, y: &output, cellActivated: &cellActivated)
    }
  }

  mutating func backward(
    _ input: StepValues, outputGradient: StepValues, _ pass: LayerPass, firstStep: Int,
    gradient: inout [Float]
  ) {
    let (parameters, flags) = (pass.parameters, pass.flags)
    let rows = input.rows
    let stepSize = rows * n
    let at = ranges
    dh.reshape(steps: 1, rows: rows, size: n)
    dc.reshape(steps: 1, rows: rows, size: n)
    dh.clear()
    dc.clear()
    for index in at.p { gradient[index] = 0 }
    packedTransposedR.pack(.transposed(parameters, at: at.r.lowerBound), k: 4 * n, n: n)
    for step in stride(from: input.steps - 1, through: firstStep, by: -1) {
      cellBackward(step, parameters[at.p], flags, outputGradient, &gradient)
      if step > firstStep {
        BLAS.multiply(
          .plain(gates.storage, at: 4 * step * stepSize), .transposed(parameters, at: at.r.lowerBound),
          packed: packedTransposedR, m: rows, n: n, k: 4 * n, beta: 1, into: &dh.storage,
          rows: flags.present?.rows(ofStep: step))
      }
    }
    // Weights and biases: one operation for each, over all steps that errors reached.
    let first = firstStep * rows
    let count = input.steps * rows - first
    // At absent cells, the gradients of the gates are 0.
    let terms = firstStep == 0 ? flags.present?.cells[...] : nil
    BLAS.multiply(
      .transposed(input.storage, at: first * inputSize), .plain(gates.storage, at: first * 4 * n),
      m: inputSize,
      n: 4 * n, k: count, beta: 0, into: &gradient, at: at.w.lowerBound, terms: terms)
    BLAS.multiply(
      .transposed(h.storage, at: first * n), .plain(gates.storage, at: first * 4 * n), m: n, n: 4 * n,
      k: count,
      beta: 0, into: &gradient, at: at.r.lowerBound, terms: terms)
    Kernels.sumRows(
      count, 4 * n, gates.storage[first * 4 * n..<(first + count) * 4 * n], into: &gradient,
      at: at.b.lowerBound)
  }

  private mutating func cellBackward(
    _ step: Int, _ peepholes: ArraySlice<Float>, _ flags: StepFlags, _ outputGradient: StepValues,
    _ gradient: inout [Float]
  ) {
    if activations.suitFastLSTM {
      Kernels.lstmBackward(
        step: step, activation: activations.cell, gates: &gates, peepholes: peepholes, flags: flags, c: c,
        cellActivated: cellActivated, dy: outputGradient, dh: &dh, dc: &dc, parameterGradient: &gradient,
        peepholesAt: ranges.p.lowerBound)
    } else {
      Kernels.genericLSTMBackward(
        step: step, activations, gates: &gates, preActivations: preActivations, peepholes: peepholes,
        flags: flags, c: c, cellActivated: cellActivated, dy: outputGradient, dh: &dh, dc: &dc,
        parameterGradient: &gradient, peepholesAt: ranges.p.lowerBound)
    }
  }

  func inputGradient(_ pass: LayerPass, firstStep: Int, into inputGradient: inout StepValues) {
    let first = firstStep * gates.rows
    inputGradient.reshape(steps: gates.steps, rows: gates.rows, size: inputSize)
    inputGradient.clear(steps: 0..<firstStep)
    BLAS.multiply(
      .plain(gates.storage, at: first * 4 * n), .transposed(pass.parameters, at: ranges.w.lowerBound),
      m: gates.steps * gates.rows - first, n: inputSize, k: 4 * n, beta: 0, into: &inputGradient.storage,
      at: first * inputSize)
  }
}
