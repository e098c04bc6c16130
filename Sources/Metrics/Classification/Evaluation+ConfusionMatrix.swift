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
    /// The counts above 0, by `actual * classCount + predicted`: most pairs of many classes never occur.
    private var counts: [Int: Int] = [:]
    private var actualCounts, predictedCounts: [Int]
    /// The number of steps counted.
    public private(set) var total = 0
    /// The number of steps that were predicted correctly.
    public private(set) var correct = 0

    /// Makes a matrix of zeros.
    public init(classNames: [String]) {
      precondition(!classNames.isEmpty, "a confusion matrix without classes; at least 1 is needed")
      self.classNames = classNames
      actualCounts = [Int](repeating: 0, count: classNames.count)
      predictedCounts = actualCounts
    }

    /// Makes a matrix whose number of classes is not known yet.
    init() { (classNames, actualCounts, predictedCounts) = ([], [], []) }

    /// The number of classes.
    public var classCount: Int { classNames.count }

    /// The number of steps of class `actual` that were predicted to be of class `predicted`.
    public subscript(actual: Int, predicted: Int) -> Int { counts[offset(actual, predicted)] ?? 0 }

    /// All counts, `[actual][predicted]`: their number is the square of the number of classes.
    public var rows: [[Int]] {
      (0..<classCount).map { actual in (0..<classCount).map { self[actual, $0] } }
    }

    /// The counts above 0, by actual and then by predicted class.
    public var cells: [Cell] {
      counts.sorted { $0.key < $1.key }.map { location, count in
        Cell(actual: location / classCount, predicted: location % classCount, count: count)
      }
    }

    /// The cells of wrong predictions, the most frequent first.
    public var confusions: [Cell] {
      // Sorting is stable, so equal counts stay in the order of the matrix.
      cells.filter { $0.actual != $0.predicted }.sorted { $0.count > $1.count }
    }

    /// Returns the number of steps of a class.
    public func actualCount(of index: Int) -> Int { actualCounts[index] }

    /// Returns the number of steps that were predicted to be of a class.
    public func predictedCount(of index: Int) -> Int { predictedCounts[index] }

    /// The counts of each class against all others, in the order of the class indices.
    public var countsByClass: [BinaryEvaluation.Counts] {
      (0..<classCount).map { index in
        let hits = self[index, index]
        let (actual, predicted) = (actualCounts[index], predictedCounts[index])
        return BinaryEvaluation.Counts(
          truePositives: hits, falsePositives: predicted - hits, falseNegatives: actual - hits,
          trueNegatives: total - actual - predicted + hits)
      }
    }

    /// Counts `count` steps.
    public mutating func add(actual: Int, predicted: Int, count: Int = 1) {
      counts[offset(actual, predicted), default: 0] += count
      actualCounts[actual] += count
      predictedCounts[predicted] += count
      total += count
      if actual == predicted { correct += count }
    }

    /// Adds the counts of another matrix of the same classes.
    public static func += (matrix: inout ConfusionMatrix, other: ConfusionMatrix) {
      precondition(
        matrix.classNames == other.classNames,
        "matrices of different classes: \(matrix.classNames) and \(other.classNames)")
      for cell in other.cells {
        matrix.add(actual: cell.actual, predicted: cell.predicted, count: cell.count)
      }
    }

    /// The number of classes up to which tables list all of them.
    package static let listedClassLimit = 50

    /// The indices of the classes that a table lists: all of them or, if there are more than 50, the 50 with
    /// most steps among those that occur.
    public var listedClasses: [Int] {
      if classCount <= Self.listedClassLimit { return Array(0..<classCount) }
      return (0..<classCount).filter { actualCounts[$0] + predictedCounts[$0] > 0 }
        .sorted { actualCounts[$0] > actualCounts[$1] }.prefix(Self.listedClassLimit).sorted()
    }

    /// Returns the matrix of some of the classes; steps of other classes are left out.
    public func restricted(to classes: [Int]) -> ConfusionMatrix {
      var matrix = ConfusionMatrix(classNames: classes.map { classNames[$0] })
      let places = Dictionary(
        classes.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
      for cell in cells {
        guard let actual = places[cell.actual], let predicted = places[cell.predicted] else { continue }
        matrix.add(actual: actual, predicted: predicted, count: cell.count)
      }
      return matrix
    }

    /// The matrix as aligned text; for more than 50 classes, the most frequent confusions instead.
    public var description: String { text(counting: .steps) }

    /// Returns the matrix as aligned text, or the most frequent confusions of many classes.
    ///
    /// - Parameters:
    ///   - unit: The things that are counted.
    ///   - classLimit: The most classes whose matrix is written, and the most confusions.
    ///   - width: The most characters of a line of the matrix.
    package func text(
      counting unit: Evaluation.Unit, upTo classLimit: Int = listedClassLimit, width: Int = .max
    ) -> String {
      if classCount <= classLimit {
        let head = ["actual \\ predicted"] + classNames
        let body = zip(classNames, rows).map { name, row in [name] + row.map(String.init) }
        let lines = TextTable(rows: [head] + body).text
        if lines.split(separator: "\n").allSatisfy({ $0.count <= width }) { return lines }
      }
      let confusions = confusions
      let listed = confusions.prefix(classLimit)
      let head = ["actual", "predicted", unit.rawValue]
      let body = listed.map { [classNames[$0.actual], classNames[$0.predicted], "\($0.count)"] }
      return TextTable(rows: [head] + body).text
        + "\n(the most frequent \(listed.count) of \(confusions.count) confusions)"
    }

    private func offset(_ actual: Int, _ predicted: Int) -> Int {
      precondition(
        (0..<classCount).contains(actual) && (0..<classCount).contains(predicted),
        "actual \(actual), predicted \(predicted), with \(classCount) classes")
      return actual * classCount + predicted
    }
  }
}

extension Evaluation.ConfusionMatrix {
  /// A count of a confusion matrix.
  public struct Cell: Sendable, Hashable {
    /// The index of the class that the steps are of.
    public var actual: Int
    /// The index of the class that was predicted.
    public var predicted: Int
    /// The number of steps.
    public var count: Int
  }

  private enum CodingKeys: String, CodingKey { case classNames, cells }

  /// Encodes the names and, as `cells`, the counts above 0: `[actual, predicted, count]` each.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(classNames, forKey: .classNames)
    try values.encode(cells.map { [$0.actual, $0.predicted, $0.count] }, forKey: .cells)
  }

  /// Decodes a matrix.
  ///
  /// - Throws: `DecodingError` if the counts do not match the classes.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    let names = try values.decode([String].self, forKey: .classNames)
    self.init()
    if !names.isEmpty { self.init(classNames: names) }
    for cell in try values.decode([[Int]].self, forKey: .cells) {
      guard cell.count == 3, cell.prefix(2).allSatisfy(names.indices.contains), cell[2] > 0 else {
        throw DecodingError.dataCorruptedError(
          forKey: .cells, in: values,
          debugDescription: "the cell \(cell), where two of \(names.count) classes and a count were expected")
      }
      add(actual: cell[0], predicted: cell[1], count: cell[2])
    }
  }
}
