import TestSupport
import Testing
import Timestep

/// Caches and windows on the command line, on the real data.
@Suite(.startsProcesses) struct CacheFlagsTests {
  private let vowels = [
    "--features", fixture("japanese-vowels") + "/train/myInput_%d.csv", "--labels",
    fixture("japanese-vowels") + "/train/myLabels_%d.csv", "--classes", "9", "--align", "end",
  ]

  @Test func aCacheChangesNoByte() throws {
    let scratch = TestDirectory()
    try results(["convert", "--output", "plain"] + vowels, in: scratch)
    for (number, flags) in [["--cache", "c"], ["--cache", "c"], ["--cache", "c", "--verify"]].enumerated() {
      try results(["convert", "--output", "o\(number)"] + flags + vowels, in: scratch)
      for name in scratch.names(in: "plain") {
        #expect(try scratch.bytes(of: "o\(number)/\(name)") == scratch.bytes(of: "plain/\(name)"))
      }
    }
    #expect(scratch.names(in: "c") == ["features.timestep-cache", "labels.timestep-cache"])
    // Training gives the same model too.
    let training = [
      "train", "--epochs", "2", "--hidden", "4", "--batching", "auto", "--normalize", "standardize",
    ]
    try results(training + ["--model", "a"] + vowels, in: scratch)
    try results(training + ["--model", "b", "--cache", "c"] + vowels, in: scratch)
    #expect(try scratch.bytes(of: "a") == scratch.bytes(of: "b"))
  }

  @Test func aDamagedCacheIsReportedAndRebuilt() throws {
    let scratch = TestDirectory()
    try writeSmallData(into: scratch)
    try results(["convert", "--output", "a", "--cache", "c"] + smallData, in: scratch)
    var bytes = try scratch.bytes(of: "c/features.timestep-cache")
    bytes[bytes.count - 3] ^= 1
    scratch.write(bytes, to: "c/features.timestep-cache")
    let run = try timestep(["convert", "--output", "b", "--cache", "c", "--verify"] + smallData, in: scratch)
    #expect(run.exitCode == 0)
    #expect(
      run.error.hasPrefix(
        "c/features.timestep-cache: does not have its checksum: some bytes are not those that were written; make it "
          + "again, or copy it again from an intact one: all files are read again\n"), "\(run.error)")
    #expect(
      try scratch.bytes(of: "a/batch-000000.safetensors") == scratch.bytes(of: "b/batch-000000.safetensors"))
  }

  @Test func otherOptionsRebuildACache() throws {
    let scratch = TestDirectory()
    for number in 0..<2 { scratch.write("1;2\n3;4\n", to: "f_\(number).csv") }
    let inspect = ["inspect", "--features", "f_%d.csv", "--cache", "c", "--delimiter", ";"]
    #expect(try results(inspect, in: scratch).hasPrefix("features: 2 sequences, 2 columns, 4 steps\n"))
    let run = try timestep(inspect + ["--skip-lines", "1"], in: scratch)
    #expect(run.output.hasPrefix("features: 2 sequences, 2 columns, 2 steps\n"))
    #expect(run.error.contains("the number of skipped lines was 0, is 1"))
  }

  @Test func inspectDoesNotChangeACache() throws {
    let scratch = TestDirectory()
    try writeSmallData(into: scratch)
    try results(["convert", "--output", "a", "--cache", "c"] + smallData, in: scratch)
    let cache = try scratch.bytes(of: "c/features.timestep-cache")
    for flags in [[], ["--window", "1"]] {
      let run = try timestep(["inspect", "--cache", "c"] + smallData + flags, in: scratch)
      #expect(run.exitCode == 0 && run.error.isEmpty, "\(run.error)")
      #expect(try scratch.bytes(of: "c/features.timestep-cache") == cache)
    }
    scratch.write("1,\n", to: "f_0.csv")
    let text = try results(["inspect", "--cache", "c"] + smallData, in: scratch)
    #expect(text.contains("batches: none can be made while values are missing"), "\(text)")
  }

  @Test func windowsPairWithTheWindowsOfTheirLabels() throws {
    let scratch = TestDirectory()
    for (number, length) in [3, 7, 2].enumerated() {
      let rows = (0..<length).map { "\(number),\($0)\n" }.joined()
      scratch.write(rows, to: "f_\(number).csv")
      scratch.write((0..<length).map { "\($0 % 2)\n" }.joined(), to: "l_\(number).csv")
    }
    for flags in [[], ["--cache", "c"]] {
      let text = try results(
        ["inspect", "--epoch", "0", "--order", "file", "--window", "3,2"] + smallData + flags, in: scratch)
      #expect(text.hasPrefix("batch 0 of pass 0: 4 examples, 3 steps\n"))
      #expect(text.contains("  2: example 2, f_1.csv:3-5, labels l_1.csv:3-5\n"))
    }
    let origin = try results(
      ["inspect", "--explain", "2,1,1", "--window", "3,2"] + smallData, in: scratch)
    #expect(origin == "f_1.csv:4:3 (byte 14): \"3\", column \"1\" -> 3.0\n")
    let run = try timestep(["inspect", "--window", "3"] + smallData, in: scratch)
    #expect(
      run.error.contains("1 sequence shorter than a window of 3 steps: left out (--tail keep keeps them)"))
    try expectFailure(
      "f_0.csv: no sequence is as long as a window: expected at least 9 steps, found 7 at most; make windows shorter, or "
        + "keep the tails (--tail keep)\n", ["convert", "--output", "o", "--window", "9"] + smallData,
      in: scratch)
  }

  /// Other counts do not tell which labels belong to a window, whatever the alignment.
  @Test func labelsOfWindowsAreAsManyAsTheRows() throws {
    let scratch = TestDirectory()
    for number in 0..<2 {
      scratch.write("1\n2\n3\n4\n5\n", to: "f_\(number).csv")
      scratch.write(number == 0 ? "0\n1\n0\n1\n0\n" : "0\n1\n0\n1\n", to: "l_\(number).csv")
    }
    let convert = ["convert", "--output", "o", "--window", "2"] + smallData
    for flags in [["--align", "end"], ["--align", "start"], []] {
      try expectFailure(
        "l_1.csv: its labels cannot be assigned to the rows of f_1.csv: expected as many labels as rows, 5 rows, 2 left, "
          + "found 4 rows; give every row its label, or the series one label; if the first lines of the label file are "
          + "not labels, say so (--label-skip-lines N)\n", convert + flags,
        in: scratch)
    }
    // One label is that of every window.
    for number in 0..<2 { scratch.write("1\n", to: "l_\(number).csv") }
    try results(convert + ["--align", "end"], in: scratch)
    let batch = try SavedDataSets(scratch.path("o")).batch(epoch: 0, index: 0)
    #expect(batch.exampleCount == 4 && batch.labelsMask.count == 4 && batch.labelsMask[3, 1])
  }

  /// Windows of a part of a cache are cut out of the cache, without a copy.
  @Test func aPartOfACacheIsNotCopiedForItsWindows() throws {
    let scratch = TestDirectory()
    try writeSmallData(into: scratch)
    let inspect = ["inspect", "--window", "1", "--split", "1,0,0", "--part", "train"] + smallData
    let prefix = ["env", "TMPDIR=/nowhere"]
    let run = try timestep(inspect + ["--cache", "c"], in: scratch, prefix: prefix)
    #expect(
      run.exitCode == 0 && run.output.hasPrefix("features: 6 sequences, 2 columns, 6 steps\n"), "\(run.error)"
    )
    // Others have to be copied: those without a cache, and those after transforms.
    for flags in [[], ["--cache", "c", "--transform", "clip:from=0,to=1"]] {
      #expect(try timestep(inspect + flags, in: scratch, prefix: prefix).exitCode == 1)
    }
  }
}
