import Conformance
import DataSets
import Synchronization
import Tensors
import Training

/// The promises of trainers that a `BrokenTrainer` can break.
enum TrainerFault: CaseIterable {
  case shape, zeros, twice, padding, poisonedZeros, length, company, order
  case scoreChanges, scoreCounts, scorePadding, sums
  case gradients, fitLoss, update, copies, masked, maskedUpdate, maskedScore
}

/// Learns y = 0.5 (x0 + x1 + ...) + bias by gradient descent, and breaks at most one promise.
struct BrokenTrainer: AuditedTrainer {
  let fault: TrainerFault?
  private var ownBias: Float = 0.25
  private let notes = Notes()

  init(_ fault: TrainerFault?) { self.fault = fault }

  private var bias: Float {
    get { fault == .copies ? notes.bias.withLock { $0 } : ownBias }
    set { if fault == .copies { notes.bias.withLock { $0 = newValue } } else { ownBias = newValue } }
  }

  func output(_ batch: DataSet) -> Tensor {
    let (n, c, t) = (batch.exampleCount, batch.features.shape[1], batch.stepCount)
    if fault == .shape { return Tensor(shape: [n, t, 1]) }
    var extra: Float = 0
    switch fault {
    case .twice: extra = notes.count()
    case .scoreChanges: extra = notes.peek()
    case .padding: extra = 0 * batch.features[n - 1, 0, t - 1]
    case .length: extra = 1 / Float(t)
    case .company: extra = Float(n)
    case .order: extra = batch.features.order == .f ? 1 : 0
    default: break
    }
    var output = Tensor(shape: [n, 1, t])
    for row in 0..<n {
      for step in 0..<t {
        let sum = (0..<c).reduce(0) { $0 + batch.features[row, $1, step] }
        if batch.stepMask[row, step] {
          output[row, 0, step] = 0.5 * sum + bias + extra
        } else if fault == .zeros {
          output[row, 0, step] = bias
        } else if fault == .poisonedZeros {
          output[row, 0, step] = 0 * sum
        }
      }
    }
    return output
  }

  func score(_ batch: DataSet) -> BatchLoss {
    if fault == .scoreChanges { _ = notes.count() }
    let (outputs, mask) = (output(batch), batch.labelsMask)
    var loss = BatchLoss(stepCount: mask.count, sequenceCount: batch.exampleCount)
    guard let labels = batch.labels else { return loss }
    for row in 0..<batch.exampleCount {
      for step in 0..<batch.stepCount {
        let error = outputs[row, 0, step] - labels[row, 0, step]
        if mask[row, step] { loss.sum += Double(error * error) }
        if fault == .scorePadding { loss.sum += 0 * Double(labels[row, 0, step]) }
      }
    }
    if fault == .scoreCounts { loss.stepCount = batch.exampleCount * batch.stepCount }
    if fault == .sums { loss.sum *= Double(batch.exampleCount) }
    if fault == .maskedScore && mask.count == 0 { loss.sum = 1 }
    return loss
  }

  func gradients(_ batch: DataSet) -> [(name: String, values: [Float])] {
    [("weights", [0, 0]), ("bias", [0, fault == .gradients ? slope(batch, leaks: true) : slope(batch)])]
  }

  private func slope(_ batch: DataSet, leaks: Bool = false) -> Float {
    let (outputs, mask) = (output(batch), batch.labelsMask)
    var slope: Float = 0
    guard let labels = batch.labels else { return slope }
    for row in 0..<batch.exampleCount {
      for step in 0..<batch.stepCount where leaks || mask[row, step] {
        slope += (mask[row, step] ? 2 : 0) * (outputs[row, 0, step] - labels[row, 0, step])
      }
    }
    return slope
  }

  mutating func fit(_ piece: DataSet) -> BatchLoss? {
    guard piece.labelsMask.count > 0 else {
      if fault == .maskedUpdate { bias *= 2 }
      return fault == .masked ? BatchLoss(sequenceCount: 1) : nil
    }
    var loss = score(piece)
    if fault == .fitLoss, let labels = piece.labels { loss.sum += Double(0 * labels.elements.reduce(0, +)) }
    bias -= 0.125 * slope(piece, leaks: fault == .update)
    return loss
  }

  private final class Notes: Sendable {
    let bias = Mutex<Float>(0.25)
    private let counter = Atomic(0)

    func count() -> Float { Float(counter.add(1, ordering: .relaxed).newValue) }

    func peek() -> Float { Float(counter.load(ordering: .relaxed)) }
  }
}
