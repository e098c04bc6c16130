import Timestep

#if canImport(Glibc)
  import Glibc
#endif

/// Computed sine waves: slow ones of class 0, fast ones of class 1; columns `x` and `class`.
struct WaveReader: IndexedSequenceRecordReader {
  let count: Int
  let steps: Int
  let schema = SequenceSchema(columns: ["x", "class"])

  func read(_ index: Int, into sequence: inout SequenceRecord) {
    let kind = Float(index % 2)
    sequence.begin(columnCount: 2)
    for step in 0..<steps { sequence.append(row: [sin(Float(step) * (0.3 + kind)), kind]) }
  }
}
