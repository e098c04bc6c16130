import Testing
import Timestep

@testable import VideoFrames

/// The videos of the example, before they are encoded.
struct ShapeVideoTests {
  @Test func aShapeIsSeenAtFirstAndHiddenLater() {
    for number in 0..<30 {
      let video = ShapeVideo(number, frameCount: 48)
      #expect(video.shape == number % 3)
      #expect(video.frames.count == 48 * 32 * 32)
      #expect((6...30).contains(video.hiddenCount), "of video \(number)")
      // Something bright in front of the wall, in the first frame.
      #expect(video.frames.prefix(1024).max().map { $0 > 130 } == true)
    }
  }

  @Test func aVideoIsAlwaysTheSame() {
    #expect(ShapeVideo(3, frameCount: 5).frames == ShapeVideo(3, frameCount: 5).frames)
    #expect(ShapeVideo(3, frameCount: 5).frames != ShapeVideo(6, frameCount: 5).frames)
  }

  /// The network takes one picture per step, and gives one class per step.
  @Test func theNetworkFits() throws {
    let network = try VideoFrames.network(LSTM(4))
    let batch = DataSet(features: Tensor(shape: [2, 1024, 3]))
    #expect(try network.output(batch).shape == [2, 3, 3])
  }
}
