import DataSets
import Tensors
import Training

/// The audit of one batch, whose number appears in the messages.
struct Audit {
  let number: Int
  let batch: DataSet

  /// The largest difference between results computed in different orders: relative above 1, absolute below.
  static let tolerance = 1e-5

  /// The required agreement of outputs, losses and gradients.
  enum Agreement {
    /// Bit for bit.
    case exact
    /// Within `tolerance`.
    case close
  }

  func breach(_ location: String, _ promise: String, _ finding: String) -> ConformanceError {
    ConformanceError(at: "batch \(number), \(location)", promise, found: finding)
  }

  /// Throws if outputs differ from `before` at some step that is present in `mask`, `[N, T]`.
  ///
  /// `example` is the index in `before` of row 0 of `now`; `now` may have additional steps.
  func check(
    _ now: Tensor, _ promise: String, against before: Tensor, where mask: Mask, example first: Int = 0,
    _ agreement: Agreement, name: String = "outputs"
  ) throws {
    guard now.rank == 3, now.shape[1] == before.shape[1], now.shape[2] >= mask.stepCount else {
      throw breach(name, promise, "their shape was \(before.shape) and is now \(now.shape)")
    }
    for row in 0..<now.shape[0] {
      for step in 0..<mask.stepCount where mask[first + row, step] {
        for column in 0..<now.shape[1] {
          let (value, old) = (now[row, column, step], before[first + row, column, step])
          if agree(value, old, agreement) { continue }
          throw breach(
            "\(name) of example \(first + row), step \(step)", promise,
            "output \(column) was \(old) and is now \(value)")
        }
      }
    }
  }

  /// Throws if outputs are not `[N, outputs, T]`, or not exactly 0 where nothing is present.
  func checkZeros(_ outputs: Tensor, of batch: DataSet, _ suffix: String = "") throws {
    let (n, t) = (batch.exampleCount, batch.stepCount)
    guard outputs.rank == 3, outputs.shape[0] == n, outputs.shape[2] == t else {
      throw breach(
        "outputs\(suffix)", "outputs are [N, outputs, T]",
        "their shape is \(outputs.shape) for N = \(n), T = \(t)")
    }
    let mask = batch.stepMask
    for row in 0..<n {
      for step in 0..<t where !mask[row, step] {
        for column in 0..<outputs.shape[1] where outputs[row, column, step] != 0 {
          throw breach(
            "outputs of example \(row), step \(step)\(suffix)", "outputs are exactly 0 outside the step mask",
            "output \(column) is \(outputs[row, column, step])")
        }
      }
    }
  }

  /// Throws if a loss differs from `before`.
  func check(
    _ now: BatchLoss, _ name: String, _ promise: String, against before: BatchLoss, _ agreement: Agreement
  ) throws {
    let parts = [("sum", now.sum, before.sum), ("penalty", now.penalty, before.penalty)]
    for (part, value, old) in parts where !agree(value, old, agreement) {
      throw breach("\(part) of \(name)", promise, "it was \(old) and is now \(value)")
    }
    let counts = [
      ("step count", now.stepCount, before.stepCount),
      ("sequence count", now.sequenceCount, before.sequenceCount),
    ]
    for (part, value, old) in counts where value != old {
      throw breach("\(part) of \(name)", promise, "it was \(old) and is now \(value)")
    }
  }

  private func agree(_ value: Float, _ old: Float, _ agreement: Agreement) -> Bool {
    value.bitPattern == old.bitPattern || agreement == .close && agree(Double(value), Double(old), .close)
  }

  private func agree(_ value: Double, _ old: Double, _ agreement: Agreement) -> Bool {
    if value.bitPattern == old.bitPattern { return true }
    return agreement == .close && abs(value - old) <= Self.tolerance * max(1, abs(value), abs(old))
  }
}
