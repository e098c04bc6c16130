extension Calibration {
  /// The observed frequency of an event for each predicted probability, in bins.
  ///
  /// ```swift
  /// var diagram = Calibration.ReliabilityDiagram(edges: [0, 0.5, 1])
  /// diagram.add(probability: 0.75, isTrue: true)
  /// diagram.add(probability: 0.75, isTrue: false)
  /// diagram.bins[1].observedShare              // 0.5
  /// try diagram.expectedCalibrationError       // 0.25
  /// ```
  /// The diagrams of parts of the data, merged with `+=`, give that of the whole, to 1e-12 relative.
  public struct ReliabilityDiagram: Sendable, Hashable, Codable {
    /// The edges of the bins, increasing from 0 to 1.
    public let edges: [Double]
    private var counts: [Int]
    private var trueCounts: [Int]
    private var probabilitySums: [Double]
    /// The sum of (p - y)^2 over all steps.
    private var squaredError = 0.0

    /// Makes an empty diagram with bins between `edges`, which increase from 0 to 1.
    public init(edges: [Double]) {
      precondition(
        Self.areEdges(edges), "bin edges \(edges), where increasing numbers from 0 to 1 were expected")
      self.edges = edges
      counts = [Int](repeating: 0, count: edges.count - 1)
      trueCounts = counts
      probabilitySums = [Double](repeating: 0, count: edges.count - 1)
    }

    /// Decodes a diagram.
    ///
    /// - Throws: `DecodingError` if its parts are inconsistent.
    public init(from decoder: any Decoder) throws {
      let values = try decoder.container(keyedBy: CodingKeys.self)
      edges = try values.decode([Double].self, forKey: .edges)
      counts = try values.decode([Int].self, forKey: .counts)
      trueCounts = try values.decode([Int].self, forKey: .trueCounts)
      probabilitySums = try values.decode([Double].self, forKey: .probabilitySums)
      squaredError = try values.decode(Double.self, forKey: .squaredError)
      guard Self.areEdges(edges),
        [counts.count, trueCounts.count, probabilitySums.count]
          == [Int](repeating: edges.count - 1, count: 3),
        zip(counts, trueCounts).allSatisfy({ $1 >= 0 && $1 <= $0 })
      else {
        throw DecodingError.dataCorruptedError(
          forKey: .edges, in: values, debugDescription: "bins that do not go together with the edges \(edges)"
        )
      }
    }

    /// The number of steps added so far.
    public var stepCount: Int { counts.reduce(0, +) }

    /// Adds a step with a predicted probability in 0...1; `isTrue` if the event occurred.
    public mutating func add(probability: Double, isTrue: Bool) {
      precondition(
        probability >= 0 && probability <= 1, "a probability of \(probability), where 0 to 1 was expected")
      let bin = bin(of: probability)
      counts[bin] += 1
      if isTrue { trueCounts[bin] += 1 }
      probabilitySums[bin] += probability
      let error = probability - (isTrue ? 1 : 0)
      squaredError += error * error
    }

    /// Adds the steps of another diagram with the same bins.
    public static func += (
      diagram: inout ReliabilityDiagram, other: ReliabilityDiagram
    ) {
      precondition(
        diagram.edges == other.edges, "diagrams of different bins: \(diagram.edges) and \(other.edges)")
      for bin in diagram.counts.indices {
        diagram.counts[bin] += other.counts[bin]
        diagram.trueCounts[bin] += other.trueCounts[bin]
        diagram.probabilitySums[bin] += other.probabilitySums[bin]
      }
      diagram.squaredError += other.squaredError
    }

    /// The bins, in increasing order.
    public var bins: [Bin] {
      counts.indices.map { bin in
        let count = Double(counts[bin])
        return Bin(
          lowerEdge: edges[bin], upperEdge: edges[bin + 1], stepCount: counts[bin],
          meanPredicted: count > 0 ? probabilitySums[bin] / count : nil,
          observedShare: count > 0 ? Double(trueCounts[bin]) / count : nil)
      }
    }

    /// The expected calibration error (ECE), sum (n_b / n) |observed_b - predicted_b| over the bins b.
    ///
    /// Naeini, Cooper and Hauskrecht, *Obtaining well calibrated probabilities using Bayesian binning*, AAAI
    /// 2015. It depends on the bins. 0 is perfect.
    ///
    /// - Throws: `EvaluationError` if nothing was evaluated yet, as for all figures.
    public var expectedCalibrationError: Double {
      get throws {
        let total = Double(try checkedStepCount)
        return bins.reduce(0) { $0 + ($1.gap ?? 0) * Double($1.stepCount) / total }
      }
    }

    /// The maximum calibration error (MCE): the largest gap of the bins with steps.
    public var maximumCalibrationError: Double {
      get throws {
        _ = try checkedStepCount
        return bins.compactMap(\.gap).max() ?? 0
      }
    }

    /// The Brier score: the mean of (p - y)^2, where y is 1 if the event occurred, and 0 otherwise.
    ///
    /// It does not depend on bins. G. W. Brier, *Verification of forecasts expressed in terms of probability*
    /// (1950). 0 is perfect.
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

    /// Returns the last bin with a lower edge at or below a probability.
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
}

extension Calibration.ReliabilityDiagram {
  /// One bin of a reliability diagram: the steps with a predicted probability in `lowerEdge..<upperEdge`.
  ///
  /// The last bin includes its upper edge.
  public struct Bin: Sendable, Hashable, Codable {
    /// The smallest probability in the bin.
    public var lowerEdge: Double
    /// The upper end of the bin, which only the last bin includes.
    public var upperEdge: Double
    /// The number of steps in the bin.
    public var stepCount: Int
    /// The mean of the predicted probabilities of the steps; `nil` if there are none.
    public var meanPredicted: Double?
    /// The share of the steps that are of the class; `nil` if there are none.
    public var observedShare: Double?

    /// The absolute difference of observed share and mean prediction; `nil` if there are no steps.
    public var gap: Double? {
      guard let meanPredicted, let observedShare else { return nil }
      return abs(observedShare - meanPredicted)
    }
  }
}

extension Calibration.ReliabilityDiagram: CustomStringConvertible {
  /// The bins with steps, as aligned text.
  public var description: String {
    guard stepCount > 0 else { return "nothing evaluated yet" }
    let rows = bins.filter { $0.stepCount > 0 }.map { bin in
      ["\(bin.lowerEdge.short) - \(bin.upperEdge.short)", "\(bin.stepCount)"]
        + [bin.meanPredicted, bin.observedShare, bin.gap].map { $0?.fixed(4) ?? "-" }
    }
    return TextTable(rows: [["probability", "steps", "predicted", "observed", "gap"]] + rows).text
  }
}
