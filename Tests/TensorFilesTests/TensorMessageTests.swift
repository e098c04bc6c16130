import Platform
import TensorFiles
import Tensors
import TestSupport
import Testing

/// Tensors through pipes.
@Suite(.startsProcesses) struct TensorMessageTests {
  private let messages = [
    TensorMessage(
      [
        NamedTensor("x", Tensor(shape: [2, 3], elements: [1, 2, 3, 4, 5, 6])),
        NamedTensor("n", .integers(shape: [1], elements: [7])),
        NamedTensor("nothing", Tensor(shape: [0, 3])),
      ], metadata: ["step": "3"]),
    TensorMessage([], metadata: ["text": "\"a\"\n"]),
    // Larger than a pipe, and than the first block that is read.
    TensorMessage([
      NamedTensor("large", Tensor(shape: [700, 1000], elements: (0..<700_000).map { Float($0) }))
    ]),
  ]

  /// Returns the output of a program that ignores its input.
  private func printing(_ script: String) throws -> ChildProcess { try ChildProcess("sh", ["-c", script]) }

  @Test func aWrittenMessageIsReadBack() throws {
    let pipe = try ChildProcess("cat")
    for message in messages { try message.write(to: pipe) }
    try TensorMessage.writeEnd(to: pipe)
    pipe.closeInput()
    for message in messages { #expect(try TensorMessage(from: pipe, named: "cat") == message) }
    #expect(try TensorMessage(from: pipe, named: "cat") == nil)
  }

  /// Another storage order is written as C order, the order of the file.
  @Test func storageOrdersAreWrittenAlike() throws {
    let x = Tensor(shape: [2, 3, 2], elements: (0..<12).map { Float($0) })
    let pipe = try ChildProcess("cat")
    try TensorMessage([NamedTensor("x", x.ordered(.timeMajor))]).write(to: pipe)
    let read = try #require(try TensorMessage(from: pipe, named: "cat"))
    #expect(read["x"] == .floats(x))
    #expect(read["y"] == nil)
  }

  /// A message is a length followed by a safetensors file, as other readers expect.
  @Test func aMessageIsAFile() throws {
    let scratch = TestDirectory()
    let pipe = try ChildProcess("tail", ["-c", "+9"])
    try messages[0].write(to: pipe)
    pipe.closeInput()
    var read = [UInt8](repeating: 0, count: 10_000)
    let count = try pipe.read(into: &read)
    let file = try SafetensorsFile(scratch.write(Array(read.prefix(count)), to: "x"))
    #expect(try file.all() == messages[0].tensors)
    #expect(file.metadata == messages[0].metadata)
  }

  @Test(arguments: [
    ("true", "it ended without the end mark"),
    ("printf 1234", "it ended inside a length"),
    ("printf 'hello world'", "expected the length of a message, found \"hello wo\""),
    (#"printf '\100\0\0\0\0\0\0\0abc'"#, "cut off after 3 bytes of a message of 64"),
    (#"printf '\0\0\0\0\1\0\0\0abc'"#, "cut off after 3 bytes of a message of 4294967296"),
    (#"printf '\3\0\0\0\0\0\0\0abc'"#, "has only 3 bytes, too few for a header"),
  ]) func damageIsReported(script: String, fragment: String) throws {
    let child = try printing(script)
    expectRejection("peer", fragment) { _ = try TensorMessage(from: child, named: "peer") }
  }
}
