/// The mean, spread and order of magnitude of the columns that a normalizer was fitted on, whatever numbers it
/// has made of them.
///
/// They tell whether other data is in the same units: a range can be compared only with a range, and a single
/// outlier widens both a range and a deviation. Excluded from equality: all instances are equal.
struct FittedColumns: Sendable, Hashable, Codable {
  /// The mean of each column; empty if it is not known.
  var mean: [Double] = []
  /// The standard deviation of each column.
  var deviation: [Double] = []
  /// The mean exponent of the values of each column other than 0, as powers of 2; 0 if there are none.
  ///
  /// Other units shift it by the logarithm of their ratio, an outlier hardly does.
  var exponent: [Double] = []

  /// Makes unknown columns.
  init() {}

  /// Takes the numbers from statistics; those of older programs have no exponents, and nothing is known then.
  init(_ statistics: ColumnStatistics) {
    let hasExponents = statistics.mean.indices.allSatisfy { column in
      let (smallest, largest) = (statistics.minimum[column], statistics.maximum[column])
      return statistics.exponents[column].count > 0 || smallest > largest || smallest == 0 && largest == 0
    }
    guard hasExponents else { return }
    (mean, deviation) = (statistics.mean, statistics.standardDeviation)
    exponent = statistics.exponent
  }

  /// Returns true if there are numbers for so many columns, or none.
  func describes(_ count: Int) -> Bool {
    isEmpty || [mean, deviation, exponent].allSatisfy { $0.count == count && $0.allSatisfy(\.isFinite) }
  }

  /// True if nothing is known.
  var isEmpty: Bool { mean.isEmpty && deviation.isEmpty && exponent.isEmpty }

  /// Returns the columns of `order`.
  func ordered(_ order: [Int]) -> FittedColumns {
    if isEmpty { return self }
    var result = FittedColumns()
    result.mean = order.map { mean[$0] }
    result.deviation = order.map { deviation[$0] }
    result.exponent = order.map { exponent[$0] }
    return result
  }

  static func == (first: FittedColumns, second: FittedColumns) -> Bool { true }

  func hash(into hasher: inout Hasher) {}
}

extension AffineNormalizer {
  /// Returns the normalizer of the same columns in another order.
  package func ordered(_ order: [Int]) -> AffineNormalizer {
    if order.isEmpty || order == Array(shift.indices) { return self }
    return AffineNormalizer(
      shift: order.map { shift[$0] }, scale: order.map { scale[$0] },
      constantColumns: order.indices.filter { constantColumns.contains(order[$0]) }, lineage: lineage,
      fitted: fitted.ordered(order))
  }

  /// Returns the first column that is in other units than the same column of the data that `other` was fitted on,
  /// or of another range; `nil` if there is none.
  ///
  /// Units are others if the mean lies further from this one's than 3 times its deviation, or the deviation is
  /// more than 3 times this one's or less than a tenth; unless the orders of magnitude of the values are the same
  /// on average, up to a factor of 2: a few outliers change mean and deviation, but not these. Where the mean and
  /// the deviation are not known, shift and scale are taken for them.
  package func columnInOtherUnits(than other: AffineNormalizer) -> Int? {
    shift.indices.first { column in
      let isConstant = constantColumns.contains(column) || other.constantColumns.contains(column)
      // The scale of a constant column is 1.
      let isKnown = !fitted.isEmpty && !constantColumns.contains(column)
      let mean = fitted.isEmpty ? shift[column] : fitted.mean[column]
      let deviation = isKnown ? fitted.deviation[column] : scale[column]
      func isFar(_ otherMean: Double, _ otherDeviation: Double) -> Bool {
        if (otherMean - mean).magnitude > 3 * deviation { return true }
        // The deviation of a constant column says nothing.
        return !isConstant && !(0.1...3 ~= otherDeviation / deviation)
      }
      let isFarByNumbers = isFar(other.shift[column], other.scale[column])
      if other.fitted.isEmpty { return isFarByNumbers }
      let isFarByFit = isFar(other.fitted.mean[column], other.fitted.deviation[column])
      if fitted.isEmpty { return isFarByNumbers && isFarByFit }
      return isFarByFit && (fitted.exponent[column] - other.fitted.exponent[column]).magnitude > 1
    }
  }

  /// Describes a column: the mean and deviation of the data, or else the numbers.
  package func description(ofColumn column: Int) -> String {
    if fitted.isEmpty { return "(x - \(Float(shift[column]))) / \(Float(scale[column]))" }
    return "mean \(Float(fitted.mean[column])), deviation \(Float(fitted.deviation[column]))"
  }
}
