import TestSupport
import Testing

/// Under any limit of the address space, a command works or says what does not fit: it never aborts.
@Suite(.startsProcesses) struct MemoryLimitTests {
  private let scratch = TestDirectory()

  init() {
    // A padded batch of 16 series has 26 MB of tensors, and 13 MB of masks as numbers.
    for number in 0..<16 {
      scratch.write(String(repeating: "1,2\n", count: number == 5 ? 100_000 : 10), to: "f_\(number).csv")
      scratch.write("1\n", to: "l_\(number).csv")
    }
  }

  /// Runs a command with at most `limit` kB of address space.
  private func run(_ arguments: [String], limit: Int) throws -> FinishedCommand {
    try timestep(
      arguments + ["--features", "f_%d.csv", "--labels", "l_%d.csv", "--classes", "2", "--align", "end"],
      in: scratch, prefix: ["sh", "-c", "ulimit -v \(limit); exec \"$0\" \"$@\""], output: "/dev/null")
  }

  /// The least limit, in kB and steps of 20 MB, under which the command reads the data batch by batch.
  private func leastLimit() throws -> Int {
    for limit in stride(from: 100_000, to: 2_000_000, by: 20_000) {
      let found = try run(
        ["stream", "--lanes", "2", "--tbptt", "1000"], limit: limit)
      if found.exitCode == 0 { return limit }
    }
    return 2_000_000
  }

  @Test func aCommandWorksOrNamesWhatDoesNotFit() throws {
    let least = try leastLimit()
    let commands = [
      ["convert", "--output", "o", "--overwrite", "--batch-size", "16"],
      [
        "convert", "--output", "o", "--overwrite", "--batch-size", "16", "--layout", "NTC", "--format", "npz",
      ],
      ["stream", "--batch-size", "16", "--layout", "NTC"],
      ["train", "--model", "m", "--epochs", "1", "--hidden", "2", "--batch-size", "16", "--tbptt", "10000"],
    ]
    let names = scratch.names().filter { $0.hasPrefix("f_") || $0.hasPrefix("l_") }
    for command in commands {
      var outcomes: Set<Int32> = []
      // OpenBLAS takes half a gigabyte of address space on two threads.
      for extra in [20_000, 60_000, 100_000, 120_000, 140_000, 160_000, 400_000, 1_000_000] {
        let found = try run(command, limit: least + extra)
        outcomes.insert(found.exitCode)
        #expect(
          found.exitCode == 0 || found.exitCode == 1 && found.error.contains("not fit in "),
          "\(command) with \(extra) kB: \(found.exitCode) \(found.error)")
        #expect(
          Set(scratch.names()).subtracting(names).isSubset(of: ["o", "m"]), "nothing is left behind")
      }
      // The smallest limit leaves less than the tensors take, and the largest one is enough.
      #expect(outcomes == [0, 1], "\(command)")
    }
  }

  /// Transforms that add columns, and networks with as many classes as columns of the output layer.
  @Test func wideRowsAndNetworksAreNamed() throws {
    scratch.write(String(repeating: "1,2\n", count: 20_000), to: "w.csv")
    scratch.write("1,0\n2,1\n", to: "k.csv")
    let wide = [
      "convert", "--features", "w.csv", "--transform", "lags:count=500", "--output", "o", "--overwrite",
    ]
    let classes = [
      "train", "--features", "k.csv", "--label-column", "1", "--classes", "1000000", "--epochs", "1",
      "--model", "m",
    ]
    for (command, limits) in [
      (wide, stride(from: 120_000, through: 520_000, by: 80_000)),
      (classes, stride(from: 1_400_000, through: 2_800_000, by: 200_000)),
    ] {
      for limit in limits {
        let found = try timestep(
          command, in: scratch, prefix: ["sh", "-c", "ulimit -v \(limit); exec \"$0\" \"$@\""],
          output: "/dev/null")
        #expect(
          found.exitCode == 0 || found.exitCode == 1 && found.error.contains("not fit in "),
          "\(command) with \(limit) kB: \(found.exitCode) \(found.error)")
      }
    }
  }

  @Test func theStateOfLanesCounts() throws {
    let found = try run(
      ["stream", "--lanes", "100000000", "--tbptt", "1"], limit: 2_400_000)
    #expect(found.exitCode == 1)
    #expect(
      found.error.hasPrefix(
        "f_0.csv: a piece of 1 step on 100000000 lanes does not fit in memory: expected at most "),
      "\(found.error)")
    #expect(found.error.hasSuffix("; use fewer lanes (--lanes N)\n"), "\(found.error)")
  }
}
