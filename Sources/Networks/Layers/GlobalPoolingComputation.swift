import Glibc

/// The passes of `GlobalPooling`.
struct GlobalPoolingComputation: LayerComputation {
  private let method: GlobalPooling.Method
  /// The outputs, `[1, N, n]`.
  private var pooled = StepValues()
  /// The gradient with respect to the outputs.
  private var errors = StepValues()
  /// The derivative of the outputs by each input, `[T, N, n]`, computed on the backward pass.
  private var slopes = StepValues()
  /// The step at which each unit of each row was largest.
  private var winners: [Int] = []
  /// The number of present steps of each row.
  private var counts: [Int] = []

  init(_ method: GlobalPooling.Method) { self.method = method }

  mutating func forward(
    _ input: StepValues, _ pass: LayerPass, state: inout RecurrentState?, into output: inout StepValues
  ) {
    let (rows, n) = (input.rows, input.size)
    pooled.reshape(steps: 1, rows: rows, size: n)
    pooled.clear()
    counts = (0..<rows).map { row in (0..<input.steps).count { pass.flags.isPresent($0, row) } }
    switch method {
    case .sum, .mean: add(input, pass.flags)
    case .max: takeLargest(input, pass.flags) { $0 }
    case .pNorm(let p): takeNorms(input, pass.flags, p)
    }
    output.reshape(steps: 1, rows: rows, size: n)
    for index in 0..<pooled.count { output.storage[index] = pooled.storage[index] }
  }

  private mutating func add(_ input: StepValues, _ flags: StepFlags) {
    forEachPresent(input, flags) { $0.pooled.storage[$1] += input.storage[$2] }
    guard case .mean = method else { return }
    for row in 0..<input.rows where counts[row] > 0 {
      for unit in 0..<input.size { pooled[0, row, unit] /= Float(counts[row]) }
    }
  }

  /// Takes the first of the largest values by `key`; once NaN is met, it is taken and stays.
  private mutating func takeLargest(_ input: StepValues, _ flags: StepFlags, _ key: (Float) -> Float) {
    winners = [Int](repeating: -1, count: pooled.count)
    let width = input.rows * input.size
    forEachPresent(input, flags) { this, at, from in
      let value = key(input.storage[from])
      if this.winners[at] < 0 || value > this.pooled.storage[at] || value.isNaN {
        this.winners[at] = from / width
        this.pooled.storage[at] = value
      }
    }
  }

  /// Computes the norms in units of the largest magnitude, so that no power overflows.
  private mutating func takeNorms(_ input: StepValues, _ flags: StepFlags, _ p: Float) {
    takeLargest(input, flags) { abs($0) }
    var sums = [Float](repeating: 0, count: pooled.count)
    forEachPresent(input, flags) { this, at, from in
      let largest = this.pooled.storage[at]
      if largest != 0 { sums[at] += pow(abs(input.storage[from]) / largest, p) }
    }
    for index in sums.indices { pooled.storage[index] *= pow(sums[index], 1 / p) }
  }

  mutating func backward(
    _ input: StepValues, outputGradient: StepValues, _ pass: LayerPass, firstStep: Int,
    gradient: inout [Float]
  ) {
    precondition(firstStep == 0, "pooling over time learns from whole series")
    Kernels.select(outputGradient, pass.flags.ofSeries, into: &errors)
    slopes.reshape(steps: input.steps, rows: input.rows, size: input.size)
    slopes.clear()
    let (method, width, n) = (method, input.rows * input.size, input.size)
    forEachPresent(input, pass.flags) { this, at, from in
      switch method {
      case .sum: this.slopes.storage[from] = 1
      case .mean: this.slopes.storage[from] = 1 / Float(this.counts[at / n])
      case .max: this.slopes.storage[from] = this.winners[at] == from / width ? 1 : 0
      case .pNorm(let p):
        let (value, norm) = (input.storage[from], this.pooled.storage[at])
        // d norm / d x = sign(x) (|x| / norm)^(p - 1); taken as 0 where all values are 0.
        if value != 0 {
          this.slopes.storage[from] = (value < 0 ? -1 : 1) * pow(abs(value) / norm, p - 1)
        }
      }
    }
  }

  mutating func inputGradient(_ pass: LayerPass, firstStep: Int, into inputGradient: inout StepValues) {
    for step in 0..<slopes.steps {
      for index in 0..<errors.count { slopes.storage[step * errors.count + index] *= errors.storage[index] }
    }
    // The buffers are swapped instead of copied.
    swap(&slopes, &inputGradient)
  }

  /// Calls `body` for each value of each present cell, with its index in `pooled` and its index in `input`.
  private mutating func forEachPresent(
    _ input: StepValues, _ flags: StepFlags, _ body: (_ this: inout Self, _ at: Int, _ from: Int) -> Void
  ) {
    let (rows, n) = (input.rows, input.size)
    for step in 0..<input.steps {
      for row in 0..<rows where flags.isPresent(step, row) {
        for at in row * n..<(row + 1) * n { body(&self, at, step * rows * n + at) }
      }
    }
  }
}
