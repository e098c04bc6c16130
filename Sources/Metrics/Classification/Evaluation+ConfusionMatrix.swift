extension Evaluation {
  /// A confusion matrix: `matrix[actual, predicted]` is a number of time steps.
  ///
  /// Its description is aligned text with a row for each actual class:
  /// ```
  /// actual \ predicted  calm  storm
  /// calm                  90     10
  /// storm                  3     47
  /// ```
  public struct ConfusionMatrix: Sendable, Hashable, Codable, CustomStringConvertible {
    /// The names of the classes, in the order of their indices.
    public let classNames: [String]
    /// The counts, row-major: a row for each actual class, a column for each predicted one.
    private var counts: [Int]

    /// Makes a matrix of zeros.
    public init(classNames: [String]) {
      precondition(!classNames.isEmpty, "a confusion matrix without classes; at least 1 is needed")
      self.classNames = classNames
      counts = [Int](repeating: 0, count: classNames.count * classNames.count)
    }

    /// Makes a matrix whose number of classes is not known yet.
    init() { (classNames, counts) = ([], []) }

    /// Decodes a matrix.
    ///
    /// - Throws: `DecodingError` if the counts do not match the classes.
    public init(from decoder: any Decoder) throws {
      let values = try decoder.container(keyedBy: CodingKeys.self)
      classNames = try values.decode([String].self, forKey: .classNames)
      counts = try values.decode([Int].self, forKey: .counts)
      guard counts.count == classNames.count * classNames.count,
        counts.allSatisfy({ $0 >= 0 })
      else {
        throw DecodingError.dataCorruptedError(
          forKey: .counts, in: values,
          debugDescription:
            "\(counts.count) counts, some below 0 or too many or few, for \(classNames.count) classes")
      }
    }

    /// The number of classes.
    public var classCount: Int { classNames.count }

    /// The number of steps of class `actual` that were predicted to be of class `predicted`.
    public subscript(actual: Int, predicted: Int) -> Int { counts[offset(actual, predicted)] }

    /// The counts, `[actual][predicted]`.
    public var rows: [[Int]] {
      (0..<classCount).map { Array(counts[$0 * classCount..<($0 + 1) * classCount]) }
    }

    /// The number of steps counted.
    public var total: Int { counts.reduce(0, +) }

    /// The number of steps that were predicted correctly.
    public var correct: Int { (0..<classCount).reduce(0) { $0 + self[$1, $1] } }

    /// Returns the number of steps of a class.
    public func actualCount(of index: Int) -> Int { (0..<classCount).reduce(0) { $0 + self[index, $1] } }

    /// Returns the number of steps that were predicted to be of a class.
    public func predictedCount(of index: Int) -> Int { (0..<classCount).reduce(0) { $0 + self[$1, index] } }

    /// The counts of each class against all others, in the order of the class indices.
    public var countsByClass: [BinaryEvaluation.Counts] {
      var actual = [Int](repeating: 0, count: classCount)
      var predicted = actual
      for row in 0..<classCount {
        for column in 0..<classCount {
          actual[row] += counts[row * classCount + column]
          predicted[column] += counts[row * classCount + column]
        }
      }
      let total = actual.reduce(0, +)
      return (0..<classCount).map { index in
        let hits = counts[index * classCount + index]
        return BinaryEvaluation.Counts(
          truePositives: hits, falsePositives: predicted[index] - hits, falseNegatives: actual[index] - hits,
          trueNegatives: total - actual[index] - predicted[index] + hits)
      }
    }

    /// Counts one step.
    public mutating func add(actual: Int, predicted: Int) { counts[offset(actual, predicted)] += 1 }

    /// Adds the counts of another matrix of the same classes.
    public static func += (matrix: inout ConfusionMatrix, other: ConfusionMatrix) {
      precondition(
        matrix.classNames == other.classNames,
        "matrices of different classes: \(matrix.classNames) and \(other.classNames)")
      for index in matrix.counts.indices { matrix.counts[index] += other.counts[index] }
    }

    /// The matrix as aligned text.
    public var description: String {
      let head = ["actual \\ predicted"] + classNames
      let body = zip(classNames, rows).map { name, row in [name] + row.map(String.init) }
      return TextTable(rows: [head] + body).text
    }

    private func offset(_ actual: Int, _ predicted: Int) -> Int {
      precondition(
        (0..<classCount).contains(actual) && (0..<classCount).contains(predicted),
        "actual \(actual), predicted \(predicted), with \(classCount) classes")
      return actual * classCount + predicted
    }
  }
}
