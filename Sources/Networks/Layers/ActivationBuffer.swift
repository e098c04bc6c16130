/// The values of a layer's cells on their way through its activation, and the errors on their way back.
///
/// Every cell stands for itself, so that layers over steps and layers over whole series use the same.
struct ActivationBuffer: Sendable {
  /// Pre-activations `[T, N, n]`, to be written by the layer; `activate` makes them the activated values.
  var values = Series()
  /// The gradient of the loss with respect to the pre-activations, after `backward`; 0 at absent steps and before the first
  /// one that learns.
  private(set) var errors = Series()
  private let activation: Activation
  /// The pre-activations, where the way back needs them.
  private var preActivations = Series()

  init(_ activation: Activation) { self.activation = activation }

  /// Activates `values`; the output is the same at present steps, exactly 0 at others.
  mutating func activate(_ codes: StepFlags, into output: inout Series) {
    if activation.slopeNeedsInput { preActivations.copy(values) }
    Kernels.activate(activation, rows: values.steps * values.rows, n: values.size, &values.storage)
    Kernels.select(values, codes, into: &output)
  }

  /// Makes `errors` of the gradient with respect to the outputs.
  mutating func backward(_ outputGradient: Series, _ codes: StepFlags, firstStep: Int) {
    Kernels.select(outputGradient, codes, firstStep: firstStep, into: &errors)
    Kernels.activationGradient(
      activation, rows: values.steps * values.rows, n: values.size, preActivations: preActivations.storage,
      activated: values.storage, &errors.storage)
  }
}
