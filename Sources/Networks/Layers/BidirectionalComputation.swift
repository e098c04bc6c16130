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
  private let isReadAtEnds: Bool
  /// The cells that are read, if the layer is read at its ends: the last present step of each row, and the
  /// first present step of its series, in the backward direction's order.
  private var ends: [(cell: Int, turned: Int)] = []

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

  init(
    _ layer: any RecurrentLayer, _ merge: Bidirectional.Merge, parameterCount: Int, input: InputType,
    isReadAtEnds: Bool
  ) {
    (self.merge, n, inputSize) = (merge, layer.size, input.size)
    self.isReadAtEnds = isReadAtEnds
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
    ends = isReadAtEnds ? pass.flags.ends : []
    func join(_ cell: Int, _ turned: Int) {
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
    forEachCell(input.steps, input.rows, join)
    for end in ends { join(end.cell, end.turned) }
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
    if isReadAtEnds {
      // All other errors are 0.
      forward.errors.clear()
      backward.errors.clear()
    }
    func split(_ cell: Int, _ turned: Int) {
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
    if isReadAtEnds {
      for end in ends { split(end.cell, end.turned) }
    } else {
      forEachCell(steps, rows, split)
    }
  }

  /// Calls `body` for each cell, with its index in forward order and its index in reversed order.
  private func forEachCell(_ steps: Int, _ rows: Int, _ body: (_ cell: Int, _ turned: Int) -> Void) {
    for step in 0..<steps {
      for row in 0..<rows { body(step * rows + row, (steps - 1 - step) * rows + row) }
    }
  }
}

extension StepFlags {
  /// The cells at which the last series of every row ends: forward, and backward in reversed order.
  fileprivate var ends: [(cell: Int, turned: Int)] {
    (0..<rows).compactMap { row in
      guard let last = lastPresentStep(of: row) else { return nil }
      var (first, step) = (last, last)
      while step > 0 && !isStart(step, row) {
        step -= 1
        if isPresent(step, row) { first = step }
      }
      return (cell: last * rows + row, turned: (steps - 1 - first) * rows + row)
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
