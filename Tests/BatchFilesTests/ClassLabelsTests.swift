import BatchFiles
import DataSets
import Sequences
import TensorFiles
import Tensors
import TestSupport
import Testing

/// Class labels as indices.
struct ClassLabelsTests {
  @Test(arguments: TensorFileFormat.allCases, TensorLayout.allCases)
  func batchesWithIndicesAreReadBack(format: TensorFileFormat, layout: TensorLayout) throws {
    let scratch = TestDirectory()
    let data = try sampleBatches(.oneHot(names: ["a", "b", "c"]))
    let batches = try allBatches(data)
    let writer = try SavedDataSetWriter(
      scratch.path("out"), format: format, layout: layout, classLabels: .index, contract: data.contract)
    for batch in batches { try writer.append(batch) }
    try writer.commit()
    for (number, batch) in batches.enumerated() {
      let file = try format.open(scratch.path("out/batch-00000\(number).\(format.fileExtension)"))
      let (shape, indices) = try file.integers("labels")
      #expect(shape == [batch.exampleCount, batch.stepCount])
      #expect(indices == naive(batch))
    }
    let saved = try SavedDataSets(scratch.path("out"))
    #expect(saved.contract == data.contract)
    #expect(try allBatches(saved) == batches)
  }

  /// All batches of one or two rows, steps and classes.
  @Test(arguments: Tensor.StorageOrder.allCases) func smallBatches(order: Tensor.StorageOrder) throws {
    for (n, classes, t) in product(1...2, 1...3, 1...2) {
      // Digit k of the number is the class of cell k; 0: none.
      for code in 0..<power(classes + 1, n * t) {
        let cells = (0..<n * t).map { code / power(classes + 1, $0) % (classes + 1) }
        var labels = Tensor(shape: [n, classes, t], order: order)
        for (cell, value) in cells.enumerated() where value > 0 { labels[cell / t, value - 1, cell % t] = 1 }
        let batch = DataSet(
          features: Tensor(shape: [n, 1, t], order: order), labels: labels,
          labelsMask: Mask(rows: n, steps: t) { cells[$0 * t + $1] > 0 })
        let tensors = try batch.tensors(layout: .nct, classLabels: .index)
        let found = tensors.first { $0.name == "labels" }
        #expect(found?.value == .integers(shape: [n, t], elements: naive(batch)))
      }
    }
  }

  @Test func whatHasNoIndexIsRejected() throws {
    let scratch = TestDirectory()
    let encodings: [(DataContract.Labels.Encoding, String)] = [
      (.none, "no labels"), (.values, "numbers"), (.multiLabel, "several classes at a time"),
    ]
    var contract = try sampleBatches(nil).contract
    for (encoding, found) in encodings {
      contract.labels = DataContract.Labels(encoding: encoding, names: encoding == .none ? [] : ["y"])
      let text =
        "labels as an index: expected one class for each step, found \(found); write them as they are (--labels-as one-hot)"
      #expect(
        message {
          _ = try SavedDataSetWriter(
            scratch.path("o"), format: .npz, layout: .nct, classLabels: .index, contract: contract)
        } == text)
      #expect(
        message { _ = try BatchMessages(layout: .nct, classLabels: .index, contract: contract) } == text)
    }
    #expect(scratch.names().isEmpty)
    let soft = DataSet(
      features: Tensor(shape: [1, 1, 1]), labels: Tensor(shape: [1, 2, 1], elements: [0.5, 0.5]))
    #expect(
      message { _ = try soft.tensors(layout: .nct, classLabels: .index) }
        == "labels as an index: expected one class for each step, found [0.5, 0.5] at step 0 of row 0 of a batch; write them "
        + "as they are (--labels-as one-hot)")
  }

  @Test func anImpossibleIndexIsRejected() throws {
    let scratch = TestDirectory()
    let data = try sampleBatches(.oneHot(names: ["a", "b", "c"]))
    let writer = try SavedDataSetWriter(
      scratch.path("out"), format: .safetensors, layout: .nct, classLabels: .index, contract: data.contract)
    for batch in try allBatches(data) { try writer.append(batch) }
    try writer.commit()
    try removeChecksums(scratch)
    let path = scratch.path("out/batch-000000.safetensors")
    func rewrite(_ value: TensorValue) throws {
      let tensors = try SafetensorsFile(path).all().map {
        $0.name == "labels" ? NamedTensor("labels", value) : $0
      }
      try TensorFileFormat.safetensors.write(tensors, to: path)
    }
    let (shape, indices) = try SafetensorsFile(path).integers("labels")
    try rewrite(.integers(shape: shape, elements: indices.map { $0 == ClassLabels.noClass ? $0 : 3 }))
    expectRejection(
      path, "labels contains an index that is not that of one of 3 classes; convert the data again"
    ) {
      _ = try SavedDataSets(scratch.path("out")).batch(epoch: 0, index: 0)
    }
    try rewrite(.integers(shape: [1, 1], elements: [0]))
    expectRejection(path, "labels has the shape [1, 1] where \(shape) was expected") {
      _ = try SavedDataSets(scratch.path("out")).batch(epoch: 0, index: 0)
    }
  }

  @Test func safetensorsNameTheirClasses() throws {
    let scratch = TestDirectory()
    let data = try sampleBatches(.oneHot(names: ["a\"", "b", "ü"]))
    try save(allBatches(data), to: scratch.path("out"), contract: data.contract)
    let file = try SafetensorsFile(scratch.path("out/batch-000000.safetensors"))
    #expect(file.metadata["classes"] == #"["a\"","b","ü"]"#)
    let numbers = try sampleBatches(.values)
    try save(allBatches(numbers), to: scratch.path("numbers"), contract: numbers.contract)
    let other = try SafetensorsFile(scratch.path("numbers/batch-000000.safetensors"))
    #expect(other.metadata["classes"] == nil)
  }

  /// The index of the 1 of every present step.
  private func naive(_ batch: DataSet) -> [Int64] {
    guard let labels = batch.labels else { return [] }
    return (0..<batch.exampleCount).flatMap { row in
      (0..<batch.stepCount).map { step -> Int64 in
        guard batch.labelsMask[row, step] else { return -100 }
        return Int64((0..<labels.shape[1]).first { labels[row, $0, step] == 1 } ?? -1)
      }
    }
  }

  private func power(_ base: Int, _ exponent: Int) -> Int {
    (0..<exponent).reduce(1) { result, _ in result * base }
  }

  private func product(
    _ a: ClosedRange<Int>, _ b: ClosedRange<Int>, _ c: ClosedRange<Int>
  ) -> [(Int, Int, Int)] {
    a.flatMap { a in b.flatMap { b in c.map { (a, b, $0) } } }
  }
}
