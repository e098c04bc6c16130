import Glibc
import TestSupport
import Testing
import Timestep

/// Over a hundred passes, memory and open files stay constant, and an iterator dropped half-way leaves
/// nothing behind.
@Suite(.serialized) struct MemoryStabilityTests {
  private func sets(_ folder: String) throws -> SequenceBatches {
    try SequenceBatches(
      features: CSVSequenceRecordReader(NumberedFileInputSplit("\(folder)/myInput_%d.csv", 0...49)),
      labels: .reader(
        CSVSequenceRecordReader(NumberedFileInputSplit("\(folder)/myLabels_%d.csv", 0...49)),
        .oneHot(classes: 9)),
      batchSize: 8, alignment: .end, order: .shuffled(seed: 1))
  }

  /// Returns the files that this process has open in the given folder.
  private func openFiles(in folder: String) throws -> [String] {
    let stream = try #require(opendir("/proc/self/fd"))
    defer { closedir(stream) }
    var found: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) {
        String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      var buffer = [CChar](repeating: 0, count: 4096)
      let count = readlink("/proc/self/fd/\(name)", &buffer, buffer.count)
      let path = String(decoding: buffer.prefix(max(0, count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
      if path.hasPrefix(folder) { found.append(path) }
    }
    return found
  }

  @Test(.startsProcesses) func aHundredPassesThroughTheCommandTakeNoMoreMemoryThanTen() throws {
    func peak(_ epochs: Int) throws -> Int {
      let scratch = TestDirectory()
      let folder = fixture("japanese-vowels") + "/train"
      let run = try RunningCommand(
        [
          "train", "--features", folder + "/myInput_%d.csv", "--labels", folder + "/myLabels_%d.csv",
          "--range", "0...49",
          "--classes", "9", "--align", "end", "--epochs", "\(epochs)", "--hidden", "4", "--batching", "auto",
          "--model", "m",
        ], in: scratch)
      var most = 0
      let finished = try run.finish { most = max(most, run.peakMemory ?? 0) }
      #expect(finished.exitCode == 0, "\(finished.error)")
      return most
    }
    let (ten, hundred) = (try peak(10), try peak(100))
    #expect(hundred < ten + 4096, "\(ten) kB in 10 passes, \(hundred) kB in 100")
  }

  @Test func aDroppedIteratorLeavesNoFileOpenAndNoThread() throws {
    let folder = fixture("japanese-vowels") + "/train"
    do {
      var iterator = SequenceDataSetIterator(
        try sets(folder), workers: WorkerPool(threads: 3), prefetchCount: 5)
      _ = try iterator.next()
      _ = try iterator.next()
    }
    // The pool's threads finish their work, and end.
    #expect(waitUntil { (try? openFiles(in: folder).isEmpty) ?? false })
  }
}
