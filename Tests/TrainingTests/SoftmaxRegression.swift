import DataSets
import Tensors
import TestSupport
import Training

#if canImport(Glibc)
  import Glibc
#endif

/// A trainer that is not a network: softmax regression on each series' mean, learned by plain gradient descent.
///
/// p = softmax(W mean(x) + b), the same at every step; loss -ln p[label], summed over present labels.
struct SoftmaxRegression: Trainer {
  private var weights: [[Float]]  // [L][C + 1], the bias last
  private let learningRate: Float

  init(inputs: Int, classes: Int, learningRate: Float) {
    weights = [[Float]](repeating: [Float](repeating: 0, count: inputs + 1), count: classes)
    self.learningRate = learningRate
  }

  func output(_ batch: DataSet) -> Tensor {
    var output = Tensor(shape: [batch.exampleCount, weights.count, batch.stepCount])
    let mask = batch.stepMask
    for example in 0..<batch.exampleCount {
      let probabilities = probabilities(of: means(batch, example))
      for step in 0..<batch.stepCount where mask[example, step] {
        for index in weights.indices { output[example, index, step] = probabilities[index] }
      }
    }
    return output
  }

  mutating func fit(_ piece: DataSet) -> BatchLoss? {
    guard piece.labelsMask.count > 0 else { return nil }
    let loss = score(piece)
    var gradient = weights.map { $0.map { _ in Float(0) } }
    forEachLabel(piece) { example, index in
      let inputs = means(piece, example)
      let probabilities = probabilities(of: inputs)
      for row in weights.indices {
        let error = probabilities[row] - (row == index ? 1 : 0)
        for column in inputs.indices { gradient[row][column] += error * inputs[column] }
      }
    }
    let rate = learningRate / Float(piece.exampleCount)
    for row in weights.indices {
      for column in weights[row].indices { weights[row][column] -= rate * gradient[row][column] }
    }
    return loss
  }

  func score(_ batch: DataSet) -> BatchLoss {
    var loss = BatchLoss(stepCount: batch.labelsMask.count, sequenceCount: batch.exampleCount)
    forEachLabel(batch) { example, index in
      loss.sum -= Double(log(probabilities(of: means(batch, example))[index]))
    }
    return loss
  }

  /// The mean of every feature over the present steps, and 1 for the bias, `[C + 1]`.
  private func means(_ batch: DataSet, _ example: Int) -> [Float] {
    var sums = [Float](repeating: 0, count: batch.features.shape[1])
    var count: Float = 0
    for step in 0..<batch.stepCount where batch.featuresMask[example, step] {
      for column in sums.indices { sums[column] += batch.features[example, column, step] }
      count += 1
    }
    return sums.map { $0 / count } + [1]
  }

  private func probabilities(of inputs: [Float]) -> [Float] {
    let sums = weights.map { row in zip(row, inputs).reduce(0) { $0 + $1.0 * $1.1 } }
    let largest = sums.max() ?? 0
    let powers = sums.map { exp($0 - largest) }
    let total = powers.reduce(0, +)
    return powers.map { $0 / total }
  }

  private func forEachLabel(_ batch: DataSet, _ body: (_ example: Int, _ index: Int) -> Void) {
    guard let labels = batch.labels else { return }
    for example in 0..<batch.exampleCount {
      for step in 0..<batch.stepCount where batch.labelsMask[example, step] {
        for index in weights.indices where labels[example, index, step] == 1 { body(example, index) }
      }
    }
  }
}

/// Ragged series around one centre per class, with one label at each series' last step; padding is NaN.
func clusteredBatches(count: Int, exampleCount: Int, seed: UInt64) -> [DataSet] {
  let centres: [[Float]] = [[1, 0], [-1, 1], [0, -1]]
  var generator = SplitMix(state: seed)
  return (0..<count).map { batch in
    let lengths = (0..<exampleCount).map { _ in Int.random(in: 1...7, using: &generator) }
    let t = lengths.max() ?? 1
    var features = Tensor(
      shape: [exampleCount, 2, t], order: Tensor.StorageOrder.allCases[batch % 3],
      elements: [Float](repeating: .nan, count: exampleCount * 2 * t))
    var labels = Tensor(shape: [exampleCount, 3, t])
    for example in 0..<exampleCount {
      let index = Int.random(in: 0..<3, using: &generator)
      for step in 0..<lengths[example] {
        for column in 0..<2 {
          features[example, column, step] = centres[index][column] + .random(in: -1...1, using: &generator)
        }
      }
      labels[example, index, lengths[example] - 1] = 1
    }
    return DataSet(
      features: features, labels: labels, featuresMask: Mask(ranges: lengths.map { 0..<$0 }, stepCount: t),
      labelsMask: Mask(ranges: lengths.map { $0 - 1..<$0 }, stepCount: t))
  }
}
