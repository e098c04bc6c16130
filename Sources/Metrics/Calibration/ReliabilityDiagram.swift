/// One bin of a reliability diagram: the steps whose predicted probability lies in lower..<upper.
///
/// The last bin holds its upper edge too.
public struct ReliabilityBin: Sendable, Hashable, Codable {
  /// The edge that the bin begins with.
  public var lowerEdge: Double
  /// The edge that the bin ends before.
  public var upperEdge: Double
  /// The number of steps in the bin.
  public var stepCount: Int
  /// The mean of their predicted probabilities; `nil` when there is no step.
  public var meanPredicted: Double?
  /// The share of them that are of the class; `nil` when there is no step.
  public var observedShare: Double?

  /// How far what was observed lies from what was predicted; `nil` when there is no step.
  public var gap: Double? {
    guard let meanPredicted, let observedShare else { return nil }
    return abs(observedShare - meanPredicted)
  }
}

/// How often something came true that was given a certain probability, bin by bin.
///
/// ```swift
/// var diagram = ReliabilityDiagram(edges: [0, 0.5, 1])
/// diagram.add(probability: 0.75, isTrue: true)
/// diagram.add(probability: 0.75, isTrue: false)
/// diagram.bins[1].observedShare              // 0.5
/// try diagram.expectedCalibrationError       // 0.25
/// ```
/// Diagrams of parts of the data add up with `+=` to the diagram of the whole, to 1e-12 relative.
public struct ReliabilityDiagram: Sendable, Hashable, Codable {
  /// The bins' edges, rising from 0 to 1.
  public let edges: [Double]
  private var counts: [Int]
  private var trueCounts: [Int]
  private var probabilitySums: [Double]
  /// sum (p - y)^2 over all steps.
  private var squaredError = 0.0

  /// Makes an empty diagram; `edges` rise from 0 to 1.
  public init(edges: [Double]) {
    precondition(Self.areEdges(edges), "bin edges \(edges), where numbers rising from 0 to 1 were expected")
    self.edges = edges
    counts = [Int](repeating: 0, count: edges.count - 1)
    trueCounts = counts
    probabilitySums = [Double](repeating: 0, count: edges.count - 1)
  }

  /// Reads a diagram.
  ///
  /// - Throws: `DecodingError` when its parts do not go together.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    edges = try values.decode([Double].self, forKey: .edges)
    counts = try values.decode([Int].self, forKey: .counts)
    trueCounts = try values.decode([Int].self, forKey: .trueCounts)
    probabilitySums = try values.decode([Double].self, forKey: .probabilitySums)
    squaredError = try values.decode(Double.self, forKey: .squaredError)
    guard Self.areEdges(edges),
      [counts.count, trueCounts.count, probabilitySums.count] == [Int](repeating: edges.count - 1, count: 3),
      zip(counts, trueCounts).allSatisfy({ $1 >= 0 && $1 <= $0 })
    else {
      throw DecodingError.dataCorruptedError(
        forKey: .edges, in: values, debugDescription: "bins that do not go together with the edges \(edges)")
    }
  }

  /// The number of steps gathered.
  public var stepCount: Int { counts.reduce(0, +) }

  /// Adds a step: a probability in 0...1, and whether it came true.
  public mutating func add(probability: Double, isTrue: Bool) {
    precondition(probability >= 0 && probability <= 1, "\(probability) is no probability")
    let bin = bin(of: probability)
    counts[bin] += 1
    if isTrue { trueCounts[bin] += 1 }
    probabilitySums[bin] += probability
    let error = probability - (isTrue ? 1 : 0)
    squaredError += error * error
  }

  /// Adds what another diagram of the same bins has gathered.
  public static func += (diagram: inout ReliabilityDiagram, other: ReliabilityDiagram) {
    precondition(
      diagram.edges == other.edges, "diagrams of different bins: \(diagram.edges) and \(other.edges)")
    for bin in diagram.counts.indices {
      diagram.counts[bin] += other.counts[bin]
      diagram.trueCounts[bin] += other.trueCounts[bin]
      diagram.probabilitySums[bin] += other.probabilitySums[bin]
    }
    diagram.squaredError += other.squaredError
  }

  /// The bins, from 0 up.
  public var bins: [ReliabilityBin] {
    counts.indices.map { bin in
      let count = Double(counts[bin])
      return ReliabilityBin(
        lowerEdge: edges[bin], upperEdge: edges[bin + 1], stepCount: counts[bin],
        meanPredicted: count > 0 ? probabilitySums[bin] / count : nil,
        observedShare: count > 0 ? Double(trueCounts[bin]) / count : nil)
    }
  }

  /// ECE: the mean over all steps of the gap of their bin, sum (n_b / n) |observed_b - predicted_b|.
  ///
  /// Naeini, Cooper and Hauskrecht, *Obtaining well calibrated probabilities using Bayesian binning*, AAAI 2015. It depends
  /// on the bins. 0 is perfect.
  ///
  /// - Throws: `EvaluationError` when nothing was evaluated yet, as all figures do.
  public var expectedCalibrationError: Double {
    get throws {
      let total = Double(try checkedStepCount)
      return bins.reduce(0) { $0 + ($1.gap ?? 0) * Double($1.stepCount) / total }
    }
  }

  /// MCE: the largest gap of a bin that has a step.
  public var maximumCalibrationError: Double {
    get throws {
      _ = try checkedStepCount
      return bins.compactMap(\.gap).max() ?? 0
    }
  }

  /// The Brier score: the mean of (p - y)^2, where y is 1 for what came true and 0 for what did not; no bins in it.
  ///
  /// G. W. Brier, *Verification of forecasts expressed in terms of probability* (1950). 0 is perfect.
  public var brierScore: Double {
    get throws { squaredError / Double(try checkedStepCount) }
  }

  private var checkedStepCount: Int {
    get throws {
      let count = stepCount
      guard count > 0 else { throw EvaluationError.nothingEvaluated }
      return count
    }
  }

  /// The last bin that begins at or below a probability.
  private func bin(of probability: Double) -> Int {
    var (low, high) = (0, counts.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if edges[middle] <= probability { low = middle } else { high = middle }
    }
    return low
  }

  private static func areEdges(_ edges: [Double]) -> Bool {
    edges.count >= 2 && edges.first == 0 && edges.last == 1
      && zip(edges, edges.dropFirst()).allSatisfy { $0 < $1 }
  }
}

extension ReliabilityDiagram: CustomStringConvertible {
  /// The bins that have a step, as aligned text.
  public var description: String {
    guard stepCount > 0 else { return "nothing evaluated yet" }
    let rows = bins.filter { $0.stepCount > 0 }.map { bin in
      ["\(bin.lowerEdge.short) - \(bin.upperEdge.short)", "\(bin.stepCount)"]
        + [bin.meanPredicted, bin.observedShare, bin.gap].map { $0?.fixed(4) ?? "-" }
    }
    return TextTable(rows: [["probability", "steps", "predicted", "observed", "gap"]] + rows).text
  }
}
