import DataSets
import Tensors
import Training

/// Checks that a trainer keeps the promises of `Trainer` and `Predictor`: an audit of how it treats padding
/// and masks.
///
/// ```swift
/// @Test func myTrainer() throws { try checkConformance(of: MyTrainer(inputs: 2, outputs: 3), on: [batch]) }
/// ```
/// If padding is replaced by NaN in features and labels, every output, loss, gradient (of an
/// `AuditedTrainer`) and update is bit-identical. Outputs are 0 where nothing is present; additional padding,
/// other examples in the batch and storage orders have no effect; computing outputs and losses has no side
/// effects; a piece whose labels are all masked causes no update.
///
/// - Parameters:
///   - trainer: A value, of which a copy is trained; it is not changed itself.
///   - batches: Batches of whole series, suitable for the trainer, at least one with present labels;
///     preferably several examples of unequal length.
/// - Returns: The report of the promises checked.
/// - Throws: `ConformanceError` naming the broken promise and the first array, example and step at which it
///   is broken; the trainer's errors.
@discardableResult
public func checkConformance(of trainer: some Trainer, on batches: [DataSet]) throws -> ConformanceReport {
  precondition(
    batches.contains { $0.labels != nil && $0.labelsMask.count > 0 },
    "a trainer is checked on at least one batch with labels")
  var report = ConformanceReport(auditSubject(batches))
  for (number, batch) in batches.enumerated() {
    let audit = Audit(number: number, batch: batch)
    try checkOutputs(of: trainer, audit)
    guard batch.labels != nil, batch.labelsMask.count > 0 else { continue }
    try checkScores(of: trainer, audit)
    if let audited = trainer as? any AuditedTrainer { try checkGradients(of: audited, audit) }
    try checkUpdates(of: trainer, audit)
    try checkMaskedLabels(of: trainer, audit)
  }
  for promise in OutputPromise.all { report.add(promise) }
  report.add(TrainerPromise.score)
  report.add(TrainerPromise.sums)
  if trainer is any AuditedTrainer { report.add("the values of padding change no gradient") }
  report.add("the values of padding and the storage order change no update")
  report.add(TrainerPromise.copies)
  report.add(TrainerPromise.nothing)
  return report
}

/// The required properties of a trainer beyond its outputs.
enum TrainerPromise {
  static let score = "score changes nothing"
  static let sums = "the losses of examples add up"
  static let copies = "a copy learns on its own"
  static let nothing = "a piece whose labels are all masked changes nothing"
}

private func checkScores(of trainer: some Trainer, _ audit: Audit) throws {
  let batch = audit.batch
  let before = try trainer.output(batch)
  let score = try trainer.score(batch)
  try audit.check(
    try trainer.output(batch), TrainerPromise.score, against: before, where: batch.stepMask, .exact)
  try audit.check(
    try trainer.score(batch), "score", TrainerPromise.score, against: score, .exact)
  let counts = BatchLoss(
    sum: score.sum, stepCount: batch.labelsMask.count, sequenceCount: batch.exampleCount,
    penalty: score.penalty)
  try audit.check(
    score, "score", "a loss counts the labels that are present, and rows", against: counts, .exact)

  let longer = batch.extended(by: 2)
  let long = try trainer.score(longer)
  try audit.check(
    try trainer.score(longer.poisoned), "score", OutputPromise.padding, against: long, .exact)
  try audit.check(long, "score", OutputPromise.length, against: score, .close)
  for order in Tensor.StorageOrder.allCases {
    try audit.check(
      try trainer.score(batch.ordered(order)), "score", "\(OutputPromise.order) (\(order))", against: score,
      .exact)
  }
  var sum = BatchLoss()
  for example in 0..<batch.exampleCount { sum += try trainer.score(batch.examples([example])) }
  try audit.check(sum, "score", TrainerPromise.sums, against: score, .close)
}

private func checkGradients(of trainer: some AuditedTrainer, _ audit: Audit) throws {
  let longer = audit.batch.extended(by: 2)
  let before = try trainer.gradients(longer)
  let poisoned = try trainer.gradients(longer.poisoned)
  guard poisoned.map(\.name) == before.map(\.name) else {
    throw audit.breach(
      "gradients", OutputPromise.padding,
      "their names were \(before.map(\.name)) and are now \(poisoned.map(\.name))")
  }
  for (now, old) in zip(poisoned, before) {
    guard now.values.count == old.values.count else {
      throw audit.breach(
        "gradient of \(now.name)", OutputPromise.padding,
        "it had \(old.values.count) elements and now has \(now.values.count)")
    }
    for (index, (value, was)) in zip(now.values, old.values).enumerated()
    where value.bitPattern != was.bitPattern {
      throw audit.breach(
        "gradient of \(now.name), element \(index)", OutputPromise.padding,
        "it was \(was) and is now \(value)")
    }
  }
}

private func checkUpdates(of trainer: some Trainer, _ audit: Audit) throws {
  let batch = audit.batch
  let before = try trainer.output(batch)
  let longer = batch.extended(by: 2)
  let (losses, after) = try outputsAfterUpdate(trainer, longer, batch)
  try audit.check(
    try trainer.output(batch), TrainerPromise.copies, against: before, where: batch.stepMask, .exact)

  func compare(_ other: DataSet, _ promise: String) throws {
    let (now, outputs) = try outputsAfterUpdate(trainer, other, batch)
    for (piece, (loss, old)) in zip(now, losses).enumerated() {
      let name = losses.count == 1 ? "loss of fit" : "loss of fit of piece \(piece)"
      switch (loss, old) {
      case (nil, nil): continue
      case (let loss?, let old?): try audit.check(loss, name, promise, against: old, .exact)
      default:
        throw audit.breach(
          name, promise,
          loss == nil ? "there was one and now there is none" : "there was none and now there is one")
      }
    }
    try audit.check(
      outputs, promise, against: after, where: batch.stepMask, .exact, name: "outputs after an update")
  }
  try compare(longer.poisoned, OutputPromise.padding)
  for order in Tensor.StorageOrder.allCases {
    try compare(longer.ordered(order), "\(OutputPromise.order) (\(order))")
  }
}

/// Returns the losses of a copy fitted to `piece`, cut as in the training loop, and its outputs for `batch`
/// afterwards.
private func outputsAfterUpdate<Model: Trainer>(
  _ trainer: Model, _ piece: DataSet, _ batch: DataSet
) throws -> (losses: [BatchLoss?], outputs: Tensor) {
  var copy = trainer
  var losses: [BatchLoss?] = []
  for part in piece.pieces(of: trainer.stepsPerUpdate) { losses.append(try copy.fit(part)) }
  return (losses, try copy.output(batch))
}

private func checkMaskedLabels(of trainer: some Trainer, _ audit: Audit) throws {
  let masked = audit.batch.withoutPresentLabels
  let (losses, after) = try outputsAfterUpdate(trainer, masked.poisoned, audit.batch)
  for case let loss? in losses {
    throw audit.breach("loss of fit", TrainerPromise.nothing, "fit gives a loss of \(loss.score)")
  }
  try audit.check(
    after, TrainerPromise.nothing, against: try trainer.output(audit.batch), where: audit.batch.stepMask,
    .exact, name: "outputs after an update")
  let score = try trainer.score(masked)
  guard score.sum == 0, score.stepCount == 0 else {
    throw audit.breach(
      "score", TrainerPromise.nothing, "its sum is \(score.sum), of \(score.stepCount) steps")
  }
}

/// A trainer whose gradients can be audited per array, so that a padding leak is reported with the
/// parameter's name.
///
/// ```swift
/// extension MyTrainer: AuditedTrainer {
///   func gradients(_ batch: DataSet) throws -> [(name: String, values: [Float])] {
///     [("weights", slope(batch))]
///   }
/// }
/// ```
public protocol AuditedTrainer: Trainer {
  /// Returns the gradient of the score with respect to every parameter, in a fixed order, without updating
  /// anything.
  func gradients(_ batch: DataSet) throws -> [(name: String, values: [Float])]
}
