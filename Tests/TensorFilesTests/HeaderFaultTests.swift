import TensorFiles
import Tensors
import TestSupport
import Testing

/// Headers that contradict themselves or their files, and the messages about them.
struct HeaderFaultTests {
  private static func member(
    _ name: String = "a", type: String = "F32", shape: String = "[2]", offsets: String = "[0,8]"
  ) -> String { "\"\(name)\":{\"dtype\":\"\(type)\",\"shape\":\(shape),\"data_offsets\":\(offsets)}" }

  /// Header text, bytes of elements, and the expected part of the message.
  static let safetensors: [(String, Int, String)] = [
    ("", 0, "does not begin with \"{\""),
    ("[]", 0, "does not begin with \"{\""),
    (" {}", 0, "does not begin with \"{\""),
    ("{", 0, "not the JSON object it should be (malformed)"),
    ("{}x", 0, "not the JSON object it should be (malformed)"),
    (#"{"a":1}"#, 0, "a value of the wrong type"),
    (#"{"a":null}"#, 0, "not the JSON object"),
    (#"{"__metadata__":{"k":1}}"#, 0, "a value of the wrong type in \"__metadata__\".\"k\""),
    (#"{"__metadata__":[]}"#, 0, "a value of the wrong type in \"__metadata__\""),
    (#"{"a":{"dtype":"F32","shape":[]}}"#, 0, "no \"data_offsets\" in \"a\""),
    ("{\(member(shape: "[2.5]"))}", 8, "not the JSON object"),
    ("{\(member(shape: "[\"2\"]"))}", 8, "a value of the wrong type"),
    ("{\(member(shape: "[99999999999999999999]"))}", 8, "not the JSON object"),
    ("{\(member(type: "F33"))}", 8, "gives tensor \"a\" the unknown type \"F33\""),
    ("{\(member(shape: "[-2]"))}", 8, "its shape [-2] has a negative size"),
    ("{\(member(shape: "[4611686018427387904,4611686018427387904]"))}", 8, "is too large for any memory"),
    ("{\(member(shape: "[4611686018427387904]"))}", 8, "is too large for any memory"),
    (
      "{\(member(shape: "[0,9223372036854775807,9223372036854775807]", offsets: "[0,0]"))}", 0,
      "is too large for any memory"
    ),
    ("{\(member(shape: "[1000000000]"))}", 8, "8 bytes, but its shape [1000000000] of F32 takes 4000000000"),
    ("{\(member(type: "F4", shape: "[3]", offsets: "[0,1]"))}", 1, "does not fill whole bytes with F4"),
    ("{\(member(offsets: "[0]"))}", 8, "puts tensor \"a\" at bytes [0] of 8"),
    ("{\(member(offsets: "[0,8,8]"))}", 8, "puts tensor \"a\" at bytes [0, 8, 8] of 8"),
    ("{\(member(offsets: "[8,0]"))}", 8, "puts tensor \"a\" at bytes [8, 0] of 8"),
    ("{\(member(offsets: "[-8,0]"))}", 8, "puts tensor \"a\" at bytes [-8, 0] of 8"),
    ("{\(member(offsets: "[0,8]"))}", 7, "puts tensor \"a\" at bytes [0, 8] of 7"),
    ("{\(member())}", 9, "has 9 bytes of elements where its header describes 8"),
    ("{}", 1, "has 1 bytes of elements where its header describes 0"),
    ("{\(member(offsets: "[4,12]"))}", 12, "puts tensor \"a\" at byte 4, which leaves a hole before it"),
    (
      "{\(member()),\(member("b", offsets: "[12,20]"))}", 20,
      "\"b\" at byte 12, which leaves a hole before it"
    ),
    (
      "{\(member()),\(member("b", offsets: "[4,12]"))}", 12,
      "\"b\" at byte 4, which overlaps the tensor before it"
    ),
    ("{\(member()),\(member("b"))}", 8, "at byte 0, which overlaps the tensor before it"),
    ("{\"a\":" + String(repeating: "[", count: 100_000), 0, "not the JSON object"),
  ]

  @Test(arguments: safetensors.indices) func safetensorsHeader(index: Int) throws {
    let (text, dataCount, reason) = Self.safetensors[index]
    let scratch = TestDirectory()
    let path = scratch.write(Self.file(text, dataCount), to: "x")
    expectRejection(path, reason) { _ = try SafetensorsFile(path) }
    expectRejection(path, "is not a sound safetensors file: it ") { _ = try SafetensorsFile(path) }
  }

  /// The faults above are variations of these valid headers.
  @Test func soundHeadersAreAccepted() throws {
    let scratch = TestDirectory()
    for (text, dataCount) in [
      ("{}", 0), ("{ }   ", 0), ("{\(Self.member())}", 8),
      ("{\(Self.member("b", offsets: "[8,16]")),\(Self.member())}", 16),
      ("{\(Self.member(type: "F4", shape: "[4]", offsets: "[0,2]"))}", 2),
    ] {
      let file = try SafetensorsFile(scratch.write(Self.file(text, dataCount), to: "x"))
      #expect(file.names == file.names.sorted())
    }
  }

  @Test(arguments: [7, 9, 1000, 100_000_001, UInt64(Int64.max), UInt64.max])
  func lengthBeyondTheFile(length: UInt64) throws {
    let scratch = TestDirectory()
    let path = scratch.write(
      withUnsafeBytes(of: length.littleEndian) { Array($0) } + Array("{}".utf8), to: "x")
    expectRejection(path, "promises a header of \(length) bytes, but has 2 bytes after the length") {
      _ = try SafetensorsFile(path)
    }
  }

  static let npy: [(String, String)] = [
    ("", "\"{\" was expected, but \"\" found"),
    ("{}", "without 'descr', 'fortran_order' or 'shape'"),
    ("{'descr': '<f4', 'shape': (1,)}", "without 'descr'"),
    ("{'descr': '<f4', 'fortran_order': 0, 'shape': (1,)}", "True or False was expected"),
    ("{'descr': '<f4', 'fortran_order': False, 'shape': (-1,)}", "a size was expected, but \"-1,)}\" found"),
    ("{'descr': '<f4', 'fortran_order': False, 'shape': (1.5,)}", "\")\" was expected"),
    ("{'descr': '<f4', 'fortran_order': False, 'shape': [1]}", "\"(\" was expected"),
    ("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,)}", "a size was expected"),
    ("{'descr': '<f4', 'fortran_order': False, 'shape': (1,)} x", "its end was expected"),
    ("{'descr': '<f4', 'fortran_order': False, 'shape': (1,), 'more': 1}", "has \"more\" in its header"),
    ("{'descr': '<f4', 'descr': '<f4'}", "has \"descr\" in its header, which is unknown or there twice"),
    ("{'descr': '<f4, 'fortran_order': False}", "\"}\" was expected, but \"fortran_order': False}\" found"),
    ("{'descr': '<f4", "a string was expected"),
    ("{'descr': '<c8', 'fortran_order': False, 'shape': (1,)}", "contains elements of type \"<c8\""),
    (
      "{'descr': '<f4', 'fortran_order': False, 'shape': (2,)}",
      "has 4 bytes of elements where its shape [2] takes 8"
    ),
    (
      "{'descr': '<f4', 'fortran_order': False, 'shape': (4611686018427387904, 4)}",
      "is too large for any memory"
    ),
    (
      "{'descr': '<f4', 'fortran_order': True, 'shape': (9223372036854775807, 9223372036854775807, 0)}",
      "is too large for any memory"
    ),
  ]

  @Test(arguments: npy.indices) func npyHeader(index: Int) throws {
    let (text, reason) = Self.npy[index]
    let scratch = TestDirectory()
    let path = scratch.write(Self.array(text), to: "x")
    expectRejection(path, reason) { _ = try NpyFile.read(path) }
  }

  @Test(arguments: [
    "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), }\n",
    "{\"shape\": (1L,), \"fortran_order\": False, \"descr\": \"<f4\"}",
    "{ 'descr':'<f4','fortran_order':True,'shape':()}",
  ])
  func soundNpyHeadersAreAccepted(text: String) throws {
    let scratch = TestDirectory()
    guard case .floats(let tensor) = try NpyFile.read(scratch.write(Self.array(text), to: "x")) else {
      Issue.record("no floats")
      return
    }
    #expect(tensor.elements == [0])
  }

  @Test(arguments: [(0, 0), (1, 1), (4, 0), (255, 0)] as [(UInt8, UInt8)])
  func npyOfAnotherVersion(version: (UInt8, UInt8)) throws {
    let scratch = TestDirectory()
    var all = try bytes(fixture("version2.npy"))
    (all[6], all[7]) = version
    let path = scratch.write(all, to: "x")
    expectRejection(path, "is of version \(version.0).\(version.1), not 1.0 to 3.0") {
      _ = try NpyFile.read(path)
    }
  }

  private static func file(_ text: String, _ dataCount: Int) -> [UInt8] {
    let length = withUnsafeBytes(of: UInt64(text.utf8.count).littleEndian) { Array($0) }
    return length + Array(text.utf8) + [UInt8](repeating: 0, count: dataCount)
  }

  /// An npy file with one element of 4 bytes.
  private static func array(_ text: String) -> [UInt8] {
    var bytes: [UInt8] = [0x93] + "NUMPY".utf8
    bytes += [1, 0, UInt8(text.utf8.count), 0]
    bytes += text.utf8
    bytes += [0, 0, 0, 0]
    return bytes
  }
}
