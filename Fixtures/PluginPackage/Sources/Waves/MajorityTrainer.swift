import Timestep

#if canImport(Glibc)
  import Glibc
#endif

/// Predicts the frequencies of the classes in training, for any input: the baseline that a model must beat.
struct MajorityTrainer: Trainer {
  private var counts: [Float]

  init(_ contract: DataContract) {
    counts = [Float](repeating: 1, count: contract.labels.names.count)
  }

  func output(_ batch: DataSet) -> Tensor {
    var outputs = Tensor(shape: [batch.exampleCount, counts.count, batch.stepCount])
    let total = counts.reduce(0, +)
    for row in 0..<batch.exampleCount {
      for step in 0..<batch.stepCount where batch.stepMask[row, step] {
        for label in counts.indices { outputs[row, label, step] = counts[label] / total }
      }
    }
    return outputs
  }

  mutating func fit(_ piece: DataSet) -> BatchLoss? {
    let loss = score(piece)
    guard let labels = piece.labels, loss.stepCount > 0 else { return nil }
    for row in 0..<piece.exampleCount {
      for step in 0..<piece.stepCount where piece.labelsMask[row, step] {
        for label in counts.indices { counts[label] += labels[row, label, step] }
      }
    }
    return loss
  }

  func score(_ batch: DataSet) -> BatchLoss {
    var loss = BatchLoss(sequenceCount: batch.exampleCount)
    let total = counts.reduce(0, +)
    guard let labels = batch.labels else { return loss }
    for row in 0..<batch.exampleCount {
      for step in 0..<batch.stepCount where batch.labelsMask[row, step] {
        loss.stepCount += 1
        for label in counts.indices where labels[row, label, step] == 1 {
          loss.sum -= Double(log(counts[label] / total))
        }
      }
    }
    return loss
  }
}
