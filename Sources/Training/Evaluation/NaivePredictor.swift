import DataSets
import Tensors

/// Answers that take no learning, which a model should beat: always the same, or an earlier label of the same series.
///
/// ```swift
/// let last = NaivePredictor(repeating: [1])     // the label of the step before
/// let mask = last.answeredSteps(of: batch)      // the steps at which there is one
/// try naive.add(labels: labels, predictions: last.output(batch), mask: mask)
/// try model.add(labels: labels, predictions: network.output(batch), mask: mask)
/// ```
/// It reads the labels of the batches that it is evaluated on, so it is for comparisons only.
public struct NaivePredictor: Predictor, Sendable {
  /// The rule by which a column of the labels is answered.
  private enum Rule: Sendable {
    case constant([Float])
    case earlier(lags: [Int], columns: [Int])
  }

  private let rule: Rule

  /// Makes a predictor that always gives the same numbers, one for each column of the labels.
  public init(constant values: [Float]) { rule = .constant(values) }

  /// Makes a predictor that repeats earlier labels.
  ///
  /// - Parameters:
  ///   - lags: For each column of the labels, how many steps before the answer was given; at least 1.
  ///   - columns: The column that it was given in; `nil`: the same one.
  public init(repeating lags: [Int], columns: [Int]? = nil) {
    precondition(lags.allSatisfy { $0 > 0 }, "lags \(lags): at least 1 step")
    rule = .earlier(lags: lags, columns: columns ?? Array(lags.indices))
  }

  /// Returns the answers, `[N, L, T]`; 0 where there is none.
  public func output(_ batch: DataSet) throws -> Tensor {
    guard let labels = batch.labels else {
      return Tensor(shape: [batch.exampleCount, 0, batch.stepCount], order: .timeMajor)
    }
    var outputs = Tensor(shape: labels.shape, order: .timeMajor)
    for row in 0..<batch.exampleCount {
      for step in 0..<batch.stepCount where batch.stepMask[row, step] {
        switch rule {
        case .constant(let values):
          for column in values.indices { outputs[row, column, step] = values[column] }
        case .earlier(let lags, let columns):
          for column in lags.indices where has(batch, row, step - lags[column]) {
            outputs[row, column, step] = labels[row, columns[column], step - lags[column]]
          }
        }
      }
    }
    return outputs
  }

  private func has(_ batch: DataSet, _ row: Int, _ step: Int) -> Bool {
    step >= 0 && batch.labelsMask[row, step]
  }

  /// Returns the steps at which there is an answer, `[N, T]`: for an earlier label, those with all of them.
  public func answeredSteps(of batch: DataSet) -> Mask {
    guard case .earlier(let lags, _) = rule else { return batch.stepMask }
    return Mask(rows: batch.exampleCount, steps: batch.stepCount) { row, step in
      batch.stepMask[row, step] && lags.allSatisfy { has(batch, row, step - $0) }
    }
  }
}
