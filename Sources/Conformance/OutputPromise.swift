import DataSets
import Tensors
import Training

/// Checks that a predictor keeps the promises of `Predictor`, especially about padding.
///
/// - Parameters:
///   - predictor: The predictor to check.
///   - batches: Batches of whole series, suitable for the predictor; preferably several examples of unequal
///     length.
/// - Returns: The report of the promises checked.
/// - Throws: `ConformanceError` naming the broken promise and the first array, example and step at which it
///   is broken; the predictor's errors.
@discardableResult
public func checkConformance(of predictor: some Predictor, on batches: [DataSet]) throws -> ConformanceReport
{
  precondition(!batches.isEmpty, "a predictor is checked on at least one batch")
  var report = ConformanceReport(auditSubject(batches))
  for (number, batch) in batches.enumerated() {
    try checkOutputs(of: predictor, Audit(number: number, batch: batch))
  }
  for promise in OutputPromise.all { report.add(promise) }
  return report
}

/// Returns a description such as "2 batches, 7 examples".
func auditSubject(_ batches: [DataSet]) -> String {
  "\(batches.count) batches, \(batches.reduce(0) { $0 + $1.exampleCount }) examples"
}

/// The required properties of outputs, in the order in which they are checked.
enum OutputPromise {
  static let zeros = "outputs are exactly 0 outside the step mask"
  static let repeated = "outputs are the same twice"
  static let padding = "the values of padding change nothing"
  static let length = "further steps of padding change nothing"
  static let company = "an example's outputs do not depend on the others"
  static let order = "the storage order changes nothing"
  static let all = [zeros, repeated, padding, length, company, order]
}

func checkOutputs(of predictor: some Predictor, _ audit: Audit) throws {
  let batch = audit.batch
  let mask = batch.stepMask
  let everything = Mask.full(batch.exampleCount, batch.stepCount)
  let outputs = try predictor.output(batch)
  try audit.checkZeros(outputs, of: batch)
  try audit.check(
    try predictor.output(batch), OutputPromise.repeated, against: outputs, where: everything, .exact)

  // Ensures that every batch has padding.
  let longer = batch.extended(by: 2)
  let long = try predictor.output(longer)
  let poisoned = try predictor.output(longer.poisoned)
  try audit.check(poisoned, OutputPromise.padding, against: long, where: longer.stepMask, .exact)
  try audit.checkZeros(poisoned, of: longer, ", with NaN as padding")

  try audit.check(long, OutputPromise.length, against: outputs, where: mask, .close)
  try audit.checkZeros(long, of: longer, ", with 2 further steps")

  for example in 0..<batch.exampleCount {
    try audit.check(
      try predictor.output(batch.examples([example])), OutputPromise.company, against: outputs, where: mask,
      example: example, .close)
  }
  for order in Tensor.StorageOrder.allCases {
    try audit.check(
      try predictor.output(batch.ordered(order)), "\(OutputPromise.order) (\(order))", against: outputs,
      where: mask, .exact)
  }
}
