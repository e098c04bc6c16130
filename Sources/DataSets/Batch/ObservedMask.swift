/// Which values of a batch's features were in the data, `[N, C, T]`: false exactly where a present value was missing and
/// was filled in.
///
/// Padding counts as observed, so that `isFull` says that nothing was missing. It is then without storage.
public struct ObservedMask: Sendable, Hashable {
  /// The number of columns, C.
  public let columnCount: Int
  /// Rows `n * C + c` of a mask of steps.
  private var mask: Mask

  /// A mask of values that were all in the data.
  public static func full(_ exampleCount: Int, _ columnCount: Int, _ stepCount: Int) -> ObservedMask {
    ObservedMask(columnCount: columnCount, mask: .full(exampleCount * columnCount, stepCount))
  }

  /// Makes a mask of `isObserved(n, c, t)`.
  public init(
    rows: Int, columns: Int, steps: Int, isObserved: (_ example: Int, _ column: Int, _ step: Int) -> Bool
  ) {
    self.init(
      columnCount: columns,
      mask: Mask(rows: rows * columns, steps: steps) { isObserved($0 / columns, $0 % columns, $1) })
  }

  private init(columnCount: Int, mask: Mask) {
    precondition(columnCount > 0, "a mask of no columns")
    self.columnCount = columnCount
    self.mask = mask
  }

  /// The number of examples, N.
  public var exampleCount: Int { mask.exampleCount / columnCount }
  /// The number of time steps, T.
  public var stepCount: Int { mask.stepCount }
  /// Whether nothing was missing.
  public var isFull: Bool { mask.isFull }
  /// The number of values that were missing.
  public var missingCount: Int { mask.exampleCount * mask.stepCount - mask.count }

  /// Whether the value was in the data, or is padding.
  public subscript(example: Int, column: Int, step: Int) -> Bool {
    precondition(column >= 0 && column < columnCount, "outside the mask")
    return mask[example * columnCount + column, step]
  }

  /// Steps `range` of every example.
  public func steps(_ range: Range<Int>) -> ObservedMask {
    ObservedMask(columnCount: columnCount, mask: mask.steps(range))
  }

  /// The given examples, in the given sequence.
  public func rows(_ indices: [Int]) -> ObservedMask {
    let rows = indices.flatMap { index in (0..<columnCount).map { index * columnCount + $0 } }
    return ObservedMask(columnCount: columnCount, mask: mask.rows(rows))
  }

  /// Observed values as 1, others as 0, `[N, C, T]` with steps fastest.
  public var floats: [Float] { mask.floats }

  /// Masks one below the other, with padding behind their own steps.
  static func joining(_ masks: [ObservedMask], stepCount: Int) -> ObservedMask {
    let columns = masks[0].columnCount
    if masks.allSatisfy(\.isFull) {
      return .full(masks.reduce(0) { $0 + $1.exampleCount }, columns, stepCount)
    }
    let rows = masks.flatMap { mask in (0..<mask.exampleCount).map { (mask, $0) } }
    return ObservedMask(rows: rows.count, columns: columns, steps: stepCount) { row, column, step in
      let (mask, example) = rows[row]
      return step >= mask.stepCount || mask[example, column, step]
    }
  }
}
