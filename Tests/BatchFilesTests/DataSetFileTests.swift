import BatchFiles
import DataSets
import Platform
import TensorFiles
import Tensors
import TestSupport
import Testing

/// One batch in one file.
struct DataSetFileTests {
  @Test(arguments: Tensor.StorageOrder.allCases) func aSavedDataSetIsReadBack(order: Tensor.StorageOrder)
    throws
  {
    let scratch = TestDirectory()
    let encodings: [LabelSource.Encoding?] = [nil, .oneHot(classes: 3), .values]
    for encoding in encodings {
      for var batch in try allBatches(sampleBatches(encoding, order: order)) {
        try batch.save(to: scratch.path("x"))
        #expect(try DataSet(contentsOf: scratch.path("x")) == batch)
        batch.metadata = []
        batch.seriesStarts = Mask(rows: batch.exampleCount, steps: batch.stepCount) { $0 == 0 && $1 != 0 }
        try batch.save(to: scratch.path("x"))
        #expect(try DataSet(contentsOf: scratch.path("x")) == batch)
      }
    }
    #expect(scratch.names() == ["x"])
  }

  @Test func everyBitIsReadBack() throws {
    let scratch = TestDirectory()
    let values: [Float] = [.nan, -0.0, .infinity, .leastNonzeroMagnitude, .greatestFiniteMagnitude, -1.1]
    let batch = DataSet(features: Tensor(shape: [1, 2, 3], order: .timeMajor, elements: values))
    try batch.save(to: scratch.path("x"))
    let found = try DataSet(contentsOf: scratch.path("x")).features
    #expect(found.order == .timeMajor && found.elements.map(\.bitPattern) == values.map(\.bitPattern))
    let none = DataSet(features: Tensor(shape: [0, 2, 3]), labels: Tensor(shape: [0, 1, 3]))
    try none.save(to: scratch.path("none"))
    #expect(try DataSet(contentsOf: scratch.path("none")) == none)
  }

  @Test func everyTruncationIsRejected() throws {
    let scratch = TestDirectory()
    try sampleBatches(.values).batch(epoch: 0, index: 0).save(to: scratch.path("x"))
    let all = try scratch.bytes(of: "x")
    for count in 0..<all.count {
      scratch.write(all[..<count], to: "y")
      #expect(throws: TensorFileError.self, "\(count)") { try DataSet(contentsOf: scratch.path("y")) }
    }
    // A flipped bit of the header: an error or a batch, never a trap.
    for position in 0..<8 + Int(all[0]) + Int(all[1]) << 8 {
      var damaged = all
      damaged[position] ^= 1 << (position % 7)
      scratch.write(damaged, to: "y")
      do { _ = try DataSet(contentsOf: scratch.path("y")) } catch is TensorFileError {}
    }
  }

  @Test func filesOfOtherKindsAreRejected() throws {
    let scratch = TestDirectory()
    let path = scratch.path("x")
    func expect(
      _ fragment: String, notes: [String: String] = ["timestep.dataset": "1"], _ shapes: [String: [Int]],
      sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
      let tensors = shapes.sorted { $0.key < $1.key }.map { NamedTensor($0.key, Tensor(shape: $0.value)) }
      let writer = try SafetensorsWriter(
        path, tensors: tensors.map(\.info), metadata: notes, sync: .wholeDirectory)
      for tensor in tensors { try writer.append(tensor.value) }
      try writer.commit()
      expectRejection(path, fragment, sourceLocation: sourceLocation) { _ = try DataSet(contentsOf: path) }
    }
    let masks = ["featuresMask": [1, 2], "labelsMask": [1, 2], "seriesStarts": [1, 2]]
    func with(_ shapes: [String: [Int]]) -> [String: [Int]] { masks.merging(shapes) { $1 } }
    try expect("is not a saved data set", notes: [:], with(["features": [1, 1, 2]]))
    try expect("version 2, this program knows version 1", notes: ["timestep.dataset": "2"], [:])
    try expect("contains no tensor \"features\"", masks)
    try expect("features has the shape [1, 2] where three axes", with(["features": [1, 2]]))
    let none = ["featuresMask": [1, 0], "labelsMask": [1, 0], "seriesStarts": [1, 0]]
    try expect(
      "features has the shape [1, 1, 0] where at least one time step",
      with(none.merging(["features": [1, 1, 0]]) { $1 }))
    try expect("labels has the shape [1, 1, 3]", with(["features": [1, 1, 2], "labels": [1, 1, 3]]))
    try expect("labels has the shape [1, 2]", with(["features": [1, 1, 2], "labels": [1, 2]]))
    try expect("labelsMask has the shape [2, 2]", with(["features": [1, 1, 2], "labelsMask": [2, 2]]))
    try expect("contains no tensor \"featuresMask\"", ["features": [1, 1, 2]])
    try expect(
      "does not describe the origin", notes: ["timestep.dataset": "1", "timestep.examples": "[1"],
      with(["features": [1, 1, 2]]))
    let one = try sampleBatches(nil).batch(epoch: 0, index: 0)
    try one.save(to: path)
    let notes = try SafetensorsFile(path).metadata
    try expect("the origin of 2 examples, but it contains 1", notes: notes, with(["features": [1, 1, 2]]))
    expectRejection(scratch.path("none"), "no such file") {
      _ = try DataSet(contentsOf: scratch.path("none"))
    }
    expectRejection("/nowhere/x", "cannot be created") { try one.save(to: "/nowhere/x") }
  }
}
