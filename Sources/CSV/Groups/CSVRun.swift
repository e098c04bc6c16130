/// Rows that follow each other in a file and belong to one sequence of scattered rows: 16 bytes.
struct CSVRun: Sendable {
  /// The offset of its first byte.
  let offset: Int
  /// The number of its bytes.
  var byteCount: UInt32
  /// The line of its first byte.
  let line: UInt32
}

/// The runs of all scattered sequences, in the order of the sequences.
struct CSVRuns: Sendable {
  /// The runs of the sequences, one sequence after the other.
  private var runs: [CSVRun] = []
  /// The number of runs before each sequence, and of all.
  private var starts = [0]

  /// The runs of sequence `index`.
  subscript(index: Int) -> ArraySlice<CSVRun> { runs[starts[index]..<starts[index + 1]] }

  /// Adds the runs of the sequences of a file.
  ///
  /// - Parameters:
  ///   - found: The runs in the order of the file.
  ///   - owners: The sequence of every run, counted in the file.
  ///   - count: The number of sequences in the file.
  mutating func add(_ found: [CSVRun], of owners: [UInt32], count: Int) {
    // A counting sort: it keeps the order of the file within a sequence.
    var next = [Int](repeating: 0, count: count + 1)
    for owner in owners { next[Int(owner) + 1] += 1 }
    for index in 0..<count { next[index + 1] += next[index] }
    let base = runs.count
    starts += next.dropFirst().map { base + $0 }
    guard let first = found.first else { return }
    runs += [CSVRun](repeating: first, count: found.count)
    for (run, owner) in zip(found, owners) {
      runs[base + next[Int(owner)]] = run
      next[Int(owner)] += 1
    }
  }
}
