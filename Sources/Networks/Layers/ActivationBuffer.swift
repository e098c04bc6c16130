/// The values of a layer's cells before and after its activation, and the errors that flow back.
///
/// Every cell is independent, so that layers over steps and layers over whole series can use the same buffer.
struct ActivationBuffer: Sendable {
  /// The pre-activations `[T, N, n]`, written by the layer; `activate` turns them into the activated values.
  var values = Series()
  /// The gradient of the loss with respect to the pre-activations, after `backward`.
  ///
  /// It is 0 at absent steps and before the first step that learns.
  private(set) var errors = Series()
  private let activation: Activation
  /// The pre-activations, if the backward pass needs them.
  private var preActivations = Series()

  init(_ activation: Activation) { self.activation = activation }

  /// Activates `values`; the output is the same at present steps, and exactly 0 at others.
  mutating func activate(_ codes: StepFlags, into output: inout Series) {
    if activation.slopeNeedsInput { preActivations.copy(values) }
    Kernels.activate(activation, rows: values.steps * values.rows, n: values.size, &values.storage)
    Kernels.select(values, codes, into: &output)
  }

  /// Computes `errors` from the gradient with respect to the outputs.
  mutating func backward(_ outputGradient: Series, _ codes: StepFlags, firstStep: Int) {
    Kernels.select(outputGradient, codes, firstStep: firstStep, into: &errors)
    Kernels.activationGradient(
      activation, rows: values.steps * values.rows, n: values.size, preActivations: preActivations.storage,
      activated: values.storage, &errors.storage)
  }
}
