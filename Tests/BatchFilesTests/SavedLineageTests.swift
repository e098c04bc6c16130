import BatchFiles
import DataSets
import Sequences
import TensorFiles
import TestSupport
import Testing

/// Files preserve which examples a normalizer was fitted on.
@Suite struct LineageTests {
  /// A normalizer fitted on three of the five examples.
  private func normalizer(_ batches: SequenceBatches) throws -> AffineNormalizer {
    var statistics = ColumnStatistics(columns: 2)
    let batch = try batches.batch(of: allBatches(batches).flatMap(\.metadata))
    let part = batch.examples(batch.exampleCount - 3..<batch.exampleCount)
    statistics.add(part.features, mask: part.featuresMask)
    statistics.lineage = part.lineage
    return .standardize(statistics)
  }

  @Test(arguments: TensorFileFormat.allCases, [TensorLayout.nct, .ntc])
  func savedExamplesAreIdentifiedByValuesAndMarks(format: TensorFileFormat, layout: TensorLayout) throws {
    let scratch = TestDirectory()
    let batches = try sampleBatches(.values)
    let normalizer = try normalizer(batches)
    let normalized = try allBatches(batches.normalized(by: normalizer))
    let wanted = normalized.map(\.fittedRows)
    #expect(wanted.map(\.count).reduce(0, +) == 3)
    // Saved as read, they are normalized later.
    try save(
      try allBatches(batches), to: scratch.path("raw"), format: format, layout: layout,
      contract: batches.contract)
    let raw = try SavedDataSets(scratch.path("raw"))
    #expect(try allBatches(raw).map(\.fittedRows) == wanted.map { _ in [] })
    #expect(try allBatches(raw.normalized(by: normalizer)).map(\.fittedRows) == wanted)
    #expect(!(try scratch.text(of: "raw/manifest.json").contains("fittedRows")))
    // Saved normalized, their values are not those that were read; the marks are kept.
    try save(
      normalized, to: scratch.path("done"), format: format, layout: layout, contract: batches.contract)
    #expect(try allBatches(try SavedDataSets(scratch.path("done"))).map(\.fittedRows) == wanted)
  }

  @Test func oneBatchInAFile() throws {
    let scratch = TestDirectory()
    let batches = try sampleBatches(.values)
    for batch in try allBatches(batches.normalized(by: normalizer(batches))) {
      try batch.save(to: scratch.path("batch"))
      #expect(try DataSet(contentsOf: scratch.path("batch")).fittedRows == batch.fittedRows)
    }
  }

  @Test func impossibleRowsAreRejected() throws {
    let scratch = TestDirectory()
    let batches = try sampleBatches(.values)
    var saved = try allBatches(batches)
    saved[0].fittedRows = [0]
    try save(saved, to: scratch.path("out"), contract: batches.contract)
    try removeChecksums(scratch)
    let text = try scratch.text(of: "out/manifest.json")
    let parts = text.split(separator: "\"fittedRows\":[0]", omittingEmptySubsequences: false)
    try #require(parts.count == 2)
    scratch.write((parts[0] + "\"fittedRows\":[2]" + parts[1]).utf8, to: "out/manifest.json")
    expectRejection(
      scratch.path("out/manifest.json"), "lists fitted rows that \"batch-000000.safetensors\" does not have"
    ) {
      _ = try SavedDataSets(scratch.path("out"))
    }
  }
}
