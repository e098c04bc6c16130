import Tensors
import TestSupport
import Testing

@testable import TensorFiles

@Suite struct GrowingSafetensorsTests {
  @Test func piecesAreReadBack() throws {
    let scratch = TestDirectory()
    let path = scratch.path("x")
    let floats = (0..<12).map(Float.init)
    for pieces in [1, 2, 3] {
      let writer = try GrowingSafetensorsWriter(path, metadata: ["a": "b\"c"])
      writer.begin("floats", .float32, rowShape: [2])
      for piece in 0..<pieces {
        try writer.append(Array(floats[piece * 12 / pieces..<(piece + 1) * 12 / pieces]))
      }
      writer.begin("none", .float32)
      writer.note("n", "1")
      writer.begin("numbers", .int64)
      try writer.append([-1, .max] as [Int64])
      try writer.commit()
      let file = try SafetensorsFile(path)
      #expect(file.metadata["a"] == "b\"c")
      #expect(file.metadata["n"] == "1")
      #expect(file.info("floats") == TensorInfo(name: "floats", element: .float32, shape: [6, 2]))
      #expect(file.info("none")?.shape == [0])
      #expect(file.info("other") == nil)
      for start in 0...12 {
        for end in start...12 {
          var found: [Float] = [7]
          try file.pieces("floats").append(start..<end, to: &found)
          #expect(found == [7] + floats[start..<end])
        }
      }
      var numbers: [Int64] = []
      try file.pieces("numbers").append(0..<2, to: &numbers)
      #expect(numbers == [-1, .max])
      #expect(try file.floats("floats").shape == [6, 2])
      #expect(file.checksum() != nil)
    }
  }

  @Test func everyFlippedByteIsFound() throws {
    let scratch = TestDirectory()
    let writer = try GrowingSafetensorsWriter(scratch.path("x"), metadata: [:])
    writer.begin("floats", .float32)
    try writer.append([1, 2, 3, 4] as [Float])
    try writer.commit()
    let good = try bytes(scratch.path("x"))
    // There are thousands of spaces between the header's text and the elements: testing some of them is
    // enough.
    for location in good.indices where location < 300 || location > good.count - 40 || location % 97 == 0 {
      var bad = good
      bad[location] ^= 1 << UInt8(location % 8)
      let path = scratch.write(bad, to: "bad")
      // A flip in the name of the checksum makes it a file without one.
      let checksum = try? SafetensorsFile(path).checksum()
      #expect(checksum == nil, "byte \(location)")
    }
    for count in stride(from: 0, to: good.count, by: 71) {
      let path = scratch.write(Array(good.prefix(count)), to: "bad")
      #expect(throws: TensorFileError.self, "\(count) bytes") { try SafetensorsFile(path) }
    }
  }

  @Test func theChecksumIsXXH64() throws {
    let scratch = TestDirectory()
    // xxhsum -H1
    #expect(try Checksum(ofFile: scratch.write(Array("123456789".utf8), to: "x")).text == "8cb841db40e6ae83")
  }
}
