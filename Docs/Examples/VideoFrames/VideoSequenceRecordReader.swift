import Timestep

/// A reader of videos, one sequence each: every frame is a step, and every pixel value is a column.
///
/// ```swift
/// let videos = try VideoSequenceRecordReader(
///   FileSplit("videos", extensions: ["mp4"]), width: 32, height: 32)
/// ```
///
/// Frames are `[channels, height, width]`, with values from 0 to 1, as a network with
/// `inputs: .convolutional(channels: 1, height: 32, width: 32)` requires. The program `ffmpeg` decodes videos
/// of any format and size.
struct VideoSequenceRecordReader: SequenceRecordReader {
  /// The color channels.
  enum Color: String {
    case gray
    case rgb

    var channelCount: Int { self == .gray ? 1 : 3 }
  }

  let width: Int
  let height: Int
  let color: Color
  /// The frames that are read, counted from 0 after `framesPerSecond`; `nil`: all.
  let frames: Range<Int>?
  /// The frame rate after conversion, which drops and repeats frames; `nil`: the original rate.
  let framesPerSecond: Double?
  /// The decoding program.
  let program: String
  let schema: SequenceSchema
  private let locations: [SequenceLocation]

  /// Makes a reader of the files of `split`.
  ///
  /// - Throws: Any error of the split; `FileError` if there is no working `ffmpeg`.
  init(
    _ split: some InputSplit, width: Int, height: Int, color: Color = .gray, frames: Range<Int>? = nil,
    framesPerSecond: Double? = nil, program: String = "ffmpeg"
  ) throws {
    precondition(width > 0 && height > 0, "pictures of \(width) x \(height)")
    precondition(frames.map { $0.lowerBound >= 0 && !$0.isEmpty } ?? true, "frames from 0 on, at least one")
    precondition(framesPerSecond.map { $0 > 0 && $0.isFinite } ?? true, "more than 0 frames per second")
    (self.width, self.height, self.color) = (width, height, color)
    (self.frames, self.framesPerSecond, self.program) = (frames, framesPerSecond, program)
    schema = SequenceSchema(
      columns: (0..<color.channelCount).flatMap { channel in
        (0..<height).flatMap { y in (0..<width).map { x in "c\(channel) y\(y) x\(x)" } }
      },
      options: [
        "the size of the pictures": "\(width) x \(height) \(color.rawValue)",
        "the frames": frames.map { "\($0)" } ?? "all",
        "the frames per second": framesPerSecond.map { "\($0)" } ?? "as they are",
      ])
    locations = try split.locations()
    // Reported now, not when the first video is read.
    let version = try ChildProcess(program, ["-version"], remedy: Self.remedy)
    let end = try version.finish()
    guard end == .exited(0) else {
      throw FileError(
        path: program,
        problem:
          "cannot be used: expected a program that prints its version, found one that ended \(end), with "
          + "\"\(version.lastErrorLine ?? "no message")\"; run \"\(program) -version\" by hand, and reinstall it or name another"
      )
    }
  }

  static let remedy = "install it: apt-get install ffmpeg"

  var count: Int { locations.count }

  func source(of index: Int) -> SequenceRecord.Source {
    SequenceRecord.Source(path: locations[index].path, key: locations[index].key)
  }

  func makeCursor() -> VideoCursor { VideoCursor(self) }

  func makeRowStream() -> any RowStream { VideoCursor(self) }

  /// Returns the arguments for `ffmpeg` to write the frames of a video to its standard output.
  func arguments(for path: String) -> [String] {
    var filters: [String] = []
    if let framesPerSecond { filters.append("fps=\(framesPerSecond)") }
    if let frames {
      filters.append("trim=start_frame=\(frames.lowerBound):end_frame=\(frames.upperBound)")
    }
    filters.append("scale=\(width):\(height)")
    return [
      // "repeat": the last line is a message, not the number of its repetitions.
      "-nostdin", "-hide_banner", "-loglevel", "repeat+error", "-threads", "1", "-i", "file:\(path)", "-an",
      "-sn", "-dn",
      "-vf", filters.joined(separator: ","), "-fps_mode", "passthrough", "-f", "rawvideo",
      "-pix_fmt", color == .gray ? "gray" : "rgb24", "pipe:1",
    ]
  }
}
