import BatchFiles
import DataSets
import Sequences
import TensorFiles
import TestSupport
import Testing

/// Files preserve which examples a normalizer was fitted on.
@Suite struct LineageTests {
  /// A normalizer fitted on three of the five examples.
  private func normalizer(_ dataSets: SequenceBatches) throws -> AffineNormalizer {
    var statistics = ColumnStatistics(columns: 2)
    let batch = try dataSets.batch(of: batches(dataSets).flatMap(\.metadata))
    let part = batch.examples(batch.exampleCount - 3..<batch.exampleCount)
    statistics.add(part.features, mask: part.featuresMask)
    statistics.lineage = part.lineage
    return .standardize(statistics)
  }

  @Test(arguments: TensorFileFormat.allCases, [TensorLayout.nct, .ntc])
  func savedExamplesAreKnownByTheirValuesAndTheirMarks(format: TensorFileFormat, layout: TensorLayout) throws
  {
    let scratch = TestDirectory()
    let dataSets = try sampleDataSets(.values)
    let normalizer = try normalizer(dataSets)
    let normalized = try batches(dataSets.normalized(by: normalizer))
    let wanted = normalized.map(\.fittedRows)
    #expect(wanted.map(\.count).reduce(0, +) == 3)
    // Saved as read, they are normalized later.
    try save(
      try batches(dataSets), to: scratch.path("raw"), format: format, layout: layout,
      contract: dataSets.contract)
    let raw = try SavedDataSets(scratch.path("raw"))
    #expect(try batches(raw).map(\.fittedRows) == wanted.map { _ in [] })
    #expect(try batches(raw.normalized(by: normalizer)).map(\.fittedRows) == wanted)
    #expect(!(try scratch.text(of: "raw/manifest.json").contains("fittedRows")))
    // Saved normalized, their values are not those that were read; the marks are kept.
    try save(
      normalized, to: scratch.path("done"), format: format, layout: layout, contract: dataSets.contract)
    #expect(try batches(try SavedDataSets(scratch.path("done"))).map(\.fittedRows) == wanted)
  }

  @Test func oneBatchInAFile() throws {
    let scratch = TestDirectory()
    let dataSets = try sampleDataSets(.values)
    for batch in try batches(dataSets.normalized(by: normalizer(dataSets))) {
      try batch.save(to: scratch.path("batch"))
      #expect(try DataSet(contentsOf: scratch.path("batch")).fittedRows == batch.fittedRows)
    }
  }

  @Test func impossibleRowsAreRefused() throws {
    let scratch = TestDirectory()
    let dataSets = try sampleDataSets(.values)
    var saved = try batches(dataSets)
    saved[0].fittedRows = [0]
    try save(saved, to: scratch.path("out"), contract: dataSets.contract)
    let text = try scratch.text(of: "out/manifest.json")
    let parts = text.split(separator: "\"fittedRows\":[0]", omittingEmptySubsequences: false)
    try #require(parts.count == 2)
    scratch.write((parts[0] + "\"fittedRows\":[2]" + parts[1]).utf8, to: "out/manifest.json")
    expectRefusal(
      scratch.path("out/manifest.json"), "lists fitted rows that \"batch-000000.safetensors\" has not"
    ) {
      _ = try SavedDataSets(scratch.path("out"))
    }
  }
}
