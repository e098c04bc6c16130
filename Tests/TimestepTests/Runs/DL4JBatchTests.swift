import TestSupport
import Testing
import Timestep

/// Batches of the same files, bit for bit as Deeplearning4j 1.0.0-M2 made them; Fixtures/dl4j/README.md has the names.
struct DL4JBatchTests {
  static let names = DL4JIndex.shared.batches.keys.sorted()

  @Test func everyCaseIsCompared() {
    #expect(Self.names.count == 17)
    #expect(Self.names.reduce(0) { $0 + (DL4JIndex.shared.batches[$1]?.batches ?? 0) } == 62)
  }

  @Test(arguments: names)
  func libraryMakesTheSameBatches(name: String) throws {
    let golden = try #require(DL4JIndex.shared.batches[name])
    func reader(_ pattern: String, skippingLines: Int) throws -> CSVSequenceRecordReader {
      try CSVSequenceRecordReader(
        NumberedFileInputSplit("\(DL4JIndex.folder)/csv/\(pattern)"), skippingLines: skippingLines)
    }
    let encoding = golden.classes.map { LabelSource.Encoding.oneHot(classes: $0) } ?? .values
    var labels = golden.labelColumn.map { LabelSource.columns([$0], encoding) }
    if let pattern = golden.labels {
      labels = .reader(try reader(pattern, skippingLines: golden.labelSkipLines), encoding)
    }
    let batches = try SequenceBatches(
      features: try reader(golden.features, skippingLines: golden.skipLines), labels: try #require(labels),
      batchSize: golden.batchSize, alignment: try #require(Alignment(rawValue: golden.align)))
    var iterator = SequenceDataSetIterator(batches)
    try expectSame(&iterator, as: name, of: golden)
  }

  @Test(.startsProcesses, arguments: names)
  func convertMakesTheSameBatches(name: String) throws {
    let golden = try #require(DL4JIndex.shared.batches[name])
    let scratch = TestDirectory()
    var arguments = [
      "convert", "--features", "\(DL4JIndex.folder)/csv/\(golden.features)", "--batch-size",
      "\(golden.batchSize)", "--skip-lines", "\(golden.skipLines)", "--output", "batches",
    ]
    if let labels = golden.labels {
      arguments += [
        "--labels", "\(DL4JIndex.folder)/csv/\(labels)", "--label-skip-lines", "\(golden.labelSkipLines)",
        "--align", golden.align,
      ]
    }
    // One reader needs no alignment: shorter series are padded at the end.
    if let column = golden.labelColumn { arguments += ["--label-column", "\(column)"] }
    arguments += golden.classes.map { ["--classes", "\($0)"] } ?? ["--regression"]
    try results(arguments, in: scratch)
    var iterator = SavedDataSets.Iterator(try SavedDataSets(scratch.path("batches")))
    try expectSame(&iterator, as: name, of: golden)
  }

  /// Expects the first pass of `batches` to have the bits of `Fixtures/dl4j/batches/NAME.npz`.
  private func expectSame(
    _ batches: inout some DataSetIterator, as name: String, of golden: DL4JIndex.Batches
  ) throws {
    let file = try TensorFileFormat.npz.open("\(DL4JIndex.folder)/batches/\(name).npz")
    var comparedCount = 0
    for index in 0..<golden.batches {
      let batch = try #require(try batches.next(), "batch \(index) is missing")
      let number = String("00\(index)".suffix(3))
      func expectBits(_ found: [Float], _ shape: [Int], _ part: String) throws {
        let theirs = try file.floats("\(number).\(part)")
        #expect(shape == theirs.shape, "\(part) of batch \(index)")
        let isSame = found.map(\.bitPattern) == theirs.ordered(.c).elements.map(\.bitPattern)
        #expect(isSame, "\(part) of batch \(index)")
        comparedCount += 1
      }
      let labels = try #require(batch.labels)
      try expectBits(batch.features.ordered(.c).elements, batch.features.shape, "features")
      try expectBits(labels.ordered(.c).elements, labels.shape, "labels")
      for (part, mask) in [("featuresMask", batch.featuresMask), ("labelsMask", batch.labelsMask)] {
        if file.names.contains("\(number).\(part)") {
          try expectBits(mask.floats, [mask.exampleCount, mask.stepCount], part)
        } else {
          // Deeplearning4j has no mask where nothing is padded.
          #expect(mask.isFull, "\(part) of batch \(index)")
        }
      }
    }
    #expect(try batches.next() == nil)
    #expect(comparedCount == file.names.count)
  }
}
