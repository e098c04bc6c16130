import TestSupport
import Testing

/// Shards that have no example of the last batch of an epoch.
@Suite(.startsProcesses) struct ResumedShardTests {
  @Test(arguments: ["0/2", "1/2"], ["example", "batch"]) func everyEpochIsResumed(shard: String, unit: String)
    throws
  {
    let scratch = TestDirectory()
    for number in 0..<9 {
      scratch.write("\(number),\(number % 2)\n\(number * number),0\n", to: "s_\(number).csv")
    }
    let train = [
      "train", "--features", "s_%d.csv", "--label-column", "1", "--classes", "2", "--hidden", "2",
      "--batch-size", "4",
      "--shard", shard, "--shard-by", unit, "--epochs",
    ]
    try results(train + ["4", "--model", "whole"], in: scratch)
    for epochs in 1...3 {
      let kept = ["--checkpoints", "d\(epochs)", "--model", "m\(epochs)"]
      try results(train + ["\(epochs)"] + kept, in: scratch)
      try results(train + ["4", "--resume"] + kept, in: scratch)
      #expect(try scratch.bytes(of: "m\(epochs)") == scratch.bytes(of: "whole"), "after epoch \(epochs)")
    }
  }
}
