import DataSets
import Tensors

extension Predictor {
  /// Returns the outputs for a batch of whole series, `[N, outputs, T]`.
  ///
  /// A `StatefulPredictor` that is also a trainer computes a batch that is longer than its `stepsPerUpdate` piece by piece,
  /// as evaluation does, so that long series take no more memory than in training.
  ///
  /// - Throws: Any error of the predictor; `TrainingError` if a row continues a series of another batch.
  public func wholeSeriesOutput(_ batch: DataSet) throws -> Tensor {
    var pieces: [(firstStep: Int, outputs: Tensor)] = []
    // Whether an example may be judged matters only to those who judge.
    let pass = StatefulPass.outputs(of: self, allowing: .fittedExamples)
    try pass.forEachPiece(of: SingleBatch(batch)) { _, firstStep, outputs in
      pieces.append((firstStep, outputs))
    }
    if pieces.count == 1 { return pieces[0].outputs }
    let width = pieces[0].outputs.shape[1]
    var whole = Tensor(shape: [batch.exampleCount, width, batch.stepCount], order: .timeMajor)
    let strides = whole.strides
    whole.withMutableSpan { span in
      for (firstStep, outputs) in pieces {
        let (elements, own) = (outputs.elements, outputs.strides)
        for step in 0..<outputs.shape[2] {
          for row in 0..<batch.exampleCount {
            for column in 0..<width {
              span[row * strides[0] + column * strides[1] + (firstStep + step) * strides[2]] =
                elements[row * own[0] + column * own[1] + step * own[2]]
            }
          }
        }
      }
    }
    return whole
  }
}

/// A pass of one batch.
private struct SingleBatch: DataSetIterator {
  private let batch: DataSet
  private var isDone = false

  init(_ batch: DataSet) { self.batch = batch }

  mutating func begin(epoch: Int) { isDone = false }

  mutating func next() -> DataSet? {
    if isDone { return nil }
    isDone = true
    return batch
  }
}
