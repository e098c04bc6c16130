import TestSupport
import Testing
import Timestep

/// What a loss takes as labels, where flags change these.
@Suite(.startsProcesses) struct LossLabelTests {
  private let scratch = TestDirectory()

  /// Counts stay counts: standardized ones would be below 0, which the loss does not take.
  @Test func countsAreNotStandardized() throws {
    for number in 0..<4 {
      let rows = (0..<12).map { "\($0 + 10 * number),\(($0 * 7 + number) % 5)\n" }
      scratch.write("x,count\n" + rows.joined(), to: "f_\(number).csv")
    }
    let data = ["--features", "f_%d.csv", "--header", "--label-column", "count", "--regression"]
    let train = ["train", "--model", "m", "--overwrite", "--loss", "poisson"] + data + shortTraining
    let run = try timestep(train + ["--normalize", "standardize"], in: scratch)
    #expect(
      run.exitCode == 0
        && run.error.contains("the labels are not normalized: the loss poisson takes no labels below 0\n"))
    let model = try ModelFile(scratch.path("m"))
    #expect(model.contract?.featuresNormalizer != nil && model.contract?.labelsNormalizer == nil)
    // Scaled to 0 to 1, they are not below 0.
    try results(train + ["--normalize", "minmax"], in: scratch)
    #expect(try ModelFile(scratch.path("m")).contract?.labelsNormalizer != nil)
  }
}
