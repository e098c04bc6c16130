import DataSets
import Platform
import TestSupport
import Testing

@testable import Training

/// Runs that use one directory at the same time.
struct SharedDirectoryTests {
  private let batches = ResumableBatches((0..<4).map { _ in plainBatch(2, 3) })
  private static let second = "checkpoint-00000002.safetensors"
  private static let last = "checkpoint-00000004.safetensors"

  @Test func oneRunAtATimeWritesInADirectory() throws {
    /// Begins another run in the middle of this one.
    final class Intruder: TrainingListener {
      let begin: () throws -> Void
      var rejections: [String] = []
      init(_ begin: @escaping () throws -> Void) { self.begin = begin }
      func iterationDone(_ loss: BatchLoss, _ progress: TrainingProgress, trainer: some Trainer) {
        rejections.append(message { try begin() })
      }
    }
    let directory = TestDirectory()
    let checkpoints = Checkpoints(directory.path + "/run", every: .iterations(2))
    let models = ModelDirectory(directory.path + "/models")
    func run(_ loop: TrainingLoop, _ checkpoints: Checkpoints?, _ models: ModelDirectory?) throws {
      var trainer = TinyRecurrence()
      if let checkpoints {
        try loop.resume(&trainer, batches, from: checkpoints, models: models)
      } else if let models {
        try loop.fit(&trainer, batches, models: models)
      }
    }
    let problem =
      ": another run is writing in this directory; wait until it has ended, or choose another directory"
    for (others, taken) in [
      ((checkpoints, nil), checkpoints.directory), ((nil, models), models.path),
      ((checkpoints, models), checkpoints.directory),
    ] as [((Checkpoints?, ModelDirectory?), String)] {
      let intruder = Intruder { try run(TrainingLoop(epochs: 9), others.0, others.1) }
      try run(TrainingLoop(epochs: 1, listeners: [intruder]), checkpoints, models)
      #expect(intruder.rejections == [String](repeating: taken + problem, count: 4))
      try Directory.removeFile("\(checkpoints.directory)/\(Self.last)")
      try Directory.removeFile("\(checkpoints.directory)/\(Self.second)")
    }
    // Neither a finished run nor a failed one holds a lock; checkpoints and models may share a directory.
    #expect(throws: FileError.self) {
      try run(
        TrainingLoop(epochs: 1), checkpoints, ModelDirectory(directory.path + "/none/models"))
    }
    try run(TrainingLoop(epochs: 1), checkpoints, ModelDirectory(checkpoints.directory))
    #expect(
      try Directory.names(in: checkpoints.directory)
        == ["best.safetensors", Self.second, Self.last, "latest.safetensors"])
  }
}
