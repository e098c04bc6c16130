import Timestep

/// The size and frame rate of a video file.
struct VideoFormat: Equatable {
  /// The size of the stored frames, in pixels.
  let width, height: Int
  /// The mean frame rate; `nil` if the file does not specify it.
  let framesPerSecond: Double?

  /// Runs `ffprobe`, which comes with `ffmpeg`.
  ///
  /// - Throws: `FileError` if there is no such program, no such file, or no video in it.
  init(of path: String) throws {
    let probe = try ChildProcess(
      "ffprobe",
      [
        "-loglevel", "repeat+error", "-select_streams", "v:0", "-show_entries",
        "stream=width,height,avg_frame_rate", "-of", "default=noprint_wrappers=1", "file:\(path)",
      ], remedy: VideoSequenceRecordReader.remedy)
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = try probe.read(into: &bytes)
    let end = try probe.finish()
    guard end == .exited(0) else {
      throw FileError(
        path: path,
        problem:
          "is not a readable video: ffprobe ended \(end), with \"\(probe.lastErrorLine ?? "no message")\"; "
          + "play it, and name another file or encode it again")
    }
    let lines = String(decoding: bytes[..<count], as: UTF8.self).split(separator: "\n")
    let pairs = lines.map { $0.split(separator: "=", maxSplits: 1).map(String.init) }.filter { $0.count == 2 }
    let values = Dictionary(pairs.map { ($0[0], $0[1]) }) { first, _ in first }
    guard let width = values["width"].flatMap({ Int($0) }), let height = values["height"].flatMap({ Int($0) })
    else {
      throw FileError(path: path, problem: "contains no video: expected pictures; name another file")
    }
    (self.width, self.height) = (width, height)
    // A fraction such as 30000/1001; 0/0 if unknown.
    let rate = (values["avg_frame_rate"] ?? "").split(separator: "/").compactMap { Double($0) }
    framesPerSecond = rate.count == 2 && rate[0] > 0 && rate[1] > 0 ? rate[0] / rate[1] : nil
  }
}
