import Timestep
func run(_ seed: UInt64) throws {
  let d = "/tmp/data/japanese_vowels/"
  func sets(_ p: String, _ n: Int, _ order: Order) throws -> SequenceDataSetIterator {
    try SequenceDataSetIterator(
      features: try CSVSequenceRecordReader(NumberedFileInputSplit(d + p + "/myInput_%d.csv", 0...n)),
      labels: try CSVSequenceRecordReader(NumberedFileInputSplit(d + p + "/myLabels_%d.csv", 0...n)),
      batchSize: 32, labelEncoding: .oneHot(classes: 9), alignment: .end, order: order)
  }
  var train = try sets("train", 269, .shuffled(seed: seed))
  var test = try sets("test", 369, .sequential)
  var network = try MultiLayerNetwork(inputs: .recurrent(size: 12), seed: seed, updater: .adam(learningRate: 3e-3)) {
    LSTM(64)
    RNNOutput(9, activation: .softmax, loss: .multiClassCrossEntropy)
  }
  try TrainingLoop(epochs: 40).fit(&network, &train)
  print(try evaluate(network, on: &test).accuracy)
}
let c = ContinuousClock()
for s in 1...3 { print(try c.measure { try run(UInt64(s)) }) }
