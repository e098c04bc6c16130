/// The row ordinals of the steps of a sequence: for each step, the row of the data that it is.
///
/// A *row ordinal* is the number of a row among all rows of the sequence's data, from 0, counted before any
/// row was dropped. Ordinals stay with their rows through windows, streamed rows and transforms, so the label
/// of a row can be found by its ordinal.
///
/// Stored as runs of equal distance, so that the ordinals of a window, or of every tenth row, take a few
/// numbers, however many rows there are.
package struct RowOrdinals: Sendable, Hashable, Codable {
  /// Consecutive steps whose ordinals have one distance.
  private struct Run: Sendable, Hashable, Codable {
    /// The step of the first of them.
    var start: Int
    /// Its ordinal.
    var first: Int
    var count: Int
    var stride: Int

    /// The step after the last of them.
    var end: Int { start + count }

    func ordinal(ofStep step: Int) -> Int { first + (step - start) * stride }
  }

  // The first run has a place of its own: most sequences need no other, and no memory for a list.
  private var head = Run(start: 0, first: 0, count: 0, stride: 1)
  private var rest: [Run] = []
  /// The rows that transforms work on, in the order of their steps, if they were sorted or some had no labels.
  ///
  /// Rows that transforms dropped are among them. `nil`: all that are not skipped, ascending.
  package private(set) var order: [Int]?
  /// The last row that each step stands for, in the order of the steps, if each may stand for several; `nil`: a transform
  /// that merges equal numbers of rows says how many, others do not merge any.
  package private(set) var ends: [Int]?
  /// The number of rows of the data, with those that were dropped.
  package private(set) var rowCount: Int
  /// The rows that a policy skipped when the data was read, ascending.
  package private(set) var skipped: [Int]
  /// The line of row 0 if every row of the data is one line; otherwise `nil`.
  package private(set) var firstLine: Int?

  /// Makes the ordinals of all rows of the data except the skipped ones.
  package init(allOf rowCount: Int, skipping skipped: [Int] = [], firstLine: Int? = nil) {
    (self.rowCount, self.skipped, self.firstLine) = (rowCount, skipped, firstLine)
    var next = 0
    for gone in skipped {
      append(next..<gone)
      next = gone + 1
    }
    append(next..<max(next, rowCount))
  }

  /// The ordinals of the rows `rows`, of data whose end may not be known yet.
  package init(streamed rows: Range<Int>) {
    (rowCount, skipped, firstLine) = (rows.upperBound, [], nil)
    append(rows)
  }

  /// The number of steps.
  package var count: Int { rest.last?.end ?? head.end }

  /// The ordinal of step `step`.
  package subscript(step: Int) -> Int {
    precondition(step >= 0 && step < count, "step \(step) of \(count)")
    if step < head.count { return head.ordinal(ofStep: step) }
    var (low, high) = (0, rest.count - 1)
    while low < high {
      let middle = (low + high) / 2
      if rest[middle].end > step { high = middle } else { low = middle + 1 }
    }
    return rest[low].ordinal(ofStep: step)
  }

  /// The first step that is row `row`, or `nil` if none is.
  package func step(ofRow row: Int) -> Int? {
    for run in CollectionOfOne(head) + rest where run.count > 0 {
      let (quotient, remainder) = (row - run.first).quotientAndRemainder(dividingBy: max(1, run.stride))
      if remainder == 0 && quotient >= 0 && quotient < run.count { return run.start + quotient }
    }
    return nil
  }

  /// The ordinals of the steps `steps` alone.
  package subscript(steps: Range<Int>) -> RowOrdinals {
    var result = emptied()
    for run in CollectionOfOne(head) + rest {
      let part = steps.clamped(to: run.start..<run.end)
      if !part.isEmpty { result.append(run.ordinal(ofStep: part.lowerBound), part.count, run.stride) }
    }
    result.ends = ends.map { Array($0[steps]) }
    return result
  }

  /// The ordinals of the steps `steps`, in the given order.
  package func selecting(_ steps: some Sequence<Int>) -> RowOrdinals {
    var result = emptied()
    var chosenEnds: [Int] = []
    for step in steps {
      result.append(self[step], 1, 1)
      if let ends { chosenEnds.append(ends[step]) }
    }
    if ends != nil { result.ends = chosenEnds }
    return result
  }

  /// The ordinals of steps that each stand for a group of these: that of its first row or, of no row, that of the group
  /// before, for whose rows it then stands too.
  ///
  /// - Parameter groups: The steps of each group; the first one is not empty.
  package func merging(_ groups: [Range<Int>]) -> RowOrdinals {
    var result = emptied()
    var ends: [Int] = []
    var latest = 0..<1
    for group in groups {
      if !group.isEmpty { latest = group }
      result.append(self[latest.lowerBound], 1, 1)
      let last = latest.upperBound - 1
      ends.append(self.ends?[last] ?? self[last])
    }
    result.ends = ends
    return result
  }

  /// The ordinals of all steps in another order, in which the sequence then is.
  package func sorted(_ steps: [Int]) -> RowOrdinals {
    var result = selecting(steps)
    result.order = steps.map { self[$0] }
    return result
  }

  /// The same ordinals, where transforms work on no other rows.
  package var asNeighbours: RowOrdinals { sorted(Array(0..<count)) }

  /// The least and the greatest ordinal of a step; `nil` without steps.
  package var bounds: ClosedRange<Int>? {
    guard count > 0 else { return nil }
    guard order != nil else { return min(self[0], self[count - 1])...max(self[0], self[count - 1]) }
    let runs = (CollectionOfOne(head) + rest).filter { $0.count > 0 }
    let firsts = runs.map(\.first)
    let lasts = runs.map { $0.ordinal(ofStep: $0.end - 1) }
    return (firsts.min() ?? 0)...(lasts.max() ?? 0)
  }

  /// Appends the next row of the data, unless it is skipped.
  package mutating func appendNext(isSkipped: Bool) {
    if isSkipped { skipped.append(rowCount) } else { append(rowCount, 1, 1) }
    rowCount += 1
  }

  private func emptied() -> RowOrdinals {
    var result = self
    (result.head, result.rest) = (Run(start: 0, first: 0, count: 0, stride: 1), [])
    result.ends = nil
    return result
  }

  private mutating func append(_ rows: Range<Int>) {
    if !rows.isEmpty { append(rows.lowerBound, rows.count, 1) }
  }

  /// Appends `count` steps, the first with the ordinal `first`.
  private mutating func append(_ first: Int, _ count: Int, _ stride: Int) {
    let last = rest.last ?? head
    if let joined = Self.joined(last, first, count, stride) {
      if rest.isEmpty { head = joined } else { rest[rest.count - 1] = joined }
    } else {
      rest.append(Run(start: last.end, first: first, count: count, stride: stride))
    }
  }

  /// Returns `run` with further steps, if all have one distance.
  private static func joined(_ run: Run, _ first: Int, _ count: Int, _ stride: Int) -> Run? {
    if run.count == 0 { return Run(start: run.start, first: first, count: count, stride: stride) }
    let distance = first - run.ordinal(ofStep: run.end - 1)
    guard distance > 0, run.count == 1 || run.stride == distance, count == 1 || stride == distance else {
      return nil
    }
    return Run(start: run.start, first: run.first, count: run.count + count, stride: distance)
  }
}
