import ArgumentParser
import Testing

@testable import VideoFrames

/// The command line of the example.
struct FlagsTests {
  @Test func anyNumberOfVideos() throws {
    #expect(try VideoFrames.parse([]).videos.isEmpty)
    #expect(
      try VideoFrames.parse(["--video", "a", "b", "--quick", "--video", "c"]).videos == ["a", "b", "c"])
  }

  @Test(arguments: [["--quik"], ["--video"], ["video.mp4"], ["--output"]]) func unknownFlags(
    words: [String]
  ) throws {
    let error = try #require(#expect(throws: (any Error).self) { try VideoFrames.parse(words) })
    let message = VideoFrames.fullMessage(for: error)
    #expect(message.hasPrefix("Error: ") && message.contains("Usage: VideoFrames [--quick]"), "\(message)")
    #expect(VideoFrames.exitCode(for: error).rawValue == 64)
  }
}
