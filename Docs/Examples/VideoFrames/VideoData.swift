import Timestep

/// Rendered videos `video_%d.mp4`, with one class per frame in `labels_%d.txt`.
struct VideoData {
  let directory: String
  let frameCount: Int

  /// Renders and encodes videos in parallel.
  ///
  /// - Throws: `FileError` if there is no `ffmpeg`, or a file cannot be written.
  func make(_ numbers: Range<Int>) throws {
    let work = numbers.map { number in WorkerPool.shared.submit { try make(number) } }
    for video in work { try video.value() }
  }

  private func make(_ number: Int) throws {
    let video = ShapeVideo(number, frameCount: frameCount)
    let labels = try FileWriter("\(directory)/labels_\(number).txt")
    try labels.write(String(repeating: "\(video.shape)\n", count: frameCount))
    try labels.commit()
    try encode(video.frames, into: "\(directory)/video_\(number).mp4")
  }

  /// Pipes raw frames into ffmpeg, which writes an H.264 file.
  private func encode(_ frames: [UInt8], into path: String) throws {
    let side = ShapeVideo.side
    let encoder = try ChildProcess(
      "ffmpeg",
      [
        "-hide_banner", "-loglevel", "repeat+error", "-f", "rawvideo", "-pix_fmt", "gray", "-s",
        "\(side)x\(side)", "-r", "\(Self.framesPerSecond)", "-i", "pipe:0", "-c:v", "libx264", "-preset",
        "veryfast", "-crf", "12", "-threads", "1",
        "-pix_fmt", "yuv420p", "-y", "file:\(path)",
      ], remedy: VideoSequenceRecordReader.remedy)
    // If it ended too early, its messages say why.
    do { try encoder.write(frames) } catch is ReaderGone {}
    let end = try encoder.finish()
    guard end == .exited(0) else {
      throw FileError(
        path: path,
        problem: "cannot be encoded: ffmpeg ended \(end), with \"\(encoder.lastErrorLine ?? "no message")\"; "
          + "check that it has the encoder libx264 (ffmpeg -encoders)")
    }
  }

  /// The frame rate of the videos, to which other videos are converted.
  static let framesPerSecond = 25.0

  /// Shifts brightness from [0, 1] to around 0.
  static let brightness = AffineNormalizer(
    shift: [Double](repeating: 0.25, count: ShapeVideo.side * ShapeVideo.side),
    scale: [Double](repeating: 0.25, count: ShapeVideo.side * ShapeVideo.side))

  /// Returns a reader of videos of any size and rate, converted for the networks.
  static func reader(_ split: some InputSplit) throws -> VideoSequenceRecordReader {
    try VideoSequenceRecordReader(
      split, width: ShapeVideo.side, height: ShapeVideo.side, framesPerSecond: framesPerSecond)
  }

  /// Returns the videos with their labels, in batches with equally many of each shape; each is decoded once.
  func dataSets(_ numbers: Range<Int>) throws -> SequenceBatches {
    let range = numbers.lowerBound...numbers.upperBound - 1
    let videos = try Self.reader(NumberedFileInputSplit("\(directory)/video_%d.mp4", range))
    let labels = try CSVSequenceRecordReader(NumberedFileInputSplit("\(directory)/labels_%d.txt", range))
    return try SequenceBatches(
      features: CachedSequenceRecordReader(temporarilyCaching: videos),
      labels: .reader(labels, .oneHot(names: ShapeVideo.shapes)), batchSize: 6, alignment: .equal
    ).normalized(by: Self.brightness)
  }
}
