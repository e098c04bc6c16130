import Timestep

/// Returns a network that reads the words in both directions, and classifies by the maximum of every feature.
func sentimentNetwork(dimension: Int, options: Options) throws -> MultiLayerNetwork {
  try MultiLayerNetwork(
    inputs: .recurrent(size: dimension), seed: options.seed,
    updater: .adam(learningRate: .constant(options.learningRate)), gradientLimit: .elements(1)
  ) {
    Bidirectional(LSTM(options.hidden), .concatenate)
    Dropout(rate: options.dropout)
    GlobalPooling(.max)
    SeriesOutput(2, activation: .softmax, loss: .multiClassCrossEntropy)
  }
}

/// Returns the probability that each review is positive.
func probabilities(_ network: MultiLayerNetwork, _ reviews: [EncodedReview], _ vectors: WordVectors) throws
  -> [Float]
{
  var batches = SentimentIterator(reviews, vectors, batchSize: 64, order: .sequential)
  var probabilities: [Float] = []
  while let batch = try batches.next() {
    let output = try network.output(batch)
    for (row, step) in batch.labelsMask.lastSteps.enumerated() {
      if let step { probabilities.append(output[row, 1, step]) }
    }
  }
  return probabilities
}
