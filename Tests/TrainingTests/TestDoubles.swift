import DataSets
import Synchronization
import Tensors
import Training

/// An iterator over batches in memory, the same in every pass.
struct MemoryBatches: DataSetIterator {
  /// The passes that an iterator and its copies have begun.
  private final class Log: Sendable {
    let epochs = Mutex<[Int]>([])
  }

  let batches: [DataSet]
  private let log = Log()
  private var position = 0

  init(_ batches: [DataSet]) { self.batches = batches }

  /// The passes that this iterator and its copies have begun.
  var begun: [Int] { log.epochs.withLock { $0 } }

  mutating func begin(epoch: Int) {
    log.epochs.withLock { $0.append(epoch) }
    position = 0
  }

  mutating func next() -> DataSet? {
    guard position < batches.count else { return nil }
    position += 1
    return batches[position - 1]
  }
}

/// The same, in an iterator that knows its number of batches.
struct CountedBatches: CountedDataSetIterator {
  private var batches: MemoryBatches

  init(_ batches: [DataSet]) { self.batches = MemoryBatches(batches) }

  var batchCount: Int { batches.batches.count }
  mutating func begin(epoch: Int) { batches.begin(epoch: epoch) }
  mutating func next() -> DataSet? { batches.next() }
}

/// A trainer that learns nothing, returns given losses, and records the pieces that it was given.
struct ScriptedTrainer: Trainer {
  var stepsPerUpdate: Int?
  /// The results of `fit`, call by call; after the last one, a loss of 1 per sequence.
  var losses: [BatchLoss?] = []
  private(set) var pieces: [DataSet] = []

  init(stepsPerUpdate: Int? = nil, losses: [BatchLoss?] = []) {
    self.stepsPerUpdate = stepsPerUpdate
    self.losses = losses
  }

  func output(_ batch: DataSet) -> Tensor {
    batch.labels ?? Tensor(shape: [batch.exampleCount, 1, batch.stepCount])
  }

  mutating func fit(_ piece: DataSet) -> BatchLoss? {
    pieces.append(piece)
    return pieces.count <= losses.count ? losses[pieces.count - 1] : score(piece)
  }

  func score(_ batch: DataSet) -> BatchLoss {
    let n = batch.exampleCount
    return BatchLoss(sum: Double(n), stepCount: batch.labelsMask.count, sequenceCount: n)
  }
}

/// A predictor with the same output for every input.
struct FixedPredictor: Predictor {
  let output: Tensor

  func output(_ batch: DataSet) -> Tensor { output }
}

/// A batch of `n` examples of `t` steps with labels of two classes everywhere.
func plainBatch(_ n: Int, _ t: Int, metadata: [DataSet.ExampleMetadata] = []) -> DataSet {
  var labels = Tensor(shape: [n, 2, t])
  for example in 0..<n { for step in 0..<t { labels[example, 0, step] = 1 } }
  return DataSet(features: Tensor(shape: [n, 1, t]), labels: labels, metadata: metadata)
}
