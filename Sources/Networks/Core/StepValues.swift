/// The values of some rows of a batch, time-major: unit `j` of row `n` at step `t` is at `(t * rows + n) *
/// size + j`.
///
/// Layers pass these to each other. Every step is one row-major matrix, and all steps together are one big
/// matrix. The storage is reused: `reshape` allocates only to grow.
public struct StepValues: Sendable {
  /// The number of time steps, T.
  public private(set) var steps = 0
  /// The number of rows, N.
  public private(set) var rows = 0
  /// The number of units per row.
  public private(set) var size = 0
  /// The values; those past `count` are left over from larger batches.
  var storage: [Float] = []

  /// Makes a series without values.
  public init() {}

  /// The number of values.
  public var count: Int { steps * rows * size }

  /// Changes the shape; the values are then undefined.
  public mutating func reshape(steps: Int, rows: Int, size: Int) {
    (self.steps, self.rows, self.size) = (steps, rows, size)
    if storage.count < count { storage = [Float](repeating: 0, count: count) }
  }

  /// Copies the shape and values of `other` without sharing its storage.
  ///
  /// If the storage were shared, the next write would have to copy all of it.
  mutating func copy(_ other: StepValues) {
    reshape(steps: other.steps, rows: other.rows, size: other.size)
    for index in 0..<count { storage[index] = other.storage[index] }
  }

  /// Sets every value to 0.
  public mutating func clear() { clear(steps: 0..<steps) }

  /// Sets every value of the given steps to 0.
  public mutating func clear(steps range: Range<Int>) {
    for index in range.lowerBound * rows * size..<range.upperBound * rows * size { storage[index] = 0 }
  }

  /// Fills step 0 with the state before the first step of a piece: the carried state, or zero where a series
  /// starts.
  ///
  /// - Parameter carried: The carried state, row by row; `nil`: zero.
  mutating func begin(_ flags: StepFlags, _ carried: [Float]?) {
    for row in 0..<rows {
      let isCarried = !flags.isStart(0, row)
      for unit in row * size..<(row + 1) * size { storage[unit] = isCarried ? carried?[unit] ?? 0 : 0 }
    }
  }

  /// Returns the values of one step, row by row.
  func values(ofStep step: Int) -> [Float] { Array(storage[step * rows * size..<(step + 1) * rows * size]) }

  /// True if every value is finite.
  var isFinite: Bool { Kernels.areFinite(storage, count) }

  /// The value of one unit.
  public subscript(step: Int, row: Int, unit: Int) -> Float {
    get { storage[(step * rows + row) * size + unit] }
    set { storage[(step * rows + row) * size + unit] = newValue }
  }
}
