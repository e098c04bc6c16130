import TestSupport
import Testing

/// Values far beyond use end in a message with the range that is allowed, or have their plain meaning.
@Suite(.startsProcesses) struct ExtremeFlagsTests {
  @Test(arguments: [
    "train --model m --epochs 1 --hidden 2 --lanes 2147483647 --tbptt 2",
    "train --model m --epochs 1 --hidden 2 --lanes 2 --tbptt 4294967296",
    "train --model m --epochs 1 --hidden 2 --time-limit 1e308",
    "train --model m --epochs 1 --hidden 2 --time-limit 1e-45",
    "train --model m --epochs 1 --hidden 2 --checkpoints ck --keep-checkpoints MAX",
    "train --model m --epochs 1 --hidden 2 --checkpoints ck --checkpoint-every MAX",
    "train --model m --epochs 1 --hidden 2 --patience MAX --split 2,1,1",
    "train --model m --epochs 1 --hidden 1000000", "train --model m --epochs 1 --hidden MAX",
    "train --model m --epochs 1 --hidden 2 --split MAX,MAX,MAX",
    "train --model m --epochs 1 --hidden 2 --clip 1e308 --l2 1e308",
    "convert --output o --shard LESS/MAX", "convert --output o --shard 0/MAX",
    "convert --output o --transform difference:lag=MAX", "convert --output o --transform lags:count=MAX",
    "convert --output o --transform lags:count=2147483648",
    "convert --output o --transform resample:every=MAX,label=last",
    "convert --output o --window MAX,MAX", "convert --output o --window 1,MAX",
    "convert --output o --range 0...MAX", "convert --output o --skip-lines MAX",
    "convert --output o --lines-per-sequence MAX", "convert --output o --batching budget:MAX",
    "convert --output o --batch-size LESS --batching sorted",
    "convert --output o --largest-first --batch-size MAX",
    "inspect --plan --batch-size MAX", "inspect --epoch MAX", "inspect --batch MAX",
    "stream --lanes 2 --tbptt 4294967296", "stream --start-epoch MAX", "stream --start-epoch LESS --epochs 5",
    "stream --split-time 1e308,1e308,1 --part train", "stream --fold 0/MAX --split-by time --part train",
    "stream --split-time 1,1 --part train --gap MAX",
  ])
  func endInAMessage(command: String) throws {
    let scratch = TestDirectory()
    try writeSmallData(into: scratch)
    let words = command.split(separator: " ").map { word in
      String(word).replacing("MAX", with: String(Int.max)).replacing("LESS", with: String(Int.max - 1))
    }
    let run = try timestep(words + smallData, in: scratch, output: scratch.path("results"))
    #expect([0, 1, 64].contains(run.exitCode), "\(run.exitCode): \(run.error)")
    #expect(!run.error.contains("Fatal error") && !run.error.contains("Backtrac"), "\(run.error)")
    #expect(run.exitCode == 0 || !run.error.isEmpty)
    #expect(!scratch.names().contains { $0.hasSuffix(".tmp") })
  }
}
