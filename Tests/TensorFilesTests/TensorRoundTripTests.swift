import Glibc
import Platform
import TensorFiles
import Tensors
import TestSupport
import Testing

/// A tensor whose elements equal their own indices, in any storage order.
func numbered(_ shape: [Int], order: Tensor.StorageOrder = .c) -> Tensor {
  Tensor(shape: shape, elements: (0..<shape.reduce(1, *)).map { Float($0) / 2 }).ordered(order)
}

private let shapes = [
  [], [0], [1], [5], [3, 0, 2], [0, 0, 0], [2, 3], [1, 1, 1], [2, 3, 4], [7, 1, 5], [2, 3, 4, 5],
]

struct RoundTripTests {
  @Test(arguments: TensorFileFormat.allCases, Tensor.StorageOrder.allCases)
  func floatsOfAllShapesAreReadBack(format: TensorFileFormat, order: Tensor.StorageOrder) throws {
    let scratch = TestDirectory()
    let tensors = shapes.enumerated().map { NamedTensor("t\($0)", numbered($1, order: order)) }
    let path = scratch.path("x.\(format.fileExtension)")
    try format.write(tensors, to: path)
    let file = try format.open(path)
    #expect(file.tensors.count == shapes.count)
    for (index, shape) in shapes.enumerated() {
      #expect(file.shape(of: "t\(index)") == shape)
      #expect(try file.floats("t\(index)").elements == numbered(shape).elements, "\(shape)")
    }
    #expect(scratch.names() == ["x.\(format.fileExtension)"])
  }

  @Test(arguments: TensorFileFormat.allCases)
  func allTypesComeBackInOrder(format: TensorFileFormat) throws {
    let scratch = TestDirectory()
    let tensors = everyType
    try format.write(tensors, to: scratch.path("x"))
    let file = try format.open(scratch.path("x"))
    #expect(try file.all() == tensors)
    #expect(file.names == tensors.map(\.name))
    #expect(try file.doubles("doubles").elements == [0.1, -2.5, 1e300, .pi])
    #expect(try file.integers("lengths") == ([2], [4, -(1 << 62)]))
  }

  @Test(arguments: TensorFileFormat.allCases)
  func equalTensorsGiveEqualBytes(format: TensorFileFormat) throws {
    let scratch = TestDirectory()
    let written = try Tensor.StorageOrder.allCases.map { order in
      let path = scratch.path(order.rawValue)
      try format.write([NamedTensor("x", numbered([2, 3, 4], order: order))], to: path)
      return try bytes(path)
    }
    #expect(written[0] == written[1] && written[1] == written[2])
  }

  @Test(arguments: TensorFileFormat.allCases)
  func noTensorsAreReadBack(format: TensorFileFormat) throws {
    let scratch = TestDirectory()
    try format.write([], to: scratch.path("x"))
    #expect(try format.open(scratch.path("x")).tensors.isEmpty)
  }

  @Test func notANumberIsReadBackBitForBit() throws {
    let scratch = TestDirectory()
    let patterns: [UInt32] = [0x7FC0_1234, 0xFF80_0000, 0x8000_0000, 1]
    for format in TensorFileFormat.allCases {
      let tensor = Tensor(shape: [4], elements: patterns.map { Float(bitPattern: $0) })
      try format.write([NamedTensor("x", tensor)], to: scratch.path("x"))
      #expect(try format.open(scratch.path("x")).floats("x").elements.map(\.bitPattern) == patterns)
    }
  }

  @Test(arguments: Tensor.StorageOrder.allCases) func anArrayInItsOwnFileIsReadBack(
    order: Tensor.StorageOrder
  ) throws {
    let scratch = TestDirectory()
    for shape in shapes {
      try NpyFile.write(.floats(numbered(shape, order: order)), to: scratch.path("x.npy"))
      #expect(try NpyFile.read(scratch.path("x.npy")) == .floats(numbered(shape)))
    }
  }

  @Test func metadataIsReadBackAndTheHeaderIsAligned() throws {
    let scratch = TestDirectory()
    let metadata = ["b": "tab\t\"quote\" \\ ü \u{1}", "a": "", "json": #"{"k":[1]}"#]
    let writer = try SafetensorsWriter(
      scratch.path("x"), tensors: [TensorInfo(name: "x", element: .float32, shape: [1])], metadata: metadata)
    try writer.append(.floats(numbered([1])))
    try writer.commit()
    #expect(try SafetensorsFile(scratch.path("x")).metadata == metadata)
    let all = try bytes(scratch.path("x"))
    #expect(all[0] % 8 == 0 && all[1...7].allSatisfy { $0 == 0 })
  }

  @Test func writersDroppedBeforeCommitLeaveNothing() throws {
    let scratch = TestDirectory()
    do {
      let one = try SafetensorsWriter(scratch.path("x"), tensors: [NamedTensor("x", numbered([2])).info])
      try one.append(.floats(numbered([2])))
      let other = try NpzWriter(scratch.path("y"))
      try other.append(NamedTensor("x", numbered([2])))
      #expect(scratch.names().count == 2)  // the temporary ones
    }
    #expect(scratch.names() == [])
  }

  @Test func valuesLargerThanEveryBufferAreReadBack() throws {
    let scratch = TestDirectory()
    let tensor = Tensor(shape: [300_000], elements: (0..<300_000).map { Float($0 % 977) })
    for format in TensorFileFormat.allCases {
      try format.write([NamedTensor("a", tensor), NamedTensor("b", tensor)], to: scratch.path("x"))
      let file = try format.open(scratch.path("x"))
      #expect(
        try file.floats("a").elements == tensor.elements && file.floats("b").elements == tensor.elements)
    }
  }

  /// Writes files that `Fixtures/tensorfiles/check.py` then reads.
  @Test(.enabled(if: getenv("TIMESTEP_PEER_FILES") != nil, "only check.py asks for these files"))
  func writesForOtherPrograms() throws {
    let directory = String(cString: try #require(getenv("TIMESTEP_PEER_FILES")))
    for order in Tensor.StorageOrder.allCases {
      let features = numbered([2, 3, 4], order: order)
      let tensors = [NamedTensor("features", features)] + everyType.dropFirst()
      for format in TensorFileFormat.allCases {
        try format.write(tensors, to: "\(directory)/\(order.rawValue).\(format.fileExtension)")
      }
      try NpyFile.write(.floats(features), to: "\(directory)/\(order.rawValue).npy")
    }
    try SafetensorsWriter(
      "\(directory)/notes.safetensors", tensors: [], metadata: ["b": "tab\t\"quote\" \\ ü \u{1}", "a": ""]
    ).commit()
  }
}

/// One tensor of every type that can be written, also listed in `check.py`.
private let everyType: [NamedTensor] = [
  NamedTensor("features", numbered([2, 3, 4])),
  NamedTensor("bytes", .bytes(shape: [3], elements: [0, 127, 255])),
  NamedTensor("flags", .booleans(shape: [3], elements: [true, false, true])),
  NamedTensor("doubles", .doubles(shape: [2, 2], elements: [0.1, -2.5, 1e300, .pi])),
  NamedTensor("empty", Tensor(shape: [0, 3])),
  NamedTensor("lengths", .integers(shape: [2], elements: [4, -(1 << 62)])),
  NamedTensor("scalar", Tensor(shape: [], elements: [7])),
  NamedTensor("ü \"q\" \\", Tensor(shape: [1], elements: [1.5])),
]
