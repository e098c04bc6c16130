extension DataSet {
  /// The feature values of a batch that were in the data, `[N, C, T]`: false exactly if a present value was
  /// missing and filled in.
  ///
  /// Padding counts as observed, so `isFull` means that nothing was missing. The mask then needs no storage.
  public struct ObservedMask: Sendable, Hashable {
    /// The number of columns, C.
    public let columnCount: Int
    /// A mask of steps whose row `n * C + c` belongs to column c of example n.
    private var mask: Mask

    /// Returns a mask of values that were all in the data.
    public static func full(_ exampleCount: Int, _ columnCount: Int, _ stepCount: Int) -> ObservedMask {
      ObservedMask(columnCount: columnCount, mask: .full(exampleCount * columnCount, stepCount))
    }

    /// Makes a mask from `isObserved(n, c, t)`.
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
    /// True if nothing was missing.
    public var isFull: Bool { mask.isFull }
    /// The number of values that were missing.
    public var missingCount: Int { mask.exampleCount * mask.stepCount - mask.count }

    /// True if the value was in the data, or is padding.
    public subscript(example: Int, column: Int, step: Int) -> Bool {
      precondition(column >= 0 && column < columnCount, "outside the mask")
      return mask[example * columnCount + column, step]
    }

    /// Returns the steps `range` of every example.
    public func steps(_ range: Range<Int>) -> ObservedMask {
      ObservedMask(columnCount: columnCount, mask: mask.steps(range))
    }

    /// Returns the given examples, in the given order.
    public func rows(_ indices: [Int]) -> ObservedMask {
      let rows = indices.flatMap { index in (0..<columnCount).map { index * columnCount + $0 } }
      return ObservedMask(columnCount: columnCount, mask: mask.rows(rows))
    }

    /// Observed values as 1, others as 0, `[N, C, T]` with steps fastest.
    public var floats: [Float] { mask.floats }

    /// Returns masks concatenated along N, with padding after their own steps.
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
}
