/// The passes of `Bidirectional`: those of the inner layer, once forward and once on reversed series and
/// flags.
struct BidirectionalComputation: LayerComputation {
  private let merge: Bidirectional.Merge
  private let n: Int
  private var forward: Direction
  private var backward: Direction
  /// The input, from its last step to its first.
  private var turnedInput = StepValues()
  private let inputSize: Int

  /// One direction, with steps in its own order.
  private struct Direction: Sendable {
    var cells: any LayerComputation
    /// The parameters and flags that the cells were given; `nil` before the first pass.
    var pass: LayerPass?
    var output = StepValues()
    /// The gradients with respect to outputs and inputs.
    var errors = StepValues()
    var inputErrors = StepValues()
    var gradient: [Float]

    mutating func run(_ input: StepValues, _ pass: LayerPass) {
      self.pass = pass
      var state: RecurrentState?
      cells.forward(input, pass, state: &state, into: &output)
    }

    mutating func runBack(_ input: StepValues) {
      guard let pass else { preconditionFailure("the way back before the way forward") }
      cells.backward(input, outputGradient: errors, pass, firstStep: 0, gradient: &gradient)
    }

    mutating func makeInputErrors() {
      guard let pass else { preconditionFailure("the way back before the way forward") }
      cells.inputGradient(pass, firstStep: 0, into: &inputErrors)
    }
  }

  init(_ layer: any RecurrentLayer, _ merge: Bidirectional.Merge, parameterCount: Int, input: InputType) {
    (self.merge, n, inputSize) = (merge, layer.size, input.size)
    let gradient = [Float](repeating: 0, count: parameterCount)
    forward = Direction(cells: layer.makeComputation(input: input), gradient: gradient)
    backward = Direction(cells: layer.makeComputation(input: input), gradient: gradient)
  }

  var valuesPerStep: Int { 2 * (forward.cells.valuesPerStep + n) + inputSize }

  mutating func forward(
    _ input: StepValues, _ pass: LayerPass, state: inout RecurrentState?, into output: inout StepValues
  ) {
    let count = forward.gradient.count
    turnedInput.turn(input)
    forward.run(input, LayerPass(parameters: Array(pass.parameters[..<count]), flags: pass.flags))
    backward.run(
      turnedInput, LayerPass(parameters: Array(pass.parameters[count...]), flags: pass.flags.turned))
    output.reshape(steps: input.steps, rows: input.rows, size: merge == .concatenate ? 2 * n : n)
    // Constants, and the choice of the merge outside the loops over units, let these be vectorized.
    let (ones, others) = (forward.output.storage, backward.output.storage)
    let n = n
    forEachCell(input.steps, input.rows) { cell, turned in
      let (from, to) = (turned * n, cell * n)
      switch merge {
      case .concatenate:
        for unit in 0..<n { output.storage[2 * to + unit] = ones[to + unit] }
        for unit in 0..<n { output.storage[2 * to + n + unit] = others[from + unit] }
      case .sum: for unit in 0..<n { output.storage[to + unit] = ones[to + unit] + others[from + unit] }
      case .mean:
        for unit in 0..<n { output.storage[to + unit] = 0.5 * (ones[to + unit] + others[from + unit]) }
      case .product: for unit in 0..<n { output.storage[to + unit] = ones[to + unit] * others[from + unit] }
      }
    }
  }

  mutating func backward(
    _ input: StepValues, outputGradient: StepValues, _ pass: LayerPass, firstStep: Int,
    gradient: inout [Float]
  ) {
    precondition(firstStep == 0, "a bidirectional layer learns from whole series")
    splitErrors(outputGradient)
    forward.runBack(input)
    backward.runBack(turnedInput)
    let count = forward.gradient.count
    for index in 0..<count {
      gradient[index] = forward.gradient[index]
      gradient[count + index] = backward.gradient[index]
    }
  }

  mutating func inputGradient(_ pass: LayerPass, firstStep: Int, into inputGradient: inout StepValues) {
    forward.makeInputErrors()
    backward.makeInputErrors()
    let size = turnedInput.size
    inputGradient.reshape(steps: turnedInput.steps, rows: turnedInput.rows, size: size)
    forEachCell(turnedInput.steps, turnedInput.rows) { cell, turned in
      for unit in 0..<size {
        inputGradient.storage[cell * size + unit] =
          forward.inputErrors.storage[cell * size + unit] + backward.inputErrors.storage[turned * size + unit]
      }
    }
  }

  /// Splits the outputs' errors into those of each direction.
  private mutating func splitErrors(_ errors: StepValues) {
    let (steps, rows) = (errors.steps, errors.rows)
    forward.errors.reshape(steps: steps, rows: rows, size: n)
    backward.errors.reshape(steps: steps, rows: rows, size: n)
    let (ones, others) = (forward.output.storage, backward.output.storage)
    let n = n
    forEachCell(steps, rows) { cell, turned in
      let (to, from) = (cell * n, turned * n)
      switch merge {
      case .concatenate:
        for unit in 0..<n { forward.errors.storage[to + unit] = errors.storage[2 * to + unit] }
        for unit in 0..<n { backward.errors.storage[from + unit] = errors.storage[2 * to + n + unit] }
      case .sum:
        for unit in 0..<n { forward.errors.storage[to + unit] = errors.storage[to + unit] }
        for unit in 0..<n { backward.errors.storage[from + unit] = errors.storage[to + unit] }
      case .mean:
        for unit in 0..<n { forward.errors.storage[to + unit] = 0.5 * errors.storage[to + unit] }
        for unit in 0..<n { backward.errors.storage[from + unit] = 0.5 * errors.storage[to + unit] }
      case .product:
        for unit in 0..<n {
          forward.errors.storage[to + unit] = errors.storage[to + unit] * others[from + unit]
        }
        for unit in 0..<n {
          backward.errors.storage[from + unit] = errors.storage[to + unit] * ones[to + unit]
        }
      }
    }
  }

  /// Calls `body` for each cell, with its index in forward order and its index in reversed order.
  private func forEachCell(_ steps: Int, _ rows: Int, _ body: (_ cell: Int, _ turned: Int) -> Void) {
    for step in 0..<steps {
      for row in 0..<rows { body(step * rows + row, (steps - 1 - step) * rows + row) }
    }
  }
}

extension StepValues {
  /// Copies the steps of `other` in reverse order.
  fileprivate mutating func turn(_ other: StepValues) {
    reshape(steps: other.steps, rows: other.rows, size: other.size)
    let width = other.rows * other.size
    for step in 0..<other.steps {
      let (from, to) = (step * width, (other.steps - 1 - step) * width)
      for index in 0..<width { storage[to + index] = other.storage[from + index] }
    }
  }
}
