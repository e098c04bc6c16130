import Glibc
import TestSupport
import Testing

/// SIGKILL at some batches of a training on windows of transformed sequences, which a new process resumes.
@Suite(.startsProcesses) struct KilledWindowedTrainingTests {
  private let flags = [
    "--features", "t_%d.csv", "--label-column", "2", "--classes", "2", "--align", "start", "--window", "4,2",
    "--tail", "keep", "--transform", "fill:columns=0", "--transform", "difference:first=0,columns=1",
    "--transform", "lags:columns=0", "--batching", "buckets", "--on-error", "skip-sequence", "--batch-size",
    "3", "--hidden", "3", "--seed", "7", "--epochs", "4",
  ]

  private func train(_ model: String, _ journal: String, _ more: [String] = []) -> [String] {
    ["train", "--model", model, "--journal", journal] + flags + more
  }

  @Test(arguments: [[], ["--cache", "c"]]) func theJournalIsThatOfAnUninterruptedRun(_ cache: [String]) throws
  {
    let scratch = TestDirectory()
    var random = SplitMix(state: 3)
    for number in 0..<8 {
      let rows = (0..<6 + number).map { step in
        "\(random.next(below: 4) == 0 ? "" : "\(random.next(below: 99))"),\(random.next(below: 9)),\(step % 2)\n"
      }
      scratch.write(number == 4 ? "1,x,0\n" : rows.joined(), to: "t_\(number).csv")
    }
    try results(train("whole", "whole.jsonl"), in: scratch)
    let journal = try scratch.text(of: "whole.jsonl")
    let updates = journal.split(separator: "\n").count
    try #require(updates > 30)
    let resume = train("m", "j", ["--checkpoints", "d", "--checkpoint-every", "1", "--resume"] + cache)
    var killed = 0
    for part in 1...4 {
      let command = try RunningCommand(resume, in: scratch)
      let wanted = updates * part / 6
      _ = waitUntil { KilledTraining.newest(in: scratch) >= wanted || command.hasEnded }
      command.send(SIGKILL)
      let end = try command.finish()
      #expect(end.exitCode == -SIGKILL || end.exitCode == 0, "\(end.error)")
      killed += end.exitCode == -SIGKILL ? 1 : 0
    }
    #expect(killed > 0)
    try results(resume, in: scratch)
    #expect(try scratch.text(of: "j") == journal)
    #expect(try scratch.bytes(of: "m") == scratch.bytes(of: "whole"))
  }
}
