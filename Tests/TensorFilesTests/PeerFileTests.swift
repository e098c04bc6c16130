import TensorFiles
import Tensors
import TestSupport
import Testing

/// Files that Python wrote; `Fixtures/tensorfiles/make.py` shows their contents.
struct PeerFileTests {
  private func expectPythonArrays(_ file: any TensorFile) throws {
    let features = try file.floats("features")
    #expect(features == numbered([2, 3, 4]) && features.order == .c)
    #expect(features[1, 2, 3] == 11.5)
    #expect(try file.doubles("doubles") == ([2, 2], [0.1, -2.5, 1e300, .pi]))
    #expect(try file.integers("lengths") == ([2], [4, -(1 << 62)]))
    #expect(try file.integers("small") == ([1, 3], [1, -2, 3]))
    #expect(try file.value("bytes") == .bytes(shape: [3], elements: [0, 127, 255]))
    #expect(try file.value("flags") == .booleans(shape: [3], elements: [true, false, true]))
    #expect(try file.floats("empty").shape == [0, 3])
    #expect(try file.floats("scalar") == Tensor(shape: [], elements: [7]))
  }

  @Test func safetensorsOfPython() throws {
    let file = try SafetensorsFile(fixture("python.safetensors"))
    try expectPythonArrays(file)
    #expect(file.metadata == ["format": "np", "note": "tabs\t, \"quotes\" and ü"])
    // Listed, but not read.
    #expect(file.tensors.contains(TensorInfo(name: "half", element: .float16, shape: [2])))
    expectRejection(file.path, "tensor \"half\" contains F16, which cannot be read") {
      _ = try file.value("half")
    }
  }

  @Test(arguments: ["stored.npz", "deflated.npz"]) func npzOfPython(name: String) throws {
    let file = try NpzFile(fixture(name))
    try expectPythonArrays(file)
    #expect(file.tensors.count == 8)
  }

  @Test func npyOfPython() throws {
    #expect(try NpyFile.read(fixture("version2.npy")) == .floats(numbered([2, 3, 4])))
    #expect(try NpyFile.read(fixture("version3.npy")) == .floats(numbered([2, 3, 4])))
    guard case .floats(let fortran) = try NpyFile.read(fixture("fortran.npy")) else {
      Issue.record("no floats")
      return
    }
    #expect(fortran.order == .f && fortran == numbered([2, 3, 4]))
    #expect(
      try NpyFile.read(fixture("fortran_integers.npy"))
        == .integers(shape: [2, 3], elements: [0, 1, 2, 3, 4, 5]))
  }

  @Test(arguments: [
    ("big_endian.npy", "contains elements of type \">f4\" (big-endian): convert them, as in a.astype('<f4')"),
    ("half.npy", "contains elements of type \"<f2\", which cannot be read"),
    ("objects.npy", "contains elements of type \"|O\" (Python objects"),
    ("records.npy", "contains records of several fields"),
    ("python.safetensors", "does not begin with \"\\x93NUMPY\""),
  ])
  func unreadableArraysReportWhy(name: String, reason: String) {
    expectRejection(fixture(name), reason) { _ = try NpyFile.read(fixture(name)) }
  }

  @Test func aWrongRequestNamesTheAvailableTensors() throws {
    for file in [try SafetensorsFile(fixture("python.safetensors")), try NpzFile(fixture("stored.npz"))]
      as [any TensorFile]
    {
      expectRejection(file.path, "contains no tensor \"labels\", but ") { _ = try file.floats("labels") }
      expectRejection(file.path, "tensor \"doubles\" contains F64 where F32 was expected") {
        _ = try file.floats("doubles")
      }
      expectRejection(file.path, "tensor \"features\" contains F32 where F64 was expected") {
        _ = try file.doubles("features")
      }
      expectRejection(file.path, "tensor \"flags\" contains BOOL where I64 or I32 was expected") {
        _ = try file.integers("flags")
      }
    }
  }
}
