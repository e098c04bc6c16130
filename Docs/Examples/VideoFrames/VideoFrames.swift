import ArgumentParser
import Timestep

/// Names the shape in every frame of a video, even while it is hidden: with and without memory.
@main struct VideoFrames: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "VideoFrames",
    abstract: "Learns which shape is in every frame of a video, with memory and without.",
    discussion: "Videos are rendered here, and encoded and decoded by ffmpeg (apt-get install ffmpeg).")

  @Flag(help: "Fewer videos: seconds instead of minutes.")
  var quick = false

  @Option(help: "A folder for the rendered videos and their labels; created if missing.")
  var output: String?

  @Option(
    name: .customLong("video"), parsing: .upToNextOption,
    help: "Your own videos: prints the shapes that the network with memory finds in them.")
  var videos: [String] = []

  func run() throws {
    // Invalid files are reported before the training.
    let formats = try videos.map { try VideoFormat(of: $0) }
    let setting = quick ? Setting(training: 36, test: 18) : Setting()
    let scratch = try TemporaryDirectory()
    if let output { try Directory.create(output) }
    let data = VideoData(directory: output ?? scratch.path, frameCount: setting.frames)
    try data.make(0..<setting.training + setting.test)
    let training = try data.dataSets(0..<setting.training)
    let test = try data.dataSets(setting.training..<setting.training + setting.test)

    let network = try Self.trained(LSTM(32), on: training, epochs: setting.epochs)
    guard videos.isEmpty else {
      for (path, format) in zip(videos, formats) { try Self.show(path, format, to: network) }
      return
    }
    let with = try Self.accuracy(network, on: test)
    let without = try Self.accuracy(
      Self.trained(Dense(32, activation: .relu), on: training, epochs: setting.epochs), on: test)
    print("test accuracy of frames: \(Self.percent(with)) with the LSTM, \(Self.percent(without)) without")
    let margin = quick ? 0.1 : 0.15
    print("expected: a margin of at least \(Self.percent(margin))")
    if with - without < margin { throw ExitCode.failure }
  }

  /// The amount of data and training.
  struct Setting {
    /// The number of training videos.
    var training = 120
    /// The number of test videos.
    var test = 60
    /// The number of frames per video.
    var frames = 64
    var epochs = 20
  }

  static func trained(_ hidden: any Layer, on training: SequenceBatches, epochs: Int) throws
    -> MultiLayerNetwork
  {
    var network = try network(hidden)
    try TrainingLoop(epochs: epochs, listeners: [ProgressBar()]).fit(&network, training)
    return network
  }

  /// Returns a network of two convolutions, a dense layer, `hidden` and an output for every frame.
  ///
  /// `hidden` decides whether the network has memory.
  /// The conversions between images, vectors and series are added automatically.
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

  private static func accuracy(_ network: MultiLayerNetwork, on test: SequenceBatches) throws -> Double {
    try network.evaluate(on: test).accuracy
  }

  private static func percent(_ share: Double) -> String { "\((share * 100).fixed(1)) %" }

  /// Prints the shapes that the network finds in a file, with their times.
  private static func show(_ path: String, _ format: VideoFormat, to network: MultiLayerNetwork) throws {
    let file = CollectionInputSplit([SequenceLocation(path: path, key: path)])
    let viewing = try Viewing(VideoData.reader(file), to: network)
    func short(_ number: Double) -> String {
      let rounded = (number * 100).rounded() / 100
      return rounded == rounded.rounded() ? "\(Int(rounded))" : "\(rounded)"
    }
    let rate = format.framesPerSecond.map { "\(short($0)) frames per second" } ?? "frame rate unknown"
    print(
      "\(path): \(format.width) x \(format.height), \(rate); read as \(viewing.frameCount) frames of \(ShapeVideo.side) x "
        + "\(ShapeVideo.side), \(short(VideoData.framesPerSecond)) per second")
    for scene in viewing.scenes {
      let seconds = [scene.frames.lowerBound, scene.frames.upperBound].map {
        short(Double($0) / VideoData.framesPerSecond)
      }
      print(
        "  frames \(scene.frames.lowerBound)...\(scene.frames.upperBound - 1) (\(seconds[0]) s to \(seconds[1]) s): "
          + "\(ShapeVideo.shapes[scene.shape]), probability \(short(scene.certainty))")
    }
  }
}
