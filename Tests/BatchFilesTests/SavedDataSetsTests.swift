import BatchFiles
import DataSets
import FoundationEssentials
import Platform
import Sequences
import TensorFiles
import Tensors
import TestSupport
import Testing

/// Saved batches are read back equal, including metadata.
struct SavedDataSetsTests {
  private static let encodings: [LabelSource.Encoding?] = [nil, .oneHot(names: ["a", "b", "c"]), .values]

  @Test(arguments: TensorFileFormat.allCases, TensorLayout.allCases)
  func savedBatchesAreReadBack(format: TensorFileFormat, layout: TensorLayout) throws {
    for encoding in Self.encodings {
      for order in Tensor.StorageOrder.allCases {
        let scratch = TestDirectory()
        let data = try sampleBatches(encoding, order: order)
        let written = try allBatches(data)
        try save(written, to: scratch.path("out"), format: format, layout: layout, contract: data.contract)
        let saved = try SavedDataSets(scratch.path("out"))
        #expect(saved.contract == data.contract)
        #expect(saved.batchCount == 3 && saved.exampleCount == 5)
        #expect(try allBatches(saved) == written)
        #expect(try allBatches(saved, epoch: 4) == written)
        var iterator = try SavedDataSets.Iterator(scratch.path("out"))
        #expect(iterator.batchCount == 3)
        for _ in 0..<2 {
          iterator.begin(epoch: 0)
          for batch in written { #expect(try iterator.next() == batch) }
          #expect(try iterator.next() == nil)
          #expect(try iterator.next() == nil)
        }
        // The metadata still loads from the data it came from.
        #expect(try data.batch(of: saved.batch(epoch: 0, index: 1).metadata) == written[1])
      }
    }
  }

  @Test(arguments: TensorFileFormat.allCases) func theFilesAgreeWithTheContract(format: TensorFileFormat)
    throws
  {
    let scratch = TestDirectory()
    let data = try sampleBatches(.oneHot(names: ["a", "b", "c"])).ordered(.sequential)
    let batch = try data.batch(epoch: 0, index: 0)
    for layout in TensorLayout.allCases {
      try save(
        allBatches(data), to: scratch.path("out"), format: format, layout: layout, contract: data.contract,
        replacing: true)
      let files = (0..<3).map { "batch-00000\($0).\(format.rawValue)" }
      #expect(scratch.names(in: "out") == files + ["manifest.json"])
      let file = try format.open(scratch.path("out/\(files[0])"))
      #expect(Set(file.names) == ["features", "labels", "featuresMask", "labelsMask", "lengths"])
      let features = try file.floats("features")
      let labels = try file.floats("labels")
      #expect(features.shape == (layout == .nct ? [2, 2, 3] : [2, 3, 2]))
      #expect(labels.shape == (layout == .nct ? [2, 3, 3] : [2, 3, 3]))
      for (n, c, t) in [(0, 0, 0), (0, 1, 2), (1, 1, 0), (1, 0, 2)] {
        #expect((layout == .nct ? features[n, c, t] : features[n, t, c]) == batch.features[n, c, t])
      }
      #expect((layout == .nct ? labels[0, 1, 2] : labels[0, 2, 1]) == 1)
      #expect(try file.floats("featuresMask").elements == [1, 1, 1, 1, 0, 0])
      #expect(try file.floats("labelsMask").elements == [0, 0, 1, 1, 0, 0])
      #expect(try file.integers("lengths").elements == [3, 1])
    }
    let manifest = try SavedDataSets(scratch.path("out")).manifest
    #expect(manifest.version == 1 && manifest.layout == .ntc && manifest.columns == ["load", "speed"])
    #expect(manifest.batches.map(\.file) == (0..<3).map { "batch-00000\($0).\(format.rawValue)" })
    #expect(manifest.batches.map(\.examples) == [2, 2, 1] && manifest.batches.map(\.steps) == [3, 4, 5])
    #expect(manifest.sources.map(\.labels) == (0..<5).map { "y[\($0)]" })
    #expect(manifest.sources.map(\.featureLines) == [3...5, 3...3, 3...6, 3...3, 3...7])
  }

  @Test func withoutLabelsTheirTensorsAreAbsent() throws {
    let scratch = TestDirectory()
    let data = try sampleBatches(nil)
    try save(allBatches(data), to: scratch.path("out"), contract: data.contract)
    let file = try SafetensorsFile(scratch.path("out/batch-000000.safetensors"))
    #expect(file.names == ["features", "featuresMask", "lengths"])
  }

  @Test func theSameBatchesGiveTheSameBytes() throws {
    let scratch = TestDirectory()
    let data = try sampleBatches(.values)
    for name in ["a", "b"] { try save(allBatches(data), to: scratch.path(name), contract: data.contract) }
    for name in scratch.names(in: "a") {
      #expect(try scratch.bytes(of: "a/\(name)") == scratch.bytes(of: "b/\(name)"))
    }
  }

  /// Series that start elsewhere, gaps, other keys and no metadata, as a custom iterator may deliver them.
  @Test func unusualBatchesAreReadBack() throws {
    let scratch = TestDirectory()
    let data = try sampleBatches(.values)
    var unusual = try allBatches(data)
    unusual[0].seriesStarts = .empty(2, unusual[0].stepCount)
    unusual[1].seriesStarts = Mask(rows: 2, steps: unusual[1].stepCount) { ($0 + $1) % 2 == 0 }
    unusual[1].labelsMask = .full(2, unusual[1].stepCount)
    unusual[2].metadata[0].features.firstLine = 1
    unusual[2].metadata[0].labels?.key = "other"
    unusual[2].metadata[0].labels?.firstLine = 9
    try save(unusual, to: scratch.path("a"), contract: data.contract)
    #expect(try allBatches(SavedDataSets(scratch.path("a"))) == unusual)
    for index in unusual.indices { unusual[index].metadata = [] }
    try save(unusual, to: scratch.path("b"), contract: data.contract)
    #expect(try allBatches(SavedDataSets(scratch.path("b"))) == unusual)
    try save([], to: scratch.path("c"), contract: data.contract)
    var none = try SavedDataSets.Iterator(scratch.path("c"))
    #expect(try none.next() == nil && none.batchCount == 0)
  }

  @Test func anyOrderOfBatchesBelongsToTheEpoch() throws {
    let scratch = TestDirectory()
    let data = try sampleBatches(.values)
    let written = try allBatches(data)
    try save(written, to: scratch.path("out"), contract: data.contract)
    let shuffled = try SavedDataSets(scratch.path("out"), order: .shuffled(seed: 1))
    var orders: Set<[Int]> = []
    for epoch in 0..<12 {
      let order = try allBatches(shuffled, epoch: epoch).map { try #require(written.firstIndex(of: $0)) }
      #expect(order.sorted() == [0, 1, 2])
      orders.insert(order)
    }
    #expect(orders.count > 3)
  }

  @Test func normalizingSavedBatchesIsNormalizingBatches() throws {
    let scratch = TestDirectory()
    let data = try sampleBatches(.values)
    try save(allBatches(data), to: scratch.path("out"), layout: .ntc, contract: data.contract)
    let features = AffineNormalizer(shift: [3, 20], scale: [7, 0.1])
    let labels = AffineNormalizer(shift: [1], scale: [3])
    let saved = try SavedDataSets(scratch.path("out")).normalized(by: features, labels: labels)
    let direct = data.normalized(by: features, labels: labels)
    #expect(saved.contract == direct.contract)
    #expect(try allBatches(saved) == allBatches(direct))
  }

  @Test func everyPositionCanBeResumed() throws {
    let scratch = TestDirectory()
    let data = try sampleBatches(.values)
    try save(allBatches(data), to: scratch.path("out"), contract: data.contract)
    func makeIterator(_ path: String = scratch.path("out"), seed: UInt64 = 3, scale: Double = 1) throws
      -> SavedDataSets.Iterator
    {
      let saved = try SavedDataSets(path, order: .shuffled(seed: seed))
      return SavedDataSets.Iterator(
        saved.normalized(by: AffineNormalizer(shift: [0, 0], scale: [scale, scale])))
    }
    for epoch in 0..<3 {
      var iterator = try makeIterator()
      iterator.begin(epoch: epoch)
      var left = try allBatches(iterator.dataSets, epoch: epoch)
      while true {
        let state = try JSONDecoder().decode(IteratorState.self, from: JSONEncoder().encode(iterator.state))
        var other = try makeIterator()
        other.begin(epoch: 7)
        _ = try other.next()
        try other.restore(state)
        #expect(other.state == state && state.epoch == epoch)
        for batch in left { #expect(try other.next() == batch) }
        #expect(try other.next() == nil)
        if try iterator.next() == nil { break }
        left.removeFirst()
      }
      #expect(left.isEmpty)
    }
    let state = try makeIterator().state
    for (other, word) in [
      (try makeIterator(seed: 4), "options"), (try makeIterator(scale: 2), "options"),
    ] {
      var other = other
      #expect { try other.restore(state) } throws: {
        "\($0)".hasPrefix("iterator state: belongs to other \(word): ")
      }
    }
    // Fewer batches; and the same number of batches, of other examples with the same lengths.
    for (name, written) in [
      ("fewer", Array(try allBatches(data).dropLast())), ("renamed", try allBatches(data).map(renamed)),
    ] {
      try save(written, to: scratch.path(name), contract: data.contract)
      var other = try makeIterator(scratch.path(name))
      #expect { try other.restore(state) } throws: {
        "\($0)".hasPrefix("iterator state: belongs to other data: ")
      }
    }
  }

  /// The batch with other keys.
  private func renamed(_ batch: DataSet) -> DataSet {
    var batch = batch
    for index in batch.metadata.indices { batch.metadata[index].features.key += "x" }
    return batch
  }
}
