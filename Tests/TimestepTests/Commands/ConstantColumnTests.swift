import TestSupport
import Testing

/// A column that was constant in the training data, and has other values in the data of an evaluation.
@Suite(.startsProcesses) struct ConstantColumnTests {
  /// `train` with series whose column `b` is always 5, and whose column `c` ranges from 0 to 1.
  private func trained(
    _ normalization: String, isRegression: Bool = false
  ) throws -> (scratch: TestDirectory, form: [String]) {
    let scratch = TestDirectory()
    for index in 0..<3 {
      scratch.write("a,b,c\n\(index),5,0\n3,5,1\n", to: "x_\(index).csv")
      scratch.write(isRegression ? "7\n7\n" : "0\n1\n", to: "y_\(index).csv")
    }
    let form = isRegression ? ["--regression"] : ["--classes", "2"]
    let run = try timestep(
      [
        "train", "--features", "x_%d.csv", "--labels", "y_%d.csv", "--header", "--label-header", "none",
        "--model", "m", "--normalize", normalization,
      ] + form + shortTraining, in: scratch)
    #expect(run.exitCode == 0, "\(run.error)")
    let constant = "is constant in the training data: it is always"
    #expect(
      run.error.hasPrefix("column \"b\" \(constant) 5.0; it is shifted to 0 and not scaled\n"), "\(run.error)"
    )
    #expect(run.error.contains("column \"0\" \(constant) 7.0;") == isRegression)
    return (scratch, form)
  }

  private func evaluated(
    _ rows: [String], labels: String = "0\n1\n", _ form: [String], in scratch: TestDirectory
  ) throws -> String {
    for index in 0..<2 {
      scratch.write("a,b,c\n" + rows[index], to: "t_\(index).csv")
      scratch.write(labels, to: "u_\(index).csv")
    }
    let run = try timestep(
      [
        "evaluate", "--model", "m", "--features", "t_%d.csv", "--labels", "u_%d.csv", "--header",
        "--label-header", "none",
      ] + form, in: scratch)
    #expect(run.exitCode == 0 && !run.output.isEmpty, "\(run.error)")
    return run.error
  }

  @Test(arguments: ["standardize", "minmax"]) func evaluateWarnsOnce(normalization: String) throws {
    let (scratch, form) = try trained(normalization)
    #expect(try evaluated(["8,5,0\n9,5,1\n", "8,5,3\n9,5,4\n"], form, in: scratch) == "")
    let warning = """
      t_1.csv:2: column "b" was constant in the training data: expected 5.0, found 6.0; the model did not learn what \
      its values mean: leave it out (train with --drop-columns b), or train on data in which it \
      varies

      """
    #expect(try evaluated(["8,5,0\n9,5,1\n", "8,5,3\n9,6,4\n"], form, in: scratch) == warning)
  }

  @Test func constantLabels() throws {
    let (scratch, form) = try trained("standardize", isRegression: true)
    let rows = ["8,5,0\n9,5,1\n", "8,5,3\n9,5,4\n"]
    #expect(try evaluated(rows, labels: "7\n7\n", form, in: scratch) == "")
    let warning = """
      t_0.csv:2: column "0" was constant in the training data: expected 7.0, found 8.0; the model did not learn what \
      its values mean: train on data in which it varies

      """
    #expect(try evaluated(rows, labels: "7\n8\n", form, in: scratch) == warning)
  }

  /// The test data of `train` is evaluated too; padding is not a value.
  @Test func trainWarnsOfTestData() throws {
    let (scratch, form) = try trained("minmax")
    for (index, rows) in ["1,5,0\n", "1,4.5,0\n2,5,1\n"].enumerated() {
      scratch.write("a,b,c\n" + rows, to: "t_\(index).csv")
      scratch.write(index == 0 ? "0\n" : "0\n1\n", to: "u_\(index).csv")
    }
    let run = try timestep(
      [
        "train", "--features", "x_%d.csv", "--labels", "y_%d.csv", "--header", "--label-header", "none",
        "--model", "m2", "--normalize", "minmax", "--test-features", "t_%d.csv", "--test-labels", "u_%d.csv",
        "--align", "start",
      ] + form + shortTraining, in: scratch)
    #expect(run.exitCode == 0)
    let lines = run.error.split(separator: "\n").map(String.init).filter {
      $0.contains("was constant in the training data")
    }
    #expect(
      lines == [
        "t_1.csv:2: column \"b\" was constant in the training data: expected 5.0, found 4.5; the model did not learn "
          + "what its values mean: leave it out (--drop-columns b), or train on data in which it varies"
      ])
  }
}
