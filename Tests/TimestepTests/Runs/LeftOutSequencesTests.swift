import TestSupport
import Testing
import Timestep

/// A sequence that the policy leaves out is left out as a whole, before anything is learned, cut or batched.
@Suite(.startsProcesses) struct LeftOutSequencesTests {
  private let scratch = TestDirectory()
  private let convert = [
    "convert", "--output", "o", "--overwrite", "--header", "--on-error", "skip-sequence",
  ]

  /// Returns the mean that `fill` learned in a conversion.
  private func mean(_ flags: String) throws -> [Double] {
    try results(convert + flags.split(separator: " ").map(String.init), in: scratch)
    let transforms = try #require(SavedDataSets(scratch.path("o")).contract.transforms?.transforms)
    let fill = try #require(transforms.first as? FillMissing)
    return fill.means ?? []
  }

  @Test func theMeanIsThatOfWhatIsLeft() throws {
    for number in 0..<6 {
      let last = number == 5 ? "9" : "0"
      scratch.write("x,l\n\(number + 1),0\nNA,1\n\(number + 3),\(last)\n", to: "f_\(number).csv")
      scratch.write("x\n\(number + 1)\nNA\n\(number + 3)\n", to: "g_\(number).csv")
      scratch.write(number == 5 ? "l\n0\n" : "l\n0\n1\n0\n", to: "l_\(number).csv")
      let cell = number == 5 ? "NA" : "1"
      scratch.write("x,y\n\(number + 1),\(cell)\nNA,1\n\(number + 3),1\n", to: "h_\(number).csv")
      let negative = number == 5 ? "-1" : "1"
      scratch.write("x,y\n\(number + 1),\(negative)\nNA,1\n\(number + 3),1\n", to: "n_\(number).csv")
    }
    let fill = "--missing NA --transform fill:rule=mean"
    // A class that does not exist, labels of another length, a missing value elsewhere, a logarithm of nothing.
    #expect(try mean("--features f_%d.csv --label-column l --classes 2 --align start \(fill)") == [4])
    #expect(try mean("--features g_%d.csv --labels l_%d.csv --classes 2 \(fill)") == [4])
    #expect(try mean("--features h_%d.csv \(fill),columns=x") == [4])
    #expect(try mean("--features n_%d.csv \(fill),columns=x --transform log:columns=y") == [4])
    let plain = "--features f_%d.csv --label-column l --classes 2 --align start"
    #expect(try mean("\(plain) \(fill) --normalize standardize") == [4])
  }

  /// No class and no category is collected from it, though only a transform finds the fault; what has such a class is left
  /// out with it.
  @Test func nothingIsCollectedFromIt() throws {
    let cells = ["D": "1,r\n3,s\n", "B": "1,t\n", "E": "2,s\n4,r\n"]
    for (number, name) in ["D", "B", "E"].enumerated() {
      scratch.write("a,k\n" + (cells[name] ?? ""), to: "d/f_\(number).csv")
    }
    scratch.write("file,class\nf_0,D\nf_1,B\nf_2,E\n", to: "t.csv")
    let run = try timestep(
      convert + [
        "--features", "d", "--label-table", "t.csv", "--category", "k", "--transform", "difference:columns=a",
      ], in: scratch)
    #expect(
      run.exitCode == 0 && run.error.contains("left out 1 sequence (1 lengths)")
        && run.error.contains("2 classes collected from the training data: D, E")
        && run.error.contains("2 categories collected from the training data: r, s"), "\(run.error)")
    #expect(try SavedDataSets(scratch.path("o")).contract.labels.names == ["D", "E"])
  }

  /// A part of which nothing is left was not too small.
  @Test func aPartOfWhichNothingIsLeftNamesTheFault() throws {
    for number in 0..<6 { scratch.write("x\n\(number)\n", to: "f_\(number).csv") }
    let flags = convert + ["--features", "f_%d.csv", "--split", "1,1,1", "--part", "validation"]
    try results(flags, in: scratch)
    let batch = try SavedDataSets(scratch.path("o")).batch(epoch: 0, index: 0)
    let keys = batch.metadata.map(\.features.key)
    #expect(keys.count == 2)
    for key in keys { scratch.write("x\n1\nbad\n", to: "f_\(key).csv") }
    let run = try timestep(flags, in: scratch)
    #expect(
      run.exitCode == 1 && run.error.hasPrefix("f_\(keys.min() ?? "").csv:3: every sequence was left out"),
      "\(run.error)")
  }

  @Test func noWindowOfItIsLeft() throws {
    scratch.write("x,y\n1,10\n2,20\n3,30\n4,40\n5,NA\n6,60\n", to: "f_0.csv")
    scratch.write("x,y\n1,10\n2,20\n3,30\n4,40\n5,50\n6,60\n", to: "f_1.csv")
    for within in ["sequence", "window"] {
      let run = try timestep(
        convert + [
          "--features", "f_%d.csv", "--missing", "NA", "--window", "2", "--transform",
          "fill:rule=forward,columns=x,within=\(within)",
        ], in: scratch)
      #expect(
        run.exitCode == 0 && run.error.contains("left out 1 sequence (1 missing-value)"), "\(run.error)")
      let batch = try SavedDataSets(scratch.path("o")).batch(epoch: 0, index: 0)
      #expect(batch.metadata.map(\.features.key) == ["1@0", "1@2", "1@4"])
    }
  }

  /// Sequences are counted, not windows.
  @Test func aShareIsThatOfSequences() throws {
    for number in 0..<20 {
      let rows = (0..<50).map { $0 == 20 && number % 2 == 0 ? "x\n" : "\($0)\n" }
      scratch.write("a\n" + rows.joined(), to: "f_\(number).csv")
    }
    for window in [[], ["--window", "5"]] {
      let flags = convert + ["--features", "f_%d.csv", "--error-budget"]
      let enough = try timestep(flags + ["50%"] + window, in: scratch)
      #expect(enough.exitCode == 0, "\(enough.error)")
      let short = try timestep(flags + ["49%"] + window, in: scratch)
      #expect(
        short.exitCode == 1 && short.error.contains("at most 9 of 20 sequences at fault"), "\(short.error)")
    }
  }

  /// If every sequence has a fault, though only in a window, none is left.
  @Test func nothingIsLeftIfEveryWholeSequenceIsAtFault() throws {
    scratch.write("a,b,y\n1,1,0\n2,2,7\n1,1,0\n", to: "f_1.csv")
    scratch.write("a,b,y\n1,1,7\n1,1,0\n", to: "f_2.csv")
    for window in [[], ["--window", "1"]] {
      let run = try timestep(
        convert + ["--features", "f_%d.csv", "--label-column", "y", "--classes", "2"] + window, in: scratch)
      #expect(run.exitCode == 1 && run.error.contains("every sequence was left out"), "\(run.error)")
    }
  }

  /// Sequences of one file are told apart, and all of them count.
  @Test func sequencesOfAFileCountOneByOne() throws {
    scratch.write("id,a,y\np,1,1\nq,1,1\nr,1,1\ns,1,1\ns,2,2\n", to: "x.csv")
    let run = try timestep(
      convert + [
        "--features", "x.csv", "--group-by", "id", "--label-column", "y", "--regression", "--transform",
        "difference",
      ], in: scratch)
    #expect(run.exitCode == 0 && run.error.contains("left out 3 sequences (3 lengths)"), "\(run.error)")
  }

  /// Files with several sequences, some at fault: batches are the same with a cache and without.
  @Test func aCacheChangesNoBatch() throws {
    var text = "k,a\n"
    for group in 0..<12 {
      for row in 0...group % 5 { text += "k\(group),\(group % 4 == 1 && row == 0 ? "x" : "\(group)")\n" }
    }
    scratch.write(text, to: "g.csv")
    for batching in ["none", "sorted", "buckets", "auto"] {
      for shard in ["0/2", "1/2"] {
        let flags =
          convert + ["--features", "g.csv", "--group-by", "k", "--batch-size", "3"]
          + ["--batching", batching, "--shard", shard]
        func batches(_ more: [String]) throws -> [DataSet] {
          try results(flags + more, in: scratch)
          let saved = try SavedDataSets(scratch.path("o"))
          return try (0..<saved.batchCount).map { try saved.batch(epoch: 0, index: $0) }
        }
        let plain = try batches([])
        #expect(try batches(["--cache", "c"]) == plain)
        #expect(plain.map(\.exampleCount).reduce(0, +) > 3)
      }
    }
  }

  @Test func evaluationCountsAllStepsThatAreLeft() throws {
    for number in 0..<4 {
      scratch.write(
        "a,l\n" + (0..<8).map { "\($0 + number),\(number == 1 && $0 == 2 ? 7 : $0 % 2)\n" }.joined(),
        to: "f_\(number).csv")
    }
    let data = ["--features", "f_%d.csv", "--header", "--label-column", "l", "--on-error", "skip-sequence"]
    for window in ["3,1", "4,1", "3,2"] {
      let cut = data + ["--classes", "2", "--window", window, "--tail", "align"]
      try results(["train", "--model", "m", "--overwrite"] + shortTraining + cut, in: scratch)
      let json = try results(
        ["evaluate", "--model", "m", "--json", "--allow-training-data"] + cut, in: scratch)
      #expect(json.contains("\"steps\":24"), "\(json)")
    }
  }

  /// What is left out of another part is not reported.
  @Test func everyPartReportsItsOwn() throws {
    for number in 0..<12 {
      scratch.write("a\n1\n\(number % 3 == 0 ? "x" : "2")\n", to: "f_\(number).csv")
    }
    var (left, reported) = (0, 0)
    for part in ["train", "validation", "test"] {
      let run = try timestep(
        convert + [
          "--features", "f_%d.csv", "--split", "2,1,1", "--part", part, "--ledger", "ledger", "--batch-size",
          "2",
        ],
        in: scratch)
      #expect(run.exitCode == 0, "\(run.error)")
      left += try SavedDataSets(scratch.path("o")).exampleCount
      reported += try scratch.text(of: "ledger").split(separator: "\n").count
    }
    #expect(left == 8 && reported == 4)
  }
}
