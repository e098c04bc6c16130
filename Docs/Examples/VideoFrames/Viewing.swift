import Timestep

/// A trained network's view of a video, computed while it is decoded, one second at a time, for videos of any
/// length.
struct Viewing {
  /// Consecutive frames in which the network sees the same shape.
  struct Scene {
    /// The shape, as an index into `ShapeVideo.shapes`.
    let shape: Int
    /// The frames, counted from 0.
    var frames: Range<Int>
    /// The sum of the shape's probabilities over the frames.
    fileprivate var probability: Double

    /// The mean probability of the shape, 0 to 1.
    var certainty: Double { probability / Double(frames.count) }
  }

  /// The scenes, in order.
  private(set) var scenes: [Scene] = []
  /// The number of frames.
  private(set) var frameCount = 0

  /// Shows the first video of `videos` to a network.
  ///
  /// - Throws: `RecordError` when the video cannot be decoded.
  init(_ videos: VideoSequenceRecordReader, to network: MultiLayerNetwork) throws {
    var (cursor, frames) = (videos.makeRowStream(), SequenceRecord())
    var session = try network.session(rows: 1)
    try cursor.begin(0)
    while try cursor.read(upTo: Int(VideoData.framesPerSecond), into: &frames) > 0 {
      let pictures = Tensor(
        shape: [1, frames.columnCount, frames.stepCount], order: .timeMajor, elements: frames.values)
      let mask = Mask.full(1, frames.stepCount)
      add(try session.step(VideoData.brightness.normalize(pictures, mask: mask)))
    }
  }

  /// Takes in the probabilities `[1, shapes, T]` of the next frames.
  private mutating func add(_ probabilities: Tensor) {
    for step in 0..<probabilities.shape[2] {
      let (shape, probability) = (0..<probabilities.shape[1]).map { ($0, probabilities[0, $0, step]) }
        .reduce((0, -1)) { $1.1 > $0.1 ? $1 : $0 }
      if scenes.last?.shape != shape {
        scenes.append(Scene(shape: shape, frames: frameCount..<frameCount, probability: 0))
      }
      frameCount += 1
      scenes[scenes.count - 1].frames = scenes[scenes.count - 1].frames.lowerBound..<frameCount
      scenes[scenes.count - 1].probability += Double(probability)
    }
  }
}
