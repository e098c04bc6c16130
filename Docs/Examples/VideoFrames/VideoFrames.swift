import Glibc
import Timestep

/// Says at every frame of a video which shape is in it, also while it is hidden: with memory, and without.
@main struct VideoFrames {
  static func main() {
    let quick = CommandLine.arguments.contains("--quick")
    do {
      let (with, without) = try accuracies(quick ? Setting(training: 36, test: 18) : Setting())
      print("test accuracy of frames: \(percent(with)) with the LSTM, \(percent(without)) without")
      let margin = quick ? 0.1 : 0.15
      print("expected: a margin of at least \(percent(margin))")
      exit(with - without >= margin ? 0 : 1)
    } catch {
      StandardStream.error.write("\(error)\n")
      exit(1)
    }
  }

  private static func percent(_ share: Double) -> String { "\((share * 1000).rounded() / 10) %" }

  /// How much of what.
  struct Setting {
    /// Videos to learn from.
    var training = 120
    /// Videos that the networks never saw.
    var test = 60
    /// Frames of each video.
    var frames = 64
    var epochs = 20
  }

  /// Makes the videos, and trains on them with memory and without.
  static func accuracies(_ setting: Setting) throws -> (with: Double, without: Double) {
    let directory = try TemporaryDirectory()
    let data = VideoData(directory: directory.path, frameCount: setting.frames)
    try data.make(0..<setting.training + setting.test)
    let training = try data.dataSets(0..<setting.training)
    let test = try data.dataSets(setting.training..<setting.training + setting.test)
    func accuracy(_ hidden: any Layer) throws -> Double {
      var network = try network(hidden)
      var batches = SequenceDataSetIterator(training)
      try TrainingLoop(epochs: setting.epochs, listeners: [ProgressBar()]).fit(&network, &batches)
      var testBatches = SequenceDataSetIterator(test)
      return try evaluate(network, on: &testBatches).accuracy
    }
    return (try accuracy(LSTM(32)), try accuracy(Dense(32, activation: .relu)))
  }

  /// Two convolutions and a dense layer look at every frame; what `hidden` is decides whether anything is remembered.
  ///
  /// How one layer's values become the next one's, from images to vectors to series, is found automatically.
  static func network(_ hidden: any Layer) throws -> MultiLayerNetwork {
    try MultiLayerNetwork(
      inputs: .convolutional(channels: 1, height: ShapeVideo.side, width: ShapeVideo.side), seed: 1,
      updater: .adam(learningRate: 0.003), backpropagation: .truncated(forward: 32, backward: 32),
      gradientLimit: .globalNorm(1)
    ) {
      Convolution2D(8, kernel: 5, stride: 2, padding: 2, activation: .relu)
      Convolution2D(16, kernel: 3, stride: 2, padding: 1, activation: .relu)
      Dense(32, activation: .relu)
      hidden
      RNNOutput(ShapeVideo.shapes.count, activation: .softmax, loss: .multiClassCrossEntropy)
    }
  }
}
