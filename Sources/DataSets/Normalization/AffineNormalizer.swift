import Sequences
import Tensors

/// Shifts and scales columns: `(x - shift) / scale`.
///
/// Padded cells stay exactly 0, even after reverting.
///
/// This is the only normalizer in Timestep: standardizing and min-max scaling are the same formula with
/// different numbers.
///
/// ```swift
/// let normalizer = try AffineNormalizer.standardize(fittedTo: training)
/// let batches = training.normalized(by: normalizer)
/// let test = testData.normalized(by: normalizer)   // never fitted to test data
/// ```
public struct AffineNormalizer: Sendable, Hashable, Codable {
  /// The number subtracted from each column.
  public let shift: [Double]
  /// The number by which each column is then divided.
  public let scale: [Double]
  /// The columns that were constant in the data that the numbers were fitted on, in ascending order.
  ///
  /// Their scale is 1, which says nothing about other values that they may have elsewhere.
  public let constantColumns: [Int]
  private let remembered: RememberedLineage
  /// The columns that the numbers were fitted on.
  let fitted: FittedColumns

  /// The examples that the numbers were fitted on; empty if they are not known, so that no example is
  /// rejected.
  ///
  /// Excluded from `==`.
  public var lineage: Lineage { remembered.value }

  /// Returns true if the numbers are those of `other`, up to the order in which batches were added: a relative difference of
  /// 1e-12, which no Float shows.
  func agrees(with other: AffineNormalizer) -> Bool {
    guard shift.count == other.shift.count, constantColumns == other.constantColumns else { return false }
    return shift.indices.allSatisfy { column in
      let size = max(scale[column], abs(shift[column]))
      return abs(shift[column] - other.shift[column]) <= 1e-12 * size
        && abs(scale[column] - other.scale[column]) <= 1e-12 * scale[column]
    }
  }

  /// Makes a normalizer with the given numbers, fitted on the examples of `lineage`.
  ///
  /// - Parameters:
  ///   - shift: The number subtracted from each column.
  ///   - scale: The number by which each column is divided, above 0; there is no other limit, so that data in any
  ///     unit gives the same numbers.
  ///   - constantColumns: The columns that were constant in that data, in ascending order.
  ///   - lineage: The examples that the numbers were fitted on.
  public init(
    shift: [Double], scale: [Double], constantColumns: [Int] = [], lineage: Lineage = Lineage()
  ) {
    self.init(
      shift: shift, scale: scale, constantColumns: constantColumns, lineage: lineage, fitted: FittedColumns())
  }

  init(
    shift: [Double], scale: [Double], constantColumns: [Int], lineage: Lineage, fitted: FittedColumns
  ) {
    precondition(shift.count == scale.count, "\(shift.count) shifts for \(scale.count) scales")
    self.shift = shift
    precondition(scale.allSatisfy { $0 > 0 && $0.isFinite }, "scales \(scale): numbers above 0")
    self.scale = scale
    precondition(
      Self.areColumns(constantColumns, of: shift.count),
      "constant columns \(constantColumns) of \(shift.count) columns: each once, in ascending order")
    self.constantColumns = constantColumns
    remembered = RememberedLineage(lineage)
    self.fitted = fitted
  }

  /// Returns true if `columns` are indices of `count` columns, each once, in ascending order.
  static func areColumns(_ columns: [Int], of count: Int) -> Bool {
    columns.allSatisfy { (0..<count).contains($0) }
      && zip(columns, columns.dropFirst()).allSatisfy { $0 < $1 }
  }

  /// Returns a normalizer of the features of `batches` to mean 0 and population standard deviation 1, fitted
  /// in one pass.
  ///
  /// For labels, use `ColumnStatistics.fit`, which computes the statistics of both.
  ///
  /// - Throws: Any error of reading.
  public static func standardize(fittedTo batches: some DataSetSource) throws -> AffineNormalizer {
    standardize(try ColumnStatistics.fit(batches).features)
  }

  /// Returns a normalizer of the features of `batches` to the range 0 to 1, fitted in one pass.
  ///
  /// - Throws: Any error of reading.
  public static func minMax(fittedTo batches: some DataSetSource) throws -> AffineNormalizer {
    minMax(try ColumnStatistics.fit(batches).features)
  }

  /// Returns a normalizer to mean 0 and population standard deviation 1.
  ///
  /// A constant column (`ColumnStatistics.isConstant`) gets scale 1, as in scikit-learn.
  public static func standardize(_ statistics: ColumnStatistics) -> AffineNormalizer {
    fitted(statistics, shift: statistics.mean, scale: statistics.standardDeviation)
  }

  /// Returns a normalizer to the range 0 to 1.
  ///
  /// A constant column (`ColumnStatistics.isConstant`) gets scale 1, as in scikit-learn.
  public static func minMax(_ statistics: ColumnStatistics) -> AffineNormalizer {
    let ranges = zip(statistics.maximum, statistics.minimum).map { $0 - $1 }
    // A column with only missing values, such as labels beyond the ends of all series, has no smallest value; its
    // filled-in values stay the same.
    let shift = zip(statistics.minimum, statistics.counts).map { $1 == 0 ? 0 : $0 }
    return fitted(statistics, shift: shift, scale: ranges)
  }

  /// Returns a normalizer fitted to `statistics`, with scale 1 for constant columns.
  private static func fitted(
    _ statistics: ColumnStatistics, shift: [Double], scale: [Double]
  ) -> AffineNormalizer {
    let constantColumns = scale.indices.filter { statistics.isConstant($0) }
    var scale = scale
    for column in constantColumns { scale[column] = 1 }
    return AffineNormalizer(
      shift: shift, scale: scale, constantColumns: constantColumns, lineage: statistics.lineage,
      fitted: FittedColumns(statistics))
  }

  /// Returns the normalizer that leaves the values of `columns` as they are.
  package func leaving(_ columns: [Int]) -> AffineNormalizer {
    var (shift, scale) = (shift, scale)
    for column in columns { (shift[column], scale[column]) = (0, 1) }
    return AffineNormalizer(
      shift: shift, scale: scale, constantColumns: constantColumns, lineage: lineage, fitted: fitted)
  }

  /// Returns the normalized form of one value of a column.
  public func normalize(_ value: Float, column: Int) -> Float {
    Float((Double(value) - shift[column]) / scale[column])
  }

  /// Returns one normalized value of a column in its original units.
  public func revert(_ value: Float, column: Int) -> Float {
    Float(Double(value) * scale[column] + shift[column])
  }

  /// Normalizes the present steps of `tensor`, `[N, C, T]`; other cells are 0.
  public func normalize(_ tensor: Tensor, mask: Mask) -> Tensor {
    mapped(tensor, mask) { normalize($0, column: $1) }
  }

  /// Reverts the present steps of `tensor`, `[N, C, T]`, to their original units; other cells are 0.
  public func revert(_ tensor: Tensor, mask: Mask) -> Tensor {
    mapped(tensor, mask) { revert($0, column: $1) }
  }

  private func mapped(_ tensor: Tensor, _ mask: Mask, _ change: (Float, Int) -> Float) -> Tensor {
    precondition(
      tensor.rank == 3 && tensor.shape[1] == shift.count,
      "a normalizer of \(shift.count) columns for a tensor of shape \(tensor.shape)")
    var result = Tensor(shape: tensor.shape, order: tensor.order)
    let strides = tensor.strides
    let elements = tensor.elements
    result.withMutableSpan { span in
      for row in 0..<tensor.shape[0] {
        for step in 0..<tensor.shape[2] where mask[row, step] {
          for column in shift.indices {
            let at = row * strides[0] + column * strides[1] + step * strides[2]
            span[at] = change(elements[at], column)
          }
        }
      }
    }
    return result
  }
}

extension AffineNormalizer {
  /// Describes the change of a column's values.
  func words(_ column: Int) -> String { "normalized: (x - \(shift[column])) / \(scale[column])" }
}

extension DataSet {
  /// Returns the batch with normalized features, and normalized labels if a normalizer is given.
  ///
  /// Examples that a normalizer was fitted on are marked: see `fittedRows`.
  public func normalized(by features: AffineNormalizer?, labels: AffineNormalizer? = nil) -> DataSet {
    var result = self
    result.lineageNotes = lineageNotes(after: [features, labels])
    if let features { result.features = features.normalize(self.features, mask: featuresMask) }
    if let labels, let tensor = self.labels { result.labels = labels.normalize(tensor, mask: labelsMask) }
    return result
  }
}
