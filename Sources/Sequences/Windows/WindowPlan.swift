/// Computes where the windows of sequences begin and end, from the number of windows before each sequence, or from the
/// ends of pieces.
struct WindowPlan: Sendable {
  /// One window of one sequence.
  struct Window: Equatable, Sendable {
    var sequence: Int
    var rows: Range<Int>
  }

  let size: Int
  let stride: Int
  let tail: WindowTail
  private let lengths: [Int]
  /// The number of windows before each sequence, and in total: N + 1 numbers.
  private let starts: [Int]
  /// The rows of every window if they are pieces of any length; `nil` if they follow from size and stride.
  private let pieces: [Range<Int>]?
  /// The longest time between neighbouring rows of a piece, in nanoseconds.
  let longestGap: Int?

  init(lengths: [Int], size: Int, stride: Int, tail: WindowTail) {
    (self.size, self.stride, self.tail, self.lengths) = (size, stride, tail, lengths)
    var starts = [0]
    starts.reserveCapacity(lengths.count + 1)
    for length in lengths {
      starts.append(starts[starts.count - 1] + Self.count(length, size: size, stride: stride, tail: tail))
    }
    self.starts = starts
    (pieces, longestGap) = (nil, nil)
  }

  /// Makes the plan of pieces, those of each sequence in order; a sequence that cannot be read has an empty one.
  init(pieces: [[Range<Int>]], longestGap: Int? = nil) {
    lengths = pieces.map { $0.last?.upperBound ?? 0 }
    starts = pieces.reduce(into: [0]) { starts, own in starts.append(starts[starts.count - 1] + own.count) }
    self.pieces = pieces.flatMap { $0 }
    self.longestGap = longestGap
    size = self.pieces?.map(\.count).max() ?? 0
    (stride, tail) = (size, .keep)
  }

  /// The number of windows.
  var count: Int { starts[starts.count - 1] }

  /// The number of sequences without windows.
  var droppedCount: Int { zip(starts, starts.dropFirst()).count { $0 == $1 } }

  /// The sequences without windows.
  var droppedSequences: [Int] { lengths.indices.filter { starts[$0] == starts[$0 + 1] } }

  /// Returns the windows of a sequence.
  func windows(of sequence: Int) -> Range<Int> { starts[sequence]..<starts[sequence + 1] }

  /// Returns the number of rows of a sequence up to the end of its last piece.
  func length(of sequence: Int) -> Int { lengths[sequence] }

  /// Returns window `index`, found by binary search.
  subscript(index: Int) -> Window {
    precondition(index >= 0 && index < count, "window \(index) of \(count)")
    var (low, high) = (0, lengths.count - 1)
    while low < high {
      let middle = (low + high) / 2
      if starts[middle + 1] > index { high = middle } else { low = middle + 1 }
    }
    if let pieces { return Window(sequence: low, rows: pieces[index]) }
    let length = lengths[low]
    var first = (index - starts[low]) * stride
    if tail == .align && first + size > length { first = max(0, length - size) }
    return Window(sequence: low, rows: first..<min(first + size, length))
  }

  /// Returns the number of steps at the beginning of window `index` that the window before it has too.
  func repeatedStepCount(of index: Int) -> Int {
    let own = self[index]
    guard index > starts[own.sequence] else { return 0 }
    return max(0, self[index - 1].rows.upperBound - own.rows.lowerBound)
  }

  /// Returns the number of windows of a sequence of `length` steps.
  ///
  /// A sequence without steps cannot be read: its only window is empty, so that reading it throws the cause.
  private static func count(_ length: Int, size: Int, stride: Int, tail: WindowTail) -> Int {
    if length == 0 { return 1 }
    if length < size { return tail == .drop ? 0 : 1 }
    let whole = (length - size) / stride + 1
    let isCovered = (whole - 1) * stride + size >= length
    switch tail {
    case .drop: return whole
    case .keep: return isCovered || whole * stride >= length ? whole : whole + 1
    case .align: return isCovered ? whole : whole + 1
    }
  }
}
