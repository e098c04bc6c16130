import DataSets
import Tensors
import Training

extension MultiLayerNetwork {
  /// Returns the outputs of the last layer, `[N, outputs, T]`, which are exactly 0 outside the batch's
  /// `stepMask`.
  ///
  /// A network with one prediction per series puts it at the step of the example's label, or else at its last
  /// present step.
  public func output(_ batch: DataSet) throws -> Tensor {
    let results = try run(try wholeSeries(batch), .output)
    defer { for result in results { shares.put(result.share) } }
    return output(of: results, batch)
  }

  /// Returns the outputs of every layer: `[N, size, T]`, or `[N, size, 1]` if there is one value per series.
  public func feedForward(_ batch: DataSet) throws -> [Tensor] {
    let results = try run(try wholeSeries(batch), .output)
    defer { for result in results { shares.put(result.share) } }
    return parameters.indices.map { layer in
      tensor(results.map { $0.share.activations[layer + 1] })
    }
  }

  func output(of results: [ShareResult], _ batch: DataSet) -> Tensor {
    let last = tensor(results.map { $0.share.activations[parameters.count] })
    guard plan.output.scope == .series else { return last }
    var outputs = Tensor(shape: [batch.exampleCount, outputSize, batch.stepCount], order: .timeMajor)
    let flags = StepFlags(batch, rows: 0..<batch.exampleCount)
    for row in 0..<batch.exampleCount {
      guard let step = flags.predictionStep(of: row) else { continue }
      for column in 0..<outputSize { outputs[row, column, step] = last[row, column, 0] }
    }
    return outputs
  }

  /// Returns the values of all shares as one tensor, `[N, size, T]`.
  func tensor(_ shares: [StepValues]) -> Tensor {
    let (steps, size) = (shares[0].steps, shares[0].size)
    let rows = shares.reduce(0) { $0 + $1.rows }
    var tensor = Tensor(shape: [rows, size, steps], order: .timeMajor)
    let strides = tensor.strides
    tensor.withMutableSpan { span in
      var firstRow = 0
      for series in shares {
        for step in 0..<steps {
          var from = step * series.rows * size
          let to = step * strides[2] + firstRow * size
          for index in 0..<series.rows * size {
            span[to + index] = series.storage[from]
            from += 1
          }
        }
        firstRow += series.rows
      }
    }
    return tensor
  }
}
