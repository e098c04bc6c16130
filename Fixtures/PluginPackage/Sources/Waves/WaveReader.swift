import Timestep

#if canImport(Glibc)
  import Glibc
#endif

/// Sine waves that no file holds: slow ones of class 0, fast ones of class 1; columns `x` and `class`.
struct WaveReader: SequenceRecordReader {
  let count: Int
  let steps: Int
  let columns = ["x", "class"]

  func makeCursor() -> Cursor { Cursor(steps: steps) }

  func source(of index: Int) -> RecordSource { RecordSource(path: "wave \(index)", key: "\(index)") }

  struct Cursor: SequenceCursor {
    let steps: Int

    mutating func read(_ index: Int, into sequence: inout SequenceRecord) {
      let kind = Float(index % 2)
      sequence = SequenceRecord(
        values: (0..<steps).flatMap { [sin(Float($0) * (0.3 + kind)), kind] }, columnCount: 2)
    }
  }
}
