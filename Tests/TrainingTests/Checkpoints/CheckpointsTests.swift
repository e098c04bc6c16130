import DataSets
import Platform
import TestSupport
import Testing

@testable import Training

struct CheckpointsTests {
  private let batches = ResumableBatches((0..<4).map { _ in plainBatch(2, 3) })

  /// The files in the directory after a run of 12 updates in 3 epochs.
  private func files(_ checkpoints: Checkpoints, _ directory: TestDirectory) throws -> [String] {
    var trainer = TinyRecurrence()
    try TrainingLoop(epochs: 3).fit(&trainer, batches, checkpoints: checkpoints)
    return try Directory.names(in: directory.path)
  }

  private func name(_ iteration: Int, kept: Bool = false) -> String {
    CheckpointName(iteration: iteration, isKept: kept, fileExtension: "safetensors").text
  }

  @Test func theLastStayAndEveryNth() throws {
    let cases: [(Checkpoints.Interval, last: Int?, every: Int?, left: [(Int, Bool)])] = [
      (.iterations(1), 1, nil, [(12, false)]),
      (.iterations(1), 3, nil, [(10, false), (11, false), (12, false)]),
      (.iterations(5), nil, nil, [(5, false), (10, false), (12, false)]),
      (.iterations(2), 1, 2, [(4, true), (8, true), (10, false), (12, true)]),
      (.iterations(3), 2, 3, [(6, false), (9, true), (12, false)]),
      (.epochs(1), nil, nil, [(4, false), (8, false), (12, false)]),
      (.epochs(2), nil, 1, [(8, true), (12, false)]),
      (.epochs(1), 1, 3, [(8, false), (12, true)]),
      (.iterations(100), nil, nil, [(12, false)]),
    ]
    for (interval, last, every, left) in cases {
      let directory = TestDirectory()
      let checkpoints = Checkpoints(directory.path, every: interval, keepLast: last, keepEvery: every)
      #expect(
        try files(checkpoints, directory) == left.map { name($0.0, kept: $0.1) }, "\(interval) \(every ?? 0)")
      #expect(try checkpoints.paths() == left.map { "\(directory.path)/\(name($0.0, kept: $0.1))" })
    }
  }

  @Test func checkpointsBySecondsAreDueAtTheFirstUpdateOfEachInterval() throws {
    final class Clock { var now = ContinuousClock.now }
    final class Turner: TrainingListener {
      let clock: Clock
      init(_ clock: Clock) { self.clock = clock }
      func iterationDone(_ loss: BatchLoss, _ progress: TrainingProgress, trainer: some Trainer) {
        clock.now += .milliseconds(400)
      }
    }
    let directory = TestDirectory()
    let clock = Clock()
    var trainer = TinyRecurrence()
    let loop = TrainingLoop(epochs: 3, listeners: [Turner(clock)], now: { clock.now })
    try loop.fit(
      &trainer, batches, checkpoints: Checkpoints(directory.path, every: .seconds(1), keepLast: nil))
    // Update n is reported at 0.4 (n - 1) s: 1.2, 2, 3.2, 4 and 4.4, the end.
    #expect(try Directory.names(in: directory.path) == [4, 6, 9, 11, 12].map { name($0) })
  }

  @Test func namesAreReadAsTheyAreWritten() {
    for iteration in [0, 1, 12_345_678, 1_234_567_890] {
      for isKept in [false, true] {
        let text = name(iteration, kept: isKept)
        let read = CheckpointName(text, fileExtension: "safetensors")
        #expect(read?.iteration == iteration && read?.isKept == isKept)
        #expect(CheckpointName(text, fileExtension: "bin") == nil)
      }
    }
    #expect(name(7) == "checkpoint-00000007.safetensors")
    #expect(name(7, kept: true) == "checkpoint-00000007-kept.safetensors")
    for text in [
      "checkpoint-7.safetensors", "checkpoint-.safetensors", "checkpoint-00000007-lost.safetensors",
      "checkpoint--0000007.safetensors", "checkpoint-00000007.safetensors.1-2.tmp", "best.safetensors", "",
    ] {
      #expect(CheckpointName(text, fileExtension: "safetensors") == nil, "\(text)")
    }
  }

  @Test func onlyFilesOfKilledProcessesAreRemoved() throws {
    let directory = TestDirectory()
    let leftovers = [
      "checkpoint-00000005.safetensors.123-456.tmp", "checkpoint-00000005-kept.safetensors.9-4294967295.tmp",
    ]
    let others = [
      "checkpoint-00000005.npz.123-456.tmp", "checkpoint-00000005.safetensors.tmp", "notes.txt.1-2.tmp",
      "notes.txt", "checkpoint-00000005.safetensors.a-b.tmp",
    ]
    for name in leftovers + others { directory.write("1\n", to: name) }
    directory.write("1\n", to: "models/best.safetensors.1-2.tmp")
    directory.write("1\n", to: "models/mine.safetensors.1-2.tmp")
    var trainer = TinyRecurrence()
    try TrainingLoop(epochs: 1).resume(
      &trainer, batches, from: Checkpoints(directory.path, every: .epochs(1)),
      models: ModelDirectory(directory.path + "/models"))
    #expect(
      Set(try Directory.names(in: directory.path)) == Set(others + ["models", name(4)]))
    #expect(
      Set(try Directory.names(in: directory.path + "/models"))
        == ["best.safetensors", "latest.safetensors", "mine.safetensors.1-2.tmp"])
  }

  @Test func aDamagedNewestCheckpointIsReportedOrSkipped() throws {
    let directory = TestDirectory()
    let checkpoints = Checkpoints(directory.path, every: .iterations(5), keepLast: 1)
    var whole = TinyRecurrence()
    let loop = TrainingLoop(epochs: 3)
    let summary = try loop.fit(&whole, batches, checkpoints: checkpoints)
    #expect(try Directory.names(in: directory.path) == [name(12)])
    let good = try fileText("\(directory.path)/\(name(12))")

    // Older checkpoints of the same run, and a newest one that is incomplete.
    let another = TestDirectory()
    var other = TinyRecurrence()
    try loop.fit(
      &other, batches, checkpoints: Checkpoints(another.path, every: .iterations(5), keepLast: nil))
    for iteration in [5, 10] {
      directory.write(try fileText("\(another.path)/\(name(iteration))"), to: name(iteration))
    }
    for damaged in ["", String(good.dropLast(9)), "x" + good.dropFirst(), good.replacingRun(with: "")] {
      directory.write(damaged, to: name(12))
      var trainer = TinyRecurrence()
      let text = message(in: directory) { try loop.resume(&trainer, batches, from: checkpoints) }
      #expect(text.hasPrefix("DIR/\(name(12)): the checkpoint cannot be restored: "), "\(text)")
      #expect(
        text.contains("; remove it to resume from the one before it, or start again in another directory"))
      #expect(trainer == TinyRecurrence())
      #expect(try Directory.names(in: directory.path) == [5, 10, 12].map { name($0) })
    }
    for run in ["{}", "{\"version\":3}", "[", "{\"version\":1}"] {
      directory.write(good.replacingRun(with: run), to: name(12))
      var trainer = TinyRecurrence()
      let text = message { try loop.resume(&trainer, batches, from: checkpoints) }
      #expect(
        text.contains(
          run.contains("3")
            ? "has format version 3, this program knows versions 1 to 2" : "its run cannot be read"))
    }

    var told: [TrainingError] = []
    var trainer = TinyRecurrence()
    #expect(
      try loop.resume(&trainer, batches, from: checkpoints, damaged: .passOver { told.append($0) })
        == summary)
    #expect(trainer == whole)
    #expect(told.count == 1 && told[0].kind == .checkpoint && told[0].description.contains(name(12)))
    #expect(try Directory.names(in: directory.path) == [name(12)])
    #expect(try loop.resume(&trainer, batches, from: checkpoints) == summary)
  }

  @Test func anUnwritableCheckpointEndsTheRun() throws {
    let directory = TestDirectory()
    let file = directory.write("1\n", to: "file")
    for path in [file, file + "/sub", directory.path + "/none/sub"] {
      var trainer = TinyRecurrence()
      let loop = TrainingLoop(epochs: 1)
      #expect(throws: FileError.self) {
        try loop.fit(&trainer, batches, checkpoints: Checkpoints(path, every: .epochs(1)))
      }
      #expect(throws: FileError.self) { try loop.fit(&trainer, batches, models: ModelDirectory(path)) }
      #expect(trainer.iteration == 0)
    }
  }
}

extension String {
  /// A tiny recurrence's file with another run in it.
  fileprivate func replacingRun(with run: String) -> String {
    var lines = split(separator: "\n", omittingEmptySubsequences: false).map(String.init).dropLast()
    lines[2] = run
    let text = lines.joined(separator: "\n") + "\n"
    return text + "\(text.utf8.count)"
  }
}
