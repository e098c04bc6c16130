import Timestep

/// Reads one video at a time, for one thread, as `ffmpeg` decodes it.
///
/// The program ends with the cursor, or when the next video begins.
struct VideoCursor: SequenceCursor, RowStream {
  private let reader: VideoSequenceRecordReader
  /// The bytes of one frame.
  private var frame: [UInt8]
  /// The running `ffmpeg`; `nil` before `begin`, and after the end of the video.
  private var decoder: ChildProcess?
  private var path = ""
  private var frameCount = 0

  init(_ reader: VideoSequenceRecordReader) {
    self.reader = reader
    frame = [UInt8](repeating: 0, count: reader.columns.count)
  }

  mutating func begin(_ index: Int) throws {
    end()
    path = reader.source(of: index).path
    decoder = try ChildProcess(
      reader.program, reader.arguments(for: path), remedy: VideoSequenceRecordReader.remedy)
  }

  mutating func read(upTo count: Int, into rows: inout SequenceRecord) throws -> Int {
    // A frame is a row and counts as a line.
    rows.begin(columnCount: frame.count, firstLine: frameCount + 1, firstRow: frameCount)
    while rows.stepCount < count, try nextFrame() { rows.append(row: picture) }
    return rows.stepCount
  }

  mutating func read(_ index: Int, into sequence: inout SequenceRecord) throws {
    try begin(index)
    _ = try read(upTo: .max, into: &sequence)
  }

  mutating func end() {
    decoder?.stop()
    (decoder, frameCount) = (nil, 0)
  }

  /// Waits for the next frame; returns false at the end of the video.
  private mutating func nextFrame() throws -> Bool {
    guard let decoder else { return false }
    let count = try decoder.read(into: &frame)
    if count == frame.count {
      frameCount += 1
      return true
    }
    let end = try decoder.finish()
    self.decoder = nil
    // ffmpeg reports a damaged frame and continues; here it would become an invented row.
    guard end == .exited(0), decoder.lastErrorLine == nil, count == 0 else {
      let words = decoder.lastErrorLine.map { escapedText($0.utf8, limit: 200) } ?? "it ended \(end)"
      throw RecordError(
        .malformed, path: path, line: frameCount + 1,
        "cannot be decoded from frame \(frameCount) on: expected an undamaged video, found what \(reader.program) calls "
          + "\"\(words)\"; play it, and encode it again or leave it out")
    }
    guard frameCount > 0 else {
      throw RecordError(
        .empty, path: path,
        "there are no frames to read: expected at least one\(reader.frames.map { " of \($0)" } ?? ""), found none; choose "
          + "other frames, or exclude the video")
    }
    return false
  }

  /// The frame as `[channels, height, width]`; ffmpeg writes `[height, width, channels]`.
  private var picture: [Float] {
    let channels = reader.color.channelCount
    return (0..<channels).flatMap { channel in
      stride(from: channel, to: frame.count, by: channels).map { Float(frame[$0]) * (1 / 255) }
    }
  }
}
