/// A layer that replaces each class index by a row of numbers.
///
/// `[N, 1, T]` of whole numbers from 0 to `classes - 1` to `[N, n, T]`, exactly 0 at absent steps. It must be
/// the first layer, because only the data contain class indices; a batch with any other number is rejected
/// with its location. Where features are masked but labels are not, the input is 0, which is the first class.
/// Parameters: `W` [classes, n].
public struct Embedding: Layer {
  /// The name of the layer in model files.
  public static let kind = "embedding"
  /// The number of values per class, n.
  public let size: Int
  /// The number of classes.
  public let classes: Int

  /// Makes a layer with `size` values for each of `classes` classes.
  public init(_ size: Int, classes: Int) {
    (self.size, self.classes) = (size, classes)
    if let validationError { preconditionFailure(validationError) }
  }

  /// The reason why the layer is invalid; `nil` if it is valid.
  public var validationError: String? {
    sizeProblem(size)
      ?? ((1...1 << 20).contains(classes)
        ? nil : "an embedding of \(classes) classes; 1 to \(1 << 20) are possible")
  }

  /// Any arrangement is accepted: the input is one number.
  public var inputArrangement: InputType.Arrangement? { nil }

  /// Returns `size` values per step.
  public func output(of input: LayerShape) throws(NetworkError) -> LayerShape {
    guard input.type.size == 1 else {
      throw NetworkError(
        "requires one column, the class index, but its input is \(input.type); give the network the inputs .recurrent(size: 1)"
      )
    }
    return LayerShape(.recurrent(size: size), input.scope)
  }

  /// The check that a number is a class index.
  public var inputCheck: ((_ value: Float) -> String?)? { problem(ofInput:) }

  /// Returns the reason why a number is not a class index; `nil` if it is one.
  fileprivate func problem(ofInput value: Float) -> String? {
    // The range first: NaN is in none, and a number outside it may not be convertible to an integer.
    (0..<Float(classes)).contains(value) && value == value.rounded(.towardZero)
      ? nil
      : "not a class index; an embedding of \(classes) classes expects whole numbers from 0 to \(classes - 1)"
  }

  /// Returns `W`.
  public func parameters(input: InputType) -> [ParameterSpecification] {
    [.weights("W", [classes, size], fanIn: classes, fanOut: size)]
  }

  /// Makes the computation.
  public func makeComputation(input: InputType) -> any LayerComputation { EmbeddingComputation(self) }
}

/// The passes of `Embedding`.
private struct EmbeddingComputation: LayerComputation {
  private let layer: Embedding

  init(_ layer: Embedding) { self.layer = layer }

  func forward(
    _ input: StepValues, _ pass: LayerPass, state: inout RecurrentState?, into output: inout StepValues
  ) {
    let n = layer.size
    output.reshape(steps: input.steps, rows: input.rows, size: n)
    output.clear()
    for step in 0..<input.steps {
      for row in 0..<input.rows where pass.flags.isPresent(step, row) {
        let (start, to) = (first(input, step, row), (step * input.rows + row) * n)
        for unit in 0..<n { output.storage[to + unit] = pass.parameters[start + unit] }
      }
    }
  }

  func backward(
    _ input: StepValues, outputGradient: StepValues, _ pass: LayerPass, firstStep: Int,
    gradient: inout [Float]
  ) {
    let n = layer.size
    for index in gradient.indices { gradient[index] = 0 }
    for step in firstStep..<input.steps {
      for row in 0..<input.rows where pass.flags.isPresent(step, row) {
        let (start, from) = (first(input, step, row), (step * input.rows + row) * n)
        for unit in 0..<n { gradient[start + unit] += outputGradient.storage[from + unit] }
      }
    }
  }

  /// Sets the gradient to 0: class indices are discrete.
  func inputGradient(_ pass: LayerPass, firstStep: Int, into inputGradient: inout StepValues) {
    inputGradient.reshape(steps: pass.flags.steps, rows: pass.flags.rows, size: 1)
    inputGradient.clear()
  }

  /// Returns the index of the first weight in the row of a step's class.
  private func first(_ input: StepValues, _ step: Int, _ row: Int) -> Int {
    let value = input[step, row, 0]
    if let problem = layer.problem(ofInput: value) { preconditionFailure("\(value) is \(problem)") }
    return Int(value) * layer.size
  }
}
