import Sequences
import TensorFiles
import Tensors
import TestSupport
import Testing

@Suite struct CacheDamageTests {
  /// Opens a cache whose bytes are `bytes`; the damage must be detected, and the cache rebuilt.
  private func expectRebuilt(
    _ directory: TestDirectory, _ bytes: [UInt8], _ what: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    directory.write(bytes, to: "c.timestep-cache")
    var said: [String] = []
    let csv = try directory.series(3)
    let cached = try CachedSequenceRecordReader(csv, cache: directory.cache) { said.append($0) }
    #expect(cached.parsedFileCount == 3, "\(what)", sourceLocation: sourceLocation)
    #expect(said.count == 1 && said[0].hasPrefix(directory.cache), "\(what)", sourceLocation: sourceLocation)
    try cached.verify()
  }

  @Test func everyTruncationAndEveryFlippedByteIsFound() throws {
    let directory = TestDirectory()
    directory.writeSeries(3)
    _ = try CachedSequenceRecordReader(directory.series(3), cache: directory.cache)
    let good = try directory.bytes(of: "c.timestep-cache")
    var random = SplitMix(state: 3)
    for _ in 0..<40 {
      try expectRebuilt(
        directory, Array(good.prefix(Int.random(in: 0..<good.count, using: &random))), "cut off")
      var flipped = good
      let location = Int.random(in: 0..<good.count, using: &random)
      flipped[location] ^= 1 << UInt8.random(in: 0...7, using: &random)
      try expectRebuilt(directory, flipped, "byte \(location) flipped")
    }
    for location in [0, 7, 8, 20, 4000, good.count - 1, good.count - 8, good.count - 9] {
      var flipped = good
      flipped[location] ^= 1
      try expectRebuilt(directory, flipped, "byte \(location) flipped")
    }
    try expectRebuilt(directory, good + [0], "a byte more")
    try expectRebuilt(directory, [], "empty")
    try expectRebuilt(directory, Array("1,2,3\n".utf8), "a CSV file")
  }

  @Test func foreignAndNewerFilesAreRebuilt() throws {
    let directory = TestDirectory()
    directory.writeSeries(3)
    for metadata in [[:], ["format": "x"], ["format": "timestep-sequence-cache", "version": "4"]] {
      let writer = try GrowingSafetensorsWriter(directory.cache, metadata: metadata)
      writer.begin("values", .float32)
      try writer.append([1, 2] as [Float])
      try writer.commit()
      try expectRebuilt(directory, directory.bytes(of: "c.timestep-cache"), "\(metadata)")
    }
    let writer = try GrowingSafetensorsWriter(
      directory.cache, metadata: ["format": "timestep-sequence-cache", "version": "4"])
    try writer.commit()
    var said: [String] = []
    _ = try CachedSequenceRecordReader(directory.series(3), cache: directory.cache) { said.append($0) }
    #expect(
      said == [
        "\(directory.cache): is not a sequence cache: it is of version 4, and this program knows version 3; make it again: "
          + "all files are read again"
      ])
  }

  @Test func itIsAnOrdinarySafetensorsFile() throws {
    let directory = TestDirectory()
    directory.write("1,2\n3,4\n", to: "x_0.csv")
    directory.write("5,6\n", to: "x_1.csv")
    _ = try CachedSequenceRecordReader(directory.series(2), cache: directory.cache)
    let file = try SafetensorsFile(directory.cache)
    let values = try #require(file.tensors.first { $0.name == "values" })
    guard case .floats(let tensor) = try file.read(values) else {
      Issue.record("no floats")
      return
    }
    #expect(tensor.shape == [3, 2])
    let offsets = try #require(file.tensors.first { $0.name == "offsets" })
    #expect(try file.read(offsets) == .integers(shape: [3], elements: [0, 2, 3]))
  }
}
