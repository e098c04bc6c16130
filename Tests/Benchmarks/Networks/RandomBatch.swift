import Timestep

/// A batch of random features with a class at every step, or only at each series' last step.
///
/// - Parameter lengths: The series' lengths; the longest one is T.
func randomBatch(lengths: [Int], columns: Int, classes: Int, labelAtEnd: Bool = false, seed: Int) -> DataSet {
  var random = SplitMix(seed: seed)
  let (n, t) = (lengths.count, lengths.max() ?? 1)
  var features = Tensor(shape: [n, columns, t], order: .timeMajor)
  var labels = Tensor(shape: [n, classes, t], order: .timeMajor)
  features.withMutableSpan { features in
    labels.withMutableSpan { labels in
      for (row, length) in lengths.enumerated() {
        for step in 0..<length {
          let cell = step * n + row
          for column in 0..<columns { features[cell * columns + column] = random.symmetric() }
          let hot = random.number(in: 0...classes - 1)
          if !labelAtEnd || step == length - 1 { labels[cell * classes + hot] = 1 }
        }
      }
    }
  }
  let present = Mask(ranges: lengths.map { 0..<$0 }, stepCount: t)
  let last = Mask(ranges: lengths.map { $0 - 1..<$0 }, stepCount: t)
  return DataSet(
    features: features, labels: labels, featuresMask: present, labelsMask: labelAtEnd ? last : present)
}

/// The network that all benchmarks train and step: an LSTM, and a softmax over 10 classes.
func lstm(inputs: Int, size: Int, classes: Int = 10, workers: WorkerPool) throws -> MultiLayerNetwork {
  try MultiLayerNetwork(
    inputs: .recurrent(size: inputs), seed: 1, updater: .adam(learningRate: 0.001), workers: workers
  ) {
    LSTM(size)
    RNNOutput(classes, activation: .softmax, loss: .multiClassCrossEntropy)
  }
}
