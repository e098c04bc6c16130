import Glibc
import Platform
import Sequences
import Synchronization

/// Checks that threads with a cursor each read the same data concurrently.
func checkThreads<Reader: SequenceRecordReader>(
  _ reader: Reader, _ sequences: [SequenceRecord], _ report: inout ConformanceReport
) throws {
  let promise = "a sequence reads the same from several threads at once"
  // One thread per reading: each waits for the others, so none may be left without a thread.
  let pool = WorkerPool(threads: 4)
  let meeting = Meeting(4)
  let readings = (0..<4).map { thread in
    pool.submit {
      meeting.arriveAndWait()
      var cursor = try reader.makeCursor()
      var record = SequenceRecord()
      for round in 0..<2 {
        for offset in sequences.indices {
          let index = (offset + thread * (1 + round)) % sequences.count
          try cursor.read(index, into: &record)
          try record.check(index: index, promise, against: sequences[index])
        }
      }
    }
  }
  for reading in readings { try reading.value() }
  report.add(promise)
}

/// A barrier: no thread continues before all have arrived.
private final class Meeting: Sendable {
  private let missing: Atomic<Int>

  init(_ count: Int) { missing = Atomic(count) }

  func arriveAndWait() {
    missing.subtract(1, ordering: .acquiringAndReleasing)
    while missing.load(ordering: .acquiring) > 0 { sched_yield() }
  }
}
