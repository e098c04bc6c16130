import TestSupport
import Testing
import Timestep

/// A model knows how time ordered and ended the sequences that it was trained on.
@Suite(.startsProcesses) struct ModelsOfTimeTests {
  private let scratch = TestDirectory()
  private let data = ["--features", "f_%d.csv", "--time", "0=unix", "--label-column", "2", "--regression"]

  init() {
    // Each file has a gap of 1000 s, and rows that are not in order.
    for number in 0..<4 {
      let rows = (0..<8).map { step in
        "\(step * 10 + (step > 4 ? 1000 : 0)),\((step * step + number) % 7),\(step + number)\n"
      }
      scratch.write(rows.reversed().joined(), to: "f_\(number).csv")
      scratch.write(rows.joined(), to: "s_\(number).csv")
    }
  }

  private func train(_ flags: String...) throws {
    try results(["train", "--model", "m", "--hidden", "3", "--epochs", "2"] + data + flags, in: scratch)
  }

  @Test func evaluationSortsAndCutsAsTraining() throws {
    try train("--sort-by-time", "--max-gap", "60s", "--transform", "difference:first=0,columns=0")
    let evaluate = ["evaluate", "--json", "--model", "m", "--features", "f_%d.csv", "--label-column", "2"]
    let own = try results(evaluate, in: scratch)
    #expect(own.contains(#""examples":8"#))
    #expect(
      try own == results(evaluate + ["--time", "0=unix", "--sort-by-time", "--max-gap", "1min"], in: scratch))
    try expectFailure(
      "m: does not fit the data: the model was trained on sequences with at most 60.0 s between two rows, the data has "
        + "2000.0 s; evaluate data of the same form\n",
      evaluate + ["--max-gap", "2000s"], in: scratch)
    let lanes = try timestep(evaluate + ["--lanes", "2"], in: scratch)
    #expect(lanes.exitCode == 64 && lanes.error.contains("leave out --lanes"), "\(lanes.error)")
    // Saved batches must be made in the same way.
    try results(
      ["convert", "--output", "o", "--sort-by-time", "--transform", "difference:first=0,columns=0"] + data,
      in: scratch)
    let saved = try timestep(["evaluate", "--model", "m", "--batches", "o"], in: scratch)
    #expect(saved.error.contains("the data has gaps of any length"), "\(saved.error)")
  }

  @Test func aGapBeginsANewSeriesInPredict() throws {
    try train("--sort-by-time", "--max-gap", "60s", "--transform", "difference:first=0,columns=1")
    let rows = try scratch.text(of: "s_0.csv").split(separator: "\n").map {
      $0.split(separator: ",").dropLast().joined(separator: ",")
    }
    func predictions(_ rows: [String]) throws -> [Substring] {
      scratch.write(rows.map { $0 + "\n" }.joined(), to: "input")
      let run = try timestep(["predict", "--model", "m"], in: scratch, input: scratch.path("input"))
      #expect(run.exitCode == 0, "\(run.error)")
      return run.output.split(separator: "\n")
    }
    let whole = try predictions(rows)
    #expect(whole.count == 8)
    // Time counts on from the first row, and everything else begins again: without a gap, the same state would go on.
    let near = rows.enumerated().map { $0 > 4 ? $1.replacing("10", with: "0", maxReplacements: 1) : $1 }
    #expect(whole[..<5] == (try predictions(Array(rows[..<5])))[...])
    let second = try predictions(Array(rows[5...]))
    #expect(second.count == 3 && near.count == 8)
    // A model that was trained without the flag keeps its state.
    try train("--sort-by-time", "--transform", "difference:first=0,columns=1")
    let kept = try predictions(rows)
    #expect(kept.count == 8)
  }
}
