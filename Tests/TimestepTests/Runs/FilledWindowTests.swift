import TestSupport
import Testing
import Timestep

/// Gaps in windows: filled from the whole sequence, or only from the window.
@Suite(.startsProcesses) struct FilledWindowTests {
  private static let size = 3

  /// Interpolates, with the nearest value at the ends; `nil` if there is no value.
  private func interpolated(_ values: [Float?]) -> [Float]? {
    let known = values.indices.filter { values[$0] != nil }
    guard let first = known.first, let last = known.last else { return nil }
    return values.indices.map { step in
      if let value = values[step] { return value }
      guard let before = known.last(where: { $0 < step }) else { return values[first] ?? 0 }
      guard let after = known.first(where: { $0 > step }) else { return values[last] ?? 0 }
      let (low, high) = (Double(values[before] ?? 0), Double(values[after] ?? 0))
      return Float(low + (high - low) * Double(step - before) / Double(after - before))
    }
  }

  /// Carries forward, from `start`.
  private func carried(_ values: [Float?], from start: Float) -> [Float] {
    var last = start
    return values.map { value in
      last = value ?? last
      return last
    }
  }

  private func windows(_ values: [Float?]) -> [[Float?]] {
    (0...values.count - Self.size).map { Array(values[$0..<$0 + Self.size]) }
  }

  /// All series of five steps that have a value in every window, and gaps.
  private var series: [[Float?]] {
    var result: [[Float?]] = []
    for gaps in 1..<31 {
      var values: [Float?] = []
      for step in 0..<5 { values.append(gaps >> step & 1 == 1 ? nil : Float(step * step + gaps)) }
      let isEmpty = windows(values).contains { window in window.allSatisfy { $0 == nil } }
      if !isEmpty { result.append(values) }
    }
    return result
  }

  @Test(arguments: ["linear", "forward"], ["window", "sequence"]) func fillsLookWhereTheyMay(
    rule: String, reach: String
  ) throws {
    let scratch = TestDirectory()
    for (number, values) in series.enumerated() {
      scratch.write(values.map { $0.map { "\($0)\n" } ?? "\"\"\n" }.joined(), to: "s_\(number).csv")
    }
    let run = try timestep(
      [
        "convert", "--output", "o", "--features", "s_%d.csv", "--window", "\(Self.size),1", "--batch-size",
        "1000",
        "--transform", "fill:rule=\(rule),value=-1,within=\(reach)",
      ], in: scratch)
    #expect(run.exitCode == 0, "\(run.error)")
    let batch = try SavedDataSets(scratch.path("o")).batch(epoch: 0, index: 0)
    let found = (0..<batch.exampleCount).map { row in (0..<Self.size).map { batch.features[row, 0, $0] } }
    func filled(_ values: [Float?]) -> [Float] {
      rule == "linear" ? interpolated(values) ?? [] : carried(values, from: -1)
    }
    let expected = series.flatMap { values -> [[Float]] in
      reach == "window" ? windows(values).map(filled) : windows(filled(values)).map { $0.map { $0 ?? 0 } }
    }
    #expect(found == expected)
    // Only the linear rule looks ahead, out of the window.
    let looksAhead = rule == "linear" && reach == "sequence"
    #expect(run.error.contains("can contain what comes after its end") == looksAhead, "\(run.error)")
  }

  /// A model fills as in its training: in windows alone, and not beyond.
  @Test func aModelKeepsTheReach() throws {
    let scratch = TestDirectory()
    for number in 0..<4 {
      let rows = (0..<8).map { step in
        step % 3 == 1 ? ",\(step % 2)\n" : "\(step * step + number),\(step % 2)\n"
      }
      scratch.write(rows.joined(), to: "s_\(number).csv")
    }
    let data = ["--features", "s_%d.csv", "--label-column", "1", "--regression", "--window", "4,2"]
    let train = ["train", "--model", "m"] + data + shortTraining
    let run = try timestep(train + ["--transform", "fill:within=window"], in: scratch)
    #expect(run.exitCode == 0 && run.error.contains("the model cannot predict row by row"), "\(run.error)")
    let evaluate = ["evaluate", "--json", "--allow-training-data", "--model", "m"]
    let own = try results(evaluate + data, in: scratch)
    #expect(own == (try results(evaluate + data + ["--transform", "fill:within=window"], in: scratch)))
    let other = try timestep(evaluate + data + ["--transform", "fill"], in: scratch)
    #expect(other.exitCode == 64 && other.firstLine.hasPrefix("Error: --transform contradicts the model:"))
    for rule in ["mean", "constant"] {
      try expectFailure(
        "Error: transform fill: within=window is for the rules linear and forward, which look at other rows; \(rule) does not",
        train + ["--transform", "fill:within=window,rule=\(rule)"], in: scratch, exitCode: 64)
    }
    let predict = try timestep(["predict", "--model", "m"], in: scratch)
    #expect(
      predict.exitCode == 1 && predict.error.contains("--transform fill:rule=forward"), "\(predict.error)")
  }
}
