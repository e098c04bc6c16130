import TestSupport
import Testing
import Timestep

/// Held-out data that is training data, or that no model can be evaluated on, is rejected before the first epoch.
@Suite(.startsProcesses) struct HeldOutDataTests {
  private let scratch = TestDirectory()

  /// Writes `PREFIXf_%d.csv` and `PREFIXl_%d.csv`: series of two columns with the given labels.
  private func write(_ prefix: String, _ count: Int, seed: UInt64, labels: (Int, Int) -> String) {
    var random = SplitMix(state: seed)
    for number in 0..<count {
      let rows = 2 + number % 3
      let text = (0..<rows).map { _ in "\(random.next(below: 90)),\(random.next(below: 90))\n" }
      scratch.write(text.joined(), to: "\(prefix)f_\(number).csv")
      scratch.write(labels(number, rows), to: "\(prefix)l_\(number).csv")
    }
  }

  private func copy(_ from: String, _ to: String) throws {
    scratch.write(try scratch.text(of: from), to: to)
  }

  private func files(_ prefix: String) -> [String] {
    ["--features", "\(prefix)f_%d.csv", "--labels", "\(prefix)l_%d.csv"]
  }

  private func heldOut(_ name: String, _ prefix: String) -> [String] {
    ["--\(name)-features", "\(prefix)f_%d.csv", "--\(name)-labels", "\(prefix)l_%d.csv"]
  }

  /// Every form of training data and of held-out data: examples are compared as numbers of the same kind.
  @Test(arguments: ["none", "standardize", "minmax"], [["--classes", "3"], ["--regression"]])
  func copiesAreFoundHoweverTheBatchesWereWritten(_ normalization: String, _ labels: [String]) throws {
    write("", 9, seed: 1) { number, _ in "\(number % 3)\n" }
    write("h/", 6, seed: 2) { number, _ in "\(number % 3)\n" }
    write("n/", 4, seed: 3) { number, _ in "\(number % 3)\n" }
    // Three copies under other names, and one with another label.
    for (number, original) in [(1, 7), (3, 2), (4, 5), (5, 4)] {
      try copy("f_\(original).csv", "h/f_\(number).csv")
      if number != 5 { try copy("l_\(original).csv", "h/l_\(number).csv") }
    }
    scratch.write("0\n", to: "h/l_5.csv")
    let form = ["--align", "end"] + labels
    try results(["convert", "--output", "o", "--normalize", normalization] + files("") + form, in: scratch)
    for prefix in ["h/", "n/"] {
      try results(["convert", "--output", "\(prefix)saved"] + files(prefix) + form, in: scratch)
    }
    let runs = [
      ["--batches", "o"], ["--batches", "o", "--order", "file"],
      files("") + form + ["--normalize", normalization],
      files("") + form + ["--normalize", normalization, "--lanes", "2", "--tbptt", "2"],
    ]
    for run in runs {
      let train = ["train", "--model", "m"] + run + shortTraining
      for name in ["test", "validation"] {
        for isSaved in [false, true] {
          func part(_ prefix: String) -> [String] {
            isSaved ? ["--\(name)-batches", "\(prefix)saved"] : heldOut(name, prefix)
          }
          // Label files belong to label files.
          if !isSaved, run.contains("--batches") { continue }
          let found = try timestep(train + part("h/"), in: scratch)
          #expect(
            found.exitCode == 1
              && found.error.contains(
                "h/f_1.csv:1: 3 of the 6 examples of the \(name) data are in the training data too: h/f_1.csv:1 (as "
                  + "f_7.csv:1), h/f_3.csv:1 (as f_2.csv:1), h/f_4.csv:1 (as f_5.csv:1); figures"),
            "\(run) \(name) \(isSaved): \(found.error)")
          #expect(!scratch.names().contains("m") && !found.error.contains("epoch 1/"))
          try results(train + part("n/"), in: scratch)
          try results(train + part("h/") + ["--allow-training-data"], in: scratch)
          scratch.remove("m")
        }
      }
    }
  }

  /// One row and several labels: names and rows may be the same, if labels differ.
  @Test(arguments: [[], ["--normalize", "standardize"], ["--normalize", "minmax"]])
  func oneToManyDataWithTheSameNames(_ flags: [String]) throws {
    for (directory, offset) in [("a", 0), ("b", 1), ("c", 0)] {
      for number in 0..<6 {
        scratch.write("\(number % 2),1\n", to: "\(directory)/f_\(number).csv")
        let labels = (0..<4).map { step in "\((number / 2 + step * (number + 1) + offset) % 3)\n" }
        scratch.write(labels.joined(), to: "\(directory)/l_\(number).csv")
      }
    }
    // One of the held-out examples is in the training data, under another name.
    try copy("a/f_5.csv", "c/f_0.csv")
    for labels in [["--classes", "3"], ["--regression"]] {
      for lanes in [[], ["--lanes", "2", "--tbptt", "2"], ["--lanes", "2", "--tbptt", "1"]] {
        let train =
          ["train", "--model", "m", "--overwrite", "--align", "start"] + files("a/") + flags + labels + lanes
          + shortTraining
        for name in ["test", "validation"] {
          try results(train + heldOut(name, "b/"), in: scratch)
          let run = try timestep(train + heldOut(name, "c/"), in: scratch)
          #expect(
            run.exitCode == 1 && run.error.contains(" of the \(name) data are in the training data too: "))
        }
        try results(train, in: scratch)
        try results(["evaluate", "--model", "m"] + files("b/"), in: scratch)
      }
    }
  }

  /// A network that predicts once per series cannot be evaluated at every step: known before the first epoch.
  @Test func severalLabelsWhereTheNetworkPredictsOnce() throws {
    write("", 8, seed: 1) { number, _ in "\(number % 2)\n" }
    write("s/", 6, seed: 2) { number, rows in
      number == 2 ? "1\n" : String(repeating: "\(number % 2)\n", count: rows)
    }
    write("o/", 6, seed: 3) { number, _ in "\(number % 2)\n" }
    let form = ["--align", "end", "--classes", "2"]
    let train = ["train", "--model", "m"] + files("") + form + shortTraining
    try results(["convert", "--output", "saved"] + files("s/") + form, in: scratch)
    let problem =
      "s/l_0.csv: 5 of the 6 series of the NAME data have several labels, where the network predicts once per series: "
      + "expected 1 label, found more (s/l_0.csv has 2, s/l_1.csv has 3, s/l_3.csv has 2, s/l_4.csv has 3 and 1 more); "
      + "give one label per series"
    for name in ["test", "validation"] {
      for part in [heldOut(name, "s/"), ["--\(name)-batches", "saved"]] {
        try expectFailure(
          problem.replacing("NAME", with: name) + ", or leave out --bidirectional\n",
          train + ["--bidirectional"] + part, in: scratch)
        try results(train + part, in: scratch)
        scratch.remove("m")
      }
      try results(train + ["--bidirectional"] + heldOut(name, "o/"), in: scratch)
      // A model that predicts once per series says the same.
      let more = ["train", "--from", "m", "--model", "n"] + files("") + form + ["--epochs", "1"]
      let run = try timestep(more + heldOut(name, "s/"), in: scratch)
      #expect(run.exitCode == 1 && !scratch.names().contains("n"))
      #expect(run.error.contains(problem.replacing("NAME", with: name) + "\n"), "\(run.error)")
      scratch.remove("m")
    }
  }

  /// Held-out data of another form, in every respect that an evaluation depends on.
  @Test func dataOfAnotherForm() throws {
    write("", 8, seed: 1) { number, _ in "\(number % 2)\n" }
    for number in 0..<3 {
      scratch.write("1,2,3\n", to: "columns/f_\(number).csv")
      scratch.write("1,2\n", to: "classes/f_\(number).csv")
      scratch.write("1,2\n3,x\n", to: "faulty/f_\(number).csv")
      scratch.write("1\n", to: "columns/l_\(number).csv")
      scratch.write("\(number)\n", to: "classes/l_\(number).csv")
      scratch.write("1\n", to: "faulty/l_\(number).csv")
    }
    let form = ["--align", "end", "--classes", "2"]
    let train = ["train", "--model", "m"] + files("") + form + shortTraining
    for name in ["test", "validation"] {
      for (prefix, problem) in [
        ("columns/", "the model requires 2 feature columns, the data has 3"), ("classes/", "2"),
        ("faulty/", "\"x\""),
      ] {
        for flags in [[], ["--bidirectional"], ["--normalize", "minmax"]] {
          let run = try timestep(train + flags + heldOut(name, prefix), in: scratch)
          #expect(
            run.exitCode == 1 && run.error.contains(prefix) && run.error.contains(problem), "\(run.error)")
          #expect(!run.error.contains("epoch 1/") && !scratch.names().contains("m"))
        }
      }
      // A policy that leaves all examples out.
      try expectFailure(
        "faulty/f_0.csv:2: every sequence was left out: expected at least one without fault, found none (this is the first "
          + "decision); fix the data, or choose another error policy\n",
        train + ["--on-error", "skip-sequence"] + heldOut(name, "faulty/"), in: scratch)
    }
  }
}
