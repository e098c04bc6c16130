import TestSupport
import Testing
import Timestep

@testable import TimestepCommand

/// The lines about the loss: each quantity by itself, with what it is.
@Suite(.startsProcesses) struct EvaluationTextTests {
  private func lines(_ output: String) -> [String] {
    let starts = ["loss ", "unweighted ", "penalty ", "score "]
    return output.split(separator: "\n").map(String.init).filter { line in
      starts.contains { line.hasPrefix($0) }
    }
  }

  private func number(_ line: String?) throws -> Double {
    let words = try #require(line).split(separator: " ")
    return try #require(words.lazy.compactMap { Double($0) }.first)
  }

  /// Every combination of labels per series or step, a penalty, class weights, and numbers normalized or not.
  @Test func theFiguresAddUp() throws {
    let scratch = TestDirectory()
    for number in 0..<6 {
      scratch.write("1,\(number)\n3,4\n", to: "f_\(number).csv")
      scratch.write("\(number % 2)\n", to: "y_\(number).csv")
      scratch.write("\(number % 2)\n1\n", to: "s_\(number).csv")
    }
    for labels in ["y", "s"] {
      for penalty in [[], ["--l2", "0.5"], ["--l1", "0.25"]] {
        for kind in [
          ["--classes", "2"], ["--classes", "2", "--class-weights", "9,1"], ["--regression"],
          ["--regression", "--normalize", "standardize"],
        ] {
          let data = ["--features", "f_%d.csv", "--labels", "\(labels)_%d.csv", "--align", "end"]
          try results(
            ["train", "--model", "m"] + shortTraining + data + penalty + kind, in: scratch)
          let words = ["evaluate", "--model", "m", "--allow-training-data"] + data
          let found = lines(try results(words, in: scratch))
          func line(_ start: String) -> String? { found.first { $0.hasPrefix(start) } }
          let loss = try number(line("loss per label "))
          let perSeries = labels == "y" ? loss : try number(line("loss per series "))
          #expect(abs(perSeries - loss * (labels == "y" ? 1 : 2)) < 3e-4)
          #expect((line("loss per series ") == nil) == (labels == "y"))
          #expect((line("penalty ") == nil) == penalty.isEmpty)
          let added = try penalty.isEmpty ? 0 : number(line("penalty "))
          #expect(abs(try number(line("score ")) - perSeries - added) < 3e-4)
          let isWeighted = kind.contains("9,1")
          #expect((line("unweighted loss per label ") == nil) == !isWeighted)
          #expect(line("loss per label ")?.contains("; with the class weights 9.0,1.0") == isWeighted)
          #expect(
            line("loss per label ")?.contains("; in units of the normalized labels")
              == kind.contains("standardize"))
          let text =
            labels == "y" ? "(mean of 6 labels, one per series" : "(mean of 12 labels, those of 6 series"
          #expect(line("loss per label ")?.contains(text) == true)

          let json = try results(words + ["--json"], in: scratch)
          #expect(json.contains("\"loss\":") && json.contains("\"penalty\":"))
          #expect(json.contains("\"unweightedLoss\":") == isWeighted)
          #expect(
            json.contains("\"lossUnits\":\"\(kind.contains("standardize") ? "normalized" : "labels")\"")
              == kind.contains("--regression"))
        }
      }
    }
  }

  /// The unweighted loss is that of a model whose classes have the weight 1.
  @Test func theUnweightedLossIsThatOfTheSameModel() throws {
    let scratch = TestDirectory()
    try writeSmallData(into: scratch)
    func unweighted(_ weights: [String]) throws -> String? {
      try results(
        ["train", "--model", "m", "--learning-rate", "1e-30"] + shortTraining + smallData + weights,
        in: scratch)
      let output = try results(["evaluate", "--model", "m"] + smallData, in: scratch)
      let start = weights.isEmpty ? "loss per label " : "unweighted loss per label "
      return lines(output).first { $0.hasPrefix(start) }?.dropFirst(start.count).prefix(6).description
    }
    #expect(try unweighted(["--class-weights", "9,0.5"]) == unweighted([]))
  }
}
