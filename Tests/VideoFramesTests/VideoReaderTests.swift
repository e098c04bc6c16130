import Conformance
import Glibc
import TestSupport
import Testing
import Timestep

@testable import VideoFrames

/// True if videos can be made and read at all.
private let hasFFmpeg = (try? ChildProcess("ffmpeg", ["-version"]).finish()) == .exited(0)

@Suite(.startsProcesses, .enabled(if: hasFFmpeg, "ffmpeg is not there: apt-get install ffmpeg"))
struct VideoReaderTests {
  private let directory = TestDirectory()

  private func path(_ name: String) -> String { directory.path(name) }

  /// Makes a file from the test sources of ffmpeg.
  private func ffmpeg(_ arguments: String, _ name: String) throws {
    let words = arguments.split(separator: " ").map(String.init)
    let end = try ChildProcess("ffmpeg", ["-nostdin", "-loglevel", "error"] + words + ["-y", path(name)])
      .finish()
    try #require(end == .exited(0))
  }

  /// Two videos of 10 and 25 frames, whose pictures are those of ffmpeg's test source.
  private func makeVideos() throws {
    try ffmpeg("-f lavfi -i testsrc=size=64x48:rate=25:duration=0.4 -pix_fmt yuv420p", "v_0.mp4")
    try ffmpeg("-f lavfi -i testsrc=size=64x48:rate=25:duration=1 -pix_fmt yuv420p", "v_1.mp4")
  }

  private func reader(
    _ name: String = "v_%d.mp4", color: VideoSequenceRecordReader.Color = .gray, frames: Range<Int>? = nil,
    framesPerSecond: Double? = nil
  ) throws -> VideoSequenceRecordReader {
    try VideoSequenceRecordReader(
      NumberedFileInputSplit(path(name)), width: 16, height: 12, color: color, frames: frames,
      framesPerSecond: framesPerSecond)
  }

  private func read(_ reader: VideoSequenceRecordReader, _ index: Int = 0) throws -> SequenceRecord {
    var record = SequenceRecord()
    var cursor = reader.makeCursor()
    try cursor.read(index, into: &record)
    return record
  }

  @Test(arguments: [VideoSequenceRecordReader.Color.gray, .rgb])
  func itKeepsAReadersPromises(color: VideoSequenceRecordReader.Color) throws {
    try makeVideos()
    let report = try checkConformance(of: reader(color: color))
    #expect(report.subject == "2 sequences, 35 steps")
  }

  @Test func framesAndRatesAreChosen() throws {
    try makeVideos()
    let whole = try read(reader(), 1)
    #expect(whole.stepCount == 25 && whole.columnCount == 16 * 12)
    #expect(whole.values.allSatisfy { (0...1).contains($0) } && Set(whole.values).count > 10)
    let some = try read(reader(frames: 3..<7), 1)
    var expected = SequenceRecord()
    expected.take(3..<7, of: whole)
    #expect(some.values == expected.values)
    // Five frames per second: every fifth one.
    let fewer = try read(reader(framesPerSecond: 5), 1)
    #expect(fewer.stepCount == 5)
    #expect(try reader(frames: 3..<7).signature != reader().signature)
  }

  /// Red, green and blue pictures come as channels, each whole.
  @Test func channelsComeOneAfterTheOther() throws {
    for (number, color) in ["red", "lime", "blue"].enumerated() {
      try ffmpeg("-f lavfi -i color=\(color):size=32x24:rate=5:duration=0.4", "c_\(number).mp4")
    }
    let reader = try reader("c_%d.mp4", color: .rgb)
    #expect(reader.columns.count == 3 * 192 && reader.columns[192] == "c1 y0 x0")
    for index in 0..<3 {
      let first = try read(reader, index).values.prefix(3 * 192)
      for channel in 0..<3 {
        let part = first.dropFirst(channel * 192).prefix(192)
        #expect(
          part.allSatisfy { channel == index ? $0 > 0.9 : $0 < 0.1 }, "channel \(channel) of picture \(index)"
        )
      }
    }
  }

  /// Returns the message of an error, without the directory.
  private func words(_ work: () throws -> Void) -> String {
    do { try work() } catch { return "\(error)".replacing(directory.path + "/", with: "") }
    return "accepted"
  }

  @Test func aFileThatIsNotAVideo() throws {
    directory.write("no video at all, whatever its name says\n", to: "v_0.mp4")
    let message = words { _ = try read(reader()) }
    #expect(
      message.hasPrefix(
        "v_0.mp4:1: cannot be decoded from frame 0 on: expected an undamaged video, found what ffmpeg"))
    #expect(message.contains("Invalid data found when processing input"))
  }

  @Test func aFileWithoutVideo() throws {
    try ffmpeg("-f lavfi -i sine=duration=0.2", "v_0.mp4")
    // ffmpeg 5 prints the first, ffmpeg 9 the second.
    let message = words { _ = try read(reader()) }
    #expect(message.contains("does not contain any stream") || message.contains("Error opening output file"))
  }

  /// A video of which the second half is garbage is not read as half a video.
  @Test func aDamagedVideo() throws {
    try ffmpeg(
      "-f lavfi -i testsrc=size=320x240:rate=25:duration=2 -pix_fmt yuv420p -movflags +faststart", "v_0.mp4")
    var damaged = try directory.bytes(of: "v_0.mp4")
    for index in damaged.count / 2..<damaged.count { damaged[index] = UInt8(truncatingIfNeeded: index &* 7) }
    directory.write(damaged, to: "v_1.mp4")
    #expect(words { _ = try read(reader(), 1) }.hasPrefix("v_1.mp4:"))
    #expect(try read(reader(), 0).stepCount == 50)
  }

  /// Files as cameras and programs write them: with sound, of odd sizes, at a rate that changes.
  @Test(arguments: [
    "-f lavfi -i testsrc=size=128x96:rate=30000/1001:duration=2 -f lavfi -i sine=duration=2 -pix_fmt yuv420p -c:a aac",
    "-f lavfi -i testsrc=size=101x77:rate=25:duration=2 -pix_fmt yuv444p",
    "-f lavfi -i testsrc=size=98x130:rate=25:duration=2 -vf select=not(mod(n\\,3))+gt(n\\,30) -fps_mode vfr -pix_fmt yuv420p",
    "-f lavfi -i testsrc=size=64x48:rate=60:duration=2 -c:v mpeg4 -bf 2",
  ]) func realFiles(arguments: String) throws {
    try ffmpeg(arguments, "v_0.mp4")
    let whole = try read(reader())
    #expect(whole.stepCount > 20 && whole.values.allSatisfy { (0...1).contains($0) })
    // At a given rate, two seconds of video have the same number of frames, whatever the original rate.
    let even = try read(reader(framesPerSecond: 10))
    #expect((19...21).contains(even.stepCount), "\(even.stepCount)")
    let format = try VideoFormat(of: path("v_0.mp4"))
    #expect(arguments.contains("size=\(format.width)x\(format.height)"))
    #expect(try #require(format.framesPerSecond) > 10)
  }

  /// The last message must be a message, not its number of repetitions: ffmpeg is told not to count.
  @Test func messagesAreNotCounted() throws {
    try makeVideos()
    let arguments = try reader().arguments(for: "v.mp4")
    let level = try #require(arguments.firstIndex(of: "-loglevel"))
    #expect(arguments[level + 1] == "repeat+error")
  }

  @Test func filesThatAreNotVideosHaveNoFormat() throws {
    directory.write("no video at all\n", to: "text.mp4")
    #expect(
      words { _ = try VideoFormat(of: path("text.mp4")) }.hasPrefix(
        "text.mp4: is not a readable video: ffprobe ended with status 1, with \""))
    #expect(words { _ = try VideoFormat(of: path("missing.mp4")) }.contains("No such file or directory"))
    try ffmpeg("-f lavfi -i sine=duration=0.2 -c:a aac", "sound.mp4")
    #expect(
      words { _ = try VideoFormat(of: path("sound.mp4")) }
        == "sound.mp4: contains no video: expected pictures; name another file")
  }

  /// A network that is shown a video second by second gives the same results as for the whole; scenes cover
  /// every frame.
  @Test func aVideoIsViewedASecondAtATime() throws {
    try ffmpeg("-f lavfi -i testsrc=size=64x48:rate=25:duration=2.4 -pix_fmt yuv420p", "v_0.mp4")
    let videos = try VideoData.reader(NumberedFileInputSplit(path("v_%d.mp4")))
    let network = try VideoFrames.network(LSTM(4))
    let viewing = try Viewing(videos, to: network)
    #expect(viewing.frameCount == 60)
    #expect(viewing.scenes.first?.frames.lowerBound == 0 && viewing.scenes.last?.frames.upperBound == 60)
    #expect(
      zip(viewing.scenes, viewing.scenes.dropFirst()).allSatisfy { one, next in
        one.frames.upperBound == next.frames.lowerBound && one.shape != next.shape
      })
    let batch = try SequenceBatches(features: videos).normalized(by: VideoData.brightness)
      .batch(epoch: 0, index: 0)
    let output = try network.output(batch)
    for scene in viewing.scenes {
      let sum = scene.frames.reduce(0.0) { $0 + Double(output[0, scene.shape, $1]) }
      #expect(abs(sum / Double(scene.frames.count) - scene.certainty) < 1e-4)
    }
  }

  @Test func missingFrames() throws {
    try makeVideos()
    #expect(
      words { _ = try read(reader(frames: 10..<20), 0) }
        == "v_0.mp4: there are no frames to read: expected at least one of 10..<20, found none; choose other frames, or "
        + "exclude the video")
  }

  /// A cursor that is dropped in the middle of a video leaves no program running.
  @Test func aDroppedCursorEndsItsProgram() throws {
    try ffmpeg("-f lavfi -i testsrc=size=640x480:rate=25:duration=10 -preset ultrafast", "v_0.mp4")
    let reader = try VideoSequenceRecordReader(
      NumberedFileInputSplit(path("v_%d.mp4")), width: 640, height: 480)
    for _ in 0..<3 {
      var cursor = reader.makeCursor()
      var rows = SequenceRecord()
      try cursor.begin(0)
      #expect(try cursor.read(upTo: 1, into: &rows) == 1)
      #expect(rows.columnCount == 640 * 480)
    }
    #expect(try childrenDecoding("v_0.mp4") == 0)
  }

  /// The number of processes of this one that have `name` of this test's directory on their command line.
  private func childrenDecoding(_ name: String) throws -> Int {
    try Directory.names(in: "/proc").filter { Int($0) != nil }.count { process in
      let file = FileBuffer()
      guard (try? file.read("/proc/\(process)/cmdline")) != nil else { return false }
      return String(decoding: file.bytes, as: UTF8.self).contains(path(name))
    }
  }
}

@Suite(.startsProcesses) struct MissingProgramTests {
  /// A broken program of that name is reported before the first video is read.
  @Test func aBrokenFFmpegIsReportedAtOnce() throws {
    let directory = TestDirectory()
    let program = directory.write(
      "#!/bin/sh\necho 'libx264.so: cannot open' >&2\nexit 127\n", to: "ffmpeg")
    #expect(chmod(program, 0o755) == 0)
    #expect {
      try VideoSequenceRecordReader(
        CollectionInputSplit([SequenceLocation(path: "v.mp4", key: "0")]), width: 8, height: 8,
        program: program)
    } throws: { error in
      "\(error)".replacing(directory.path + "/", with: "")
        == "ffmpeg: cannot be used: expected a program that prints its version, found one that ended with status 127, with "
        + "\"libx264.so: cannot open\"; run \"ffmpeg -version\" by hand, and reinstall it or name another"
    }
  }

  @Test func aMissingFFmpegIsReportedAtOnce() throws {
    let directory = TestDirectory()
    directory.write("x", to: "v_0.mp4")
    #expect {
      try VideoSequenceRecordReader(FileSplit(directory.path), width: 8, height: 8, program: "no-such-ffmpeg")
    } throws: { error in
      "\(error)"
        == "no-such-ffmpeg: cannot be started: there is no such program; install it: apt-get install ffmpeg"
    }
  }
}
