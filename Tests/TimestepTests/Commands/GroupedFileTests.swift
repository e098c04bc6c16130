import TestSupport
import Testing

/// Messages about one sequence of a file that holds many: its name alone does not identify the sequence.
@Suite(.startsProcesses) struct GroupedFileTests {
  private func written() throws -> TestDirectory {
    let scratch = TestDirectory()
    scratch.write("id,a\nu,1\nu,2\nv,3\nv,4\nv,5\n", to: "x.csv")
    scratch.write("id,y\nw,1\nu,0\n", to: "y.csv")
    return scratch
  }

  private let grouped = ["convert", "--output", "o", "--features", "x.csv", "--header", "--group-by", "id"]

  @Test func unequalLengthsNameTheLines() throws {
    let scratch = try written()
    scratch.write("id,y\nu,1\nu,2\nv,3\nv,4\nv,5\n", to: "z.csv")
    try expectFailure(
      "x.csv:4: has 3 time steps where x.csv:2 has 2; alignment \"equal\" requires the same length for all series of a batch; pad with "
        + "alignment \"start\" or \"end\" (--align start, --align end)\n",
      grouped + ["--labels", "z.csv", "--regression"], in: scratch)
  }

  @Test func sequencesWithoutPartnerAreNamedByTheirLines() throws {
    let scratch = try written()
    let labelled = grouped + ["--labels", "y.csv", "--classes", "2", "--align", "end"]
    try expectFailure(
      "x.csv:4: has no label file with its key \"v\"; every feature file needs one label file of the same number, glob "
        + "match or name: add the missing file, or narrow the range\n", labelled, in: scratch)
    try results(labelled + ["--on-error", "skip-sequence", "--ledger", "ledger"], in: scratch)
    let locations = try scratch.text(of: "ledger").split(separator: "\n").map { line in
      line.contains("\"file\":\"x.csv\",\"line\":4,") || line.contains("\"file\":\"y.csv\",\"line\":2,")
    }
    #expect(locations == [true, true])
  }

  @Test func aNumberIsExplainedInSequencesOfDifferentLengths() throws {
    #expect(
      try results(
        ["inspect", "--features", "x.csv", "--header", "--group-by", "id", "--explain", "1,2,0"],
        in: written())
        == "x.csv:6:3 (byte 23): \"5\", column \"a\" -> 5.0\n")
  }
}
