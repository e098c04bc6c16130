/// The passes of `GRU`: all input projections in one product, then a product and a fused cell per step.
struct GRUComputation: LayerComputation {
  private let inputSize: Int
  private let n: Int
  private let activations: CellActivations
  /// r, z and the candidate of every step, `[T, N, 3n]`; on the backward pass, the gradients of x W + b.
  private var gates = StepValues()
  /// h' R of every step, `[T, N, 3n]`, the third block with its bias; on the backward pass, its gradients.
  private var recurrent = StepValues()
  /// The pre-activations of the gates, if the backward pass needs them.
  private var preActivations = StepValues()
  /// The state before every step and after the last one, `[T + 1, N, n]`.
  private var h = StepValues()
  /// The gradient of the state between two steps, `[1, N, n]`.
  private var dh = StepValues()
  /// The sums of `recurrent` on the backward pass, of which the third block belongs to a bias.
  private var recurrentSums: [Float]

  /// R, and R transposed: the same for all steps of a pass.
  private var packedR = PackedMatrix()
  private var packedTransposedR = PackedMatrix()

  init(inputSize: Int, size: Int, activations: CellActivations) {
    (self.inputSize, n, self.activations) = (inputSize, size, activations)
    recurrentSums = [Float](repeating: 0, count: 3 * size)
  }

  var valuesPerStep: Int { (activations.needInput ? 10 : 7) * n }

  /// The indices at which R, b and rb begin.
  private var starts: (r: Int, b: Int, rb: Int) {
    let r = inputSize * 3 * n
    let b = r + n * 3 * n
    return (r, b, b + 3 * n)
  }

  mutating func forward(
    _ input: StepValues, _ pass: LayerPass, state: inout RecurrentState?, into output: inout StepValues
  ) {
    let (steps, rows, at) = (input.steps, input.rows, starts)
    gates.reshape(steps: steps, rows: rows, size: 3 * n)
    recurrent.reshape(steps: steps, rows: rows, size: 3 * n)
    if activations.needInput { preActivations.reshape(steps: steps, rows: rows, size: 3 * n) }
    h.reshape(steps: steps + 1, rows: rows, size: n)
    output.reshape(steps: steps, rows: rows, size: n)
    h.begin(pass.flags, state?.h)
    Kernels.fillRows(steps * rows, 3 * n, pass.parameters[at.b..<at.rb], &gates.storage)
    BLAS.multiply(
      .plain(input.storage), .plain(pass.parameters), m: steps * rows, n: 3 * n, k: inputSize, beta: 1,
      into: &gates.storage)
    packedR.pack(.plain(pass.parameters, at: at.r), k: n, n: 3 * n)
    for step in 0..<steps {
      BLAS.multiply(
        .plain(h.storage, at: step * rows * n), .plain(pass.parameters, at: at.r), packed: packedR, m: rows,
        n: 3 * n, k: n, beta: 0, into: &recurrent.storage, at: 3 * step * rows * n)
      Kernels.gruForward(
        step: step, activations, gates: &gates, recurrent: &recurrent,
        recurrentBias: pass.parameters[at.rb...], preActivations: &preActivations, flags: pass.flags, h: &h,
        y: &output)
    }
    state = RecurrentState(rows: rows, h: h.values(ofStep: steps))
  }

  mutating func backward(
    _ input: StepValues, outputGradient: StepValues, _ pass: LayerPass, firstStep: Int,
    gradient: inout [Float]
  ) {
    let (rows, at) = (input.rows, starts)
    dh.reshape(steps: 1, rows: rows, size: n)
    dh.clear()
    packedTransposedR.pack(.transposed(pass.parameters, at: at.r), k: 3 * n, n: n)
    for step in stride(from: input.steps - 1, through: firstStep, by: -1) {
      Kernels.gruBackward(
        step: step, activations, gates: &gates, recurrent: &recurrent, preActivations: preActivations,
        flags: pass.flags, h: h, dy: outputGradient, dh: &dh)
      if step > firstStep {
        BLAS.multiply(
          .plain(recurrent.storage, at: 3 * step * rows * n), .transposed(pass.parameters, at: at.r),
          packed: packedTransposedR, m: rows, n: n, k: 3 * n, beta: 1, into: &dh.storage)
      }
    }
    // Weights and biases: one operation for each, over all steps that errors reached.
    let first = firstStep * rows
    let count = input.steps * rows - first
    let errors = first * 3 * n..<(first + count) * 3 * n
    BLAS.multiply(
      .transposed(input.storage, at: first * inputSize), .plain(gates.storage, at: errors.lowerBound),
      m: inputSize, n: 3 * n, k: count, beta: 0, into: &gradient)
    BLAS.multiply(
      .transposed(h.storage, at: first * n), .plain(recurrent.storage, at: errors.lowerBound), m: n, n: 3 * n,
      k: count, beta: 0, into: &gradient, at: at.r)
    Kernels.sumRows(count, 3 * n, gates.storage[errors], into: &gradient, at: at.b)
    Kernels.sumRows(count, 3 * n, recurrent.storage[errors], into: &recurrentSums, at: 0)
    for unit in 0..<n { gradient[at.rb + unit] = recurrentSums[2 * n + unit] }
  }

  func inputGradient(_ pass: LayerPass, firstStep: Int, into inputGradient: inout StepValues) {
    let first = firstStep * gates.rows
    inputGradient.reshape(steps: gates.steps, rows: gates.rows, size: inputSize)
    inputGradient.clear(steps: 0..<firstStep)
    BLAS.multiply(
      .plain(gates.storage, at: first * 3 * n), .transposed(pass.parameters),
      m: gates.steps * gates.rows - first, n: inputSize, k: 3 * n, beta: 0, into: &inputGradient.storage,
      at: first * inputSize)
  }
}
