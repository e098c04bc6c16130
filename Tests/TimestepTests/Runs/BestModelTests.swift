import Glibc
import TestSupport
import Testing

/// A run is ended in every way at random moments: the written model is always that of the best epoch so far.
@Suite(.startsProcesses) struct BestModelTests {
  /// The number of moments; twenty in `.ci/long`.
  private static let momentCount = getenv("TIMESTEP_LONG") != nil ? 20 : isDebug ? 3 : 8

  /// Few enough that a run can be repeated up to any of them.
  private static let epochCount = 1000

  /// The ways to end a run.
  enum Ending: String, CaseIterable { case interrupt, terminate, kill, timeLimit, fullDisk, divergence }

  /// Series whose labels are hard to learn, so that the best epoch is never the last one for long.
  private func data() throws -> TestDirectory {
    let scratch = TestDirectory()
    var random = SplitMix(state: 12)
    for (name, count) in [("f", 12), ("v", 8)] {
      for number in 0..<count {
        var text = ""
        for _ in 0...random.next(below: 5) {
          text +=
            "\(Double(random.next(below: 2000)) / 1000 - 1),\(Double(random.next(below: 2000)) / 1000 - 1)\n"
        }
        scratch.write(text, to: "\(name)_\(number).csv")
        scratch.write("\(Double(random.next(below: 1000)) / 100)\n", to: "\(name)y_\(number).csv")
      }
    }
    return scratch
  }

  private static let validation = ["--validation-features", "v_%d.csv", "--validation-labels", "vy_%d.csv"]

  private func train(_ model: String, epochs: Int, seed: Int, rate: String = "0.05") -> [String] {
    [
      "train", "--model", model, "--features", "f_%d.csv", "--labels", "fy_%d.csv", "--regression", "--align",
      "end", "--hidden", "3", "--cell", "rnn", "--updater", "sgd", "--batch-size", "4", "--seed", "\(seed)",
      "--learning-rate", rate, "--epochs", "\(epochs)",
    ]
  }

  /// The metrics of the epochs that a run has reported.
  private func metrics(_ error: String) -> [String] {
    error.split(whereSeparator: { "\n\r".contains($0) }).compactMap { line in
      guard line.hasPrefix("epoch "), line.contains(" left"),
        let name = line.firstRange(of: "validation score ")
      else { return nil }
      return String(line[name.upperBound...].prefix { $0 != "," })
    }
  }

  /// Checks that `m` is the model of the best of `metrics`, or of the epoch after them, and returns the epoch.
  private func bestEpoch(
    _ scratch: TestDirectory, _ metrics: [String], _ message: String, seed: Int, rate: String = "0.05"
  ) throws -> Int? {
    guard scratch.names().contains("m") else {
      #expect(metrics.isEmpty, "no model after \(metrics.count) epochs: \(message)")
      return nil
    }
    let values = metrics.compactMap { Double($0) }
    #expect(values.count == metrics.count && !values.isEmpty)
    let words = ["the model of epoch ", "the best epoch was "]
    let named = words.lazy.compactMap { message.ranges(of: $0).last }.first.flatMap { range in
      Int(message[range.upperBound...].prefix { $0.isNumber })
    }
    let model = try scratch.bytes(of: "m")
    let lowest = values.min() ?? 0
    // Numbers are rounded in the lines, so two epochs may look equal; a model is written before its line.
    let ties = values.indices.filter { values[$0] == lowest }.map { $0 + 1 }
    let candidates = ties.prefix(4) + [values.count + 1]
    let epoch = try candidates.first { candidate in
      if let named, named != candidate { return false }
      try results(train("reference", epochs: candidate, seed: seed, rate: rate), in: scratch)
      return try scratch.bytes(of: "reference") == model
    }
    #expect(epoch != nil, "none of the epochs \(candidates) has this model (\(named ?? 0)): \(message)")
    return epoch
  }

  @Test(arguments: Ending.allCases) func theBestModelIsNeverLost(ending: Ending) throws {
    let scratch = try data()
    var random = SplitMix(state: UInt64(ending.rawValue.utf8.count))
    var written = 0
    for seed in 0..<Self.momentCount {
      for name in ["m", "j"] where scratch.names().contains(name) { scratch.remove(name) }
      let command = train("m", epochs: Self.epochCount, seed: seed) + Self.validation
      let moment = UInt32(random.next(below: 300_000))
      let run: FinishedCommand
      var rate = "0.05"
      switch ending {
      case .interrupt, .terminate, .kill:
        let signal = ending == .kill ? SIGKILL : ending == .interrupt ? SIGINT : SIGTERM
        let running = try RunningCommand(command, in: scratch)
        // Most runs have begun to train; some are ended before.
        if seed > 0 { _ = waitUntil { running.errorSoFar.contains(" left") || running.hasEnded } }
        usleep(moment)
        running.send(signal)
        run = try running.finish()
        if run.exitCode == 0 { continue }
        #expect(run.exitCode == (ending == .kill ? -SIGKILL : 128 + signal), "\(run.error)")
        let isTold = run.error.contains("interrupted by SIG") && run.error.contains("--checkpoints DIRECTORY")
        #expect(isTold || ending == .kill || metrics(run.error).isEmpty)
      case .timeLimit:
        run = try timestep(command + ["--time-limit", "\(Double(1000 + moment) / 1_000_000)"], in: scratch)
        #expect(run.exitCode == 0)
      case .fullDisk:
        let blocks = 12 + random.next(below: 60)
        run = try timestep(
          command + ["--journal", "j"], in: scratch,
          prefix: ["sh", "-c", "trap '' XFSZ; ulimit -f \(blocks); exec \"$0\" \"$@\""])
        #expect(run.exitCode == 1)
        #expect(run.error.contains("j: cannot be written: the limit on the size of files"), "\(run.error)")
      case .divergence:
        rate = "\(0.4 + Double(random.next(below: 80)) / 100)"
        run = try timestep(
          setting(["--learning-rate", rate, "--epochs", "600"], in: command), in: scratch)
        guard run.exitCode != 0 else { continue }
        #expect(run.exitCode == 1 && run.error.contains(" not finite"), "\(run.error)")
      }
      if try bestEpoch(scratch, metrics(run.error), run.error, seed: seed, rate: rate) != nil { written += 1 }
    }
    #expect(written > 0 || ending == .divergence)
    print("\(ending): \(written) of \(Self.momentCount) runs had a best model")
  }

  /// A run that is interrupted and resumed again and again: the model is always the best of all its processes.
  @Test func theBestModelOfAResumedRun() throws {
    let scratch = try data()
    var all: [String] = []
    var random = SplitMix(state: 8)
    for number in 0..<Self.momentCount {
      let command =
        train("m", epochs: Self.epochCount, seed: 3) + Self.validation + ["--checkpoints", "d", "--resume"]
      let running = try RunningCommand(command, in: scratch)
      let count = all.count
      _ = waitUntil { running.errorSoFar.contains(" left") || running.hasEnded }
      usleep(UInt32(random.next(below: 100_000)))
      running.send(number.isMultiple(of: 2) ? SIGTERM : SIGKILL)
      let run = try running.finish()
      let first = run.error.split(whereSeparator: { "\n\r".contains($0) }).compactMap { line -> Int? in
        line.hasPrefix("epoch ") && line.contains(" left")
          ? Int(line.dropFirst(6).prefix { $0.isNumber }) : nil
      }.first
      if let first { all = Array(all.prefix(first - 1)) + metrics(run.error) }
      #expect(all.count >= count)
      let epoch = try bestEpoch(scratch, all, "", seed: 3)
      #expect(epoch != nil)
      let again = epoch.map { "\($0)" } ?? ""
      #expect(try scratch.bytes(of: "d/best.safetensors") == scratch.bytes(of: "m"), "epoch \(again)")
      // The next process writes it again, even if it is interrupted in its first epoch.
      scratch.remove("m")
    }
  }

  @Test func aFinishedRunSaysSo() throws {
    let scratch = try data()
    let command = train("m", epochs: 3, seed: 3) + Self.validation + ["--checkpoints", "d", "--resume"]
    try results(command, in: scratch)
    let model = try scratch.bytes(of: "m")
    let again = try timestep(command, in: scratch)
    #expect(again.exitCode == 0 && again.output == "")
    #expect(
      again.error.contains(
        "\nthe run is finished, nothing was left to train: all epochs are done; give more --epochs to continue\n"
      ), "\(again.error)")
    #expect(try scratch.bytes(of: "m") == model)
  }

  @Test func otherValidationDataIsRejectedOrJudgedAnew() throws {
    let scratch = try data()
    let command = train("m", epochs: 6, seed: 3) + ["--checkpoints", "d", "--resume"]
    try results(command + Self.validation, in: scratch)
    // The same examples under other names, in another order.
    for number in 0..<8 {
      scratch.write(try scratch.bytes(of: "v_\(number).csv"), to: "w_\(7 - number).csv")
      scratch.write(try scratch.bytes(of: "vy_\(number).csv"), to: "wy_\(7 - number).csv")
    }
    let moved = ["--validation-features", "w_%d.csv", "--validation-labels", "wy_%d.csv"]
    try results(command + moved, in: scratch)
    scratch.write("1,1\n", to: "w_0.csv")
    let longer = setting(["--epochs", "7"], in: command)
    let newest = "d/" + (scratch.names(in: "d").filter { $0.hasPrefix("checkpoint-") }.last ?? "")
    try expectFailure(
      "\(newest): the epochs of this run were measured on other validation data; resume with the same validation, or "
        + "evaluate the models that it has kept again (--judge-anew)\n", longer + moved, in: scratch)
    try expectFailure(
      "\(newest): the epochs of this run were measured by validation score, but this loop measures them by validation rmse; "
        + "resume with the same validation, or evaluate the models that it has kept again (--judge-anew)\n",
      longer + Self.validation + ["--monitor", "rmse"], in: scratch)
    // Only the epochs that are evaluated again count for the patience, at most one of them without a gain.
    let run = try timestep(longer + moved + ["--judge-anew", "--patience", "2"], in: scratch)
    #expect(run.exitCode == 0 && run.error.contains("\nepoch 7/7: "), "\(run.error)")
    #expect(run.error.contains("evaluated again: the model of epoch 6 has a validation score of "))
    // From now on, these are the run's own.
    try results(setting(["--epochs", "8"], in: command) + moved, in: scratch)
    try expectFailure(
      "Error: --judge-anew requires --resume", train("m", epochs: 6, seed: 3) + moved + ["--judge-anew"],
      in: scratch, exitCode: 64)
  }

  /// A run with nothing left to train remembers what its epochs were measured by.
  @Test func aFinishedRunThatIsJudgedAnewKeepsTheNewMetrics() throws {
    let scratch = try data()
    let command = train("m", epochs: 6, seed: 3) + ["--checkpoints", "d", "--resume"]
    try results(command + Self.validation, in: scratch)
    // Labels for which another epoch is the best.
    for number in 0..<8 { scratch.write("\(-20 - number)\n", to: "wy_\(number).csv") }
    let other = ["--validation-features", "v_%d.csv", "--validation-labels", "wy_%d.csv"]
    let judged = try timestep(command + other + ["--judge-anew"], in: scratch)
    #expect(judged.exitCode == 0 && judged.error.contains("evaluated again"), "\(judged.error)")
    let model = try scratch.bytes(of: "m")
    let run = try timestep(command + Self.validation, in: scratch)
    #expect(run.exitCode == 1 && run.error.contains("measured on other validation data"), "\(run.error)")
    try results(command + other, in: scratch)
    #expect(try scratch.bytes(of: "m") == model)
    #expect(try scratch.bytes(of: "d/best.safetensors") == model)
  }

  @Test func aBestModelThatIsMissingIsNamed() throws {
    let scratch = try data()
    let command = train("m", epochs: 40, seed: 3) + ["--checkpoints", "d", "--resume"] + Self.validation
    let first = try timestep(command, in: scratch)
    let epoch = try #require(
      first.error.firstRange(of: "the best epoch was ").flatMap { range in
        Int(first.error[range.upperBound...].prefix { $0.isNumber })
      })
    #expect(epoch < 40)
    scratch.remove("d/best.safetensors")
    let newest = "d/" + (scratch.names(in: "d").filter { $0.hasPrefix("checkpoint-") }.last ?? "")
    let longer = setting(["--epochs", "41"], in: command)
    try expectFailure(
      "d/best.safetensors: expected the model of epoch \(epoch), the best of the run in \(newest), found no file; restore the "
        + "file, or evaluate the last model alone (--judge-anew)\n", longer, in: scratch)
    try results(longer + ["--judge-anew"], in: scratch)
  }
}
