import Sequences
import Tensors

/// Shifts and scales columns: `(x - shift) / scale`.
///
/// Padded cells stay exactly 0, after reverting too.
///
/// Normalizing exists once in Timestep: standardizing and min-max scaling are this formula with other
/// numbers.
public struct AffineNormalizer: Sendable, Hashable, Codable {
  /// What is subtracted from each column.
  public let shift: [Double]
  /// What each column is then divided by.
  public let scale: [Double]
  private let remembered: RememberedLineage

  /// The examples that the numbers were fitted on; empty where that is not known, and then no example is refused.
  ///
  /// It is no part of whether two normalizers are equal.
  public var lineage: Lineage { remembered.value }

  /// The smallest divisor: a column that never changes is shifted, not blown up.
  public static let smallestScale = 1e-5

  /// Makes a normalizer of the given numbers, fitted on the examples of `lineage`.
  public init(shift: [Double], scale: [Double], lineage: Lineage = Lineage()) {
    precondition(shift.count == scale.count, "\(shift.count) shifts for \(scale.count) scales")
    self.shift = shift
    self.scale = scale.map { max($0, Self.smallestScale) }
    remembered = RememberedLineage(lineage)
  }

  /// To mean 0 and population standard deviation 1.
  public static func standardize(_ statistics: ColumnStatistics) -> AffineNormalizer {
    let scale = zip(statistics.standardDeviation, statistics.counts).map { $1 == 0 ? 1 : $0 }
    return AffineNormalizer(shift: statistics.mean, scale: scale, lineage: statistics.lineage)
  }

  /// Into the range 0 to 1.
  public static func minMax(_ statistics: ColumnStatistics) -> AffineNormalizer {
    precondition(statistics.count > 0, "statistics of no values")
    let ranges = zip(statistics.maximum, statistics.minimum).map { $0 - $1 }
    // A column of nothing but missing values has no smallest value; what was filled in for them stays what it is.
    let shift = zip(statistics.minimum, statistics.counts).map { $1 == 0 ? 0 : $0 }
    let scale = zip(ranges, statistics.counts).map { $1 == 0 ? 1 : $0 }
    return AffineNormalizer(shift: shift, scale: scale, lineage: statistics.lineage)
  }

  /// One value of a column, normalized.
  public func normalize(_ value: Float, column: Int) -> Float {
    Float((Double(value) - shift[column]) / scale[column])
  }

  /// One value of a column, in its own units again.
  public func revert(_ value: Float, column: Int) -> Float {
    Float(Double(value) * scale[column] + shift[column])
  }

  /// The present steps of `tensor`, `[N, C, T]`, normalized; other cells are 0.
  public func normalize(_ tensor: Tensor, mask: Mask) -> Tensor {
    mapped(tensor, mask) { normalize($0, column: $1) }
  }

  /// The present steps of `tensor`, `[N, C, T]`, in their own units again; other cells are 0.
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
  /// The change of a column's values, in words.
  func words(_ column: Int) -> String { "normalized: (x - \(shift[column])) / \(scale[column])" }
}

extension DataSet {
  /// The batch with features, and labels where a normalizer is given, normalized.
  ///
  /// Examples that a normalizer was fitted on are marked: see `fittedRows`.
  public func normalized(features: AffineNormalizer?, labels: AffineNormalizer?) -> DataSet {
    var result = self
    result.lineageNotes = lineageNotes(after: [features, labels])
    if let features { result.features = features.normalize(self.features, mask: featuresMask) }
    if let labels, let tensor = self.labels { result.labels = labels.normalize(tensor, mask: labelsMask) }
    return result
  }
}
