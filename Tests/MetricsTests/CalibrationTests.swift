import DataSets
import Metrics
import Tensors
import Testing

struct ReliabilityDiagramTests {
  @Test func figuresComputedByHand() throws {
    var diagram = Calibration.ReliabilityDiagram(edges: [0, 0.25, 0.5, 1])
    for (probability, isTrue) in [(0.125, false), (0.25, true), (0.375, false), (0.75, true), (1, true)] {
      diagram.add(probability: probability, isTrue: isTrue)
    }
    #expect(diagram.bins.map(\.stepCount) == [1, 2, 2])
    #expect(diagram.bins.map(\.meanPredicted) == [0.125, 0.3125, 0.875])
    #expect(diagram.bins.map(\.observedShare) == [0, 0.5, 1])
    #expect(diagram.bins.map(\.gap) == [0.125, 0.1875, 0.125])
    #expect(try close(diagram.expectedCalibrationError, (0.125 + 2 * 0.1875 + 2 * 0.125) / 5))
    #expect(try diagram.maximumCalibrationError == 0.1875)
    let squares: [Double] = [0.125 * 0.125, 0.75 * 0.75, 0.375 * 0.375, 0.25 * 0.25, 0]
    #expect(try close(diagram.brierScore, squares.reduce(0, +) / 5))
    #expect(
      diagram.description == """
        probability        steps  predicted  observed     gap
        0.0000 - 0.25000       1     0.1250    0.0000  0.1250
        0.25000 - 0.50000      2     0.3125    0.5000  0.1875
        0.50000 - 1.0000       2     0.8750    1.0000  0.1250
        """)
  }

  /// A probability on an edge belongs to the bin that the edge begins; 1 belongs to the last bin.
  @Test(arguments: 1...12)
  func everyProbabilityHasItsBin(binCount: Int) throws {
    let edges = (0...binCount).map { Double($0) / Double(binCount) }
    for probability in edges + (0...100).map({ Double($0) / 100 }) {
      var diagram = Calibration.ReliabilityDiagram(edges: edges)
      diagram.add(probability: probability, isTrue: true)
      let bin = try #require(diagram.bins.first { $0.stepCount == 1 })
      #expect(bin.lowerEdge <= probability)
      #expect(probability < bin.upperEdge || probability == 1 && bin.upperEdge == 1)
      #expect(diagram.bins.filter { $0.gap == nil }.count == binCount - 1)
    }
  }

  @Test func figuresOfNothingAreErrors() throws {
    let diagram = Calibration.ReliabilityDiagram(edges: [0, 1])
    #expect(throws: EvaluationError.self) { try diagram.expectedCalibrationError }
    #expect(throws: EvaluationError.self) { try diagram.maximumCalibrationError }
    #expect(throws: EvaluationError.self) { try diagram.brierScore }
    #expect(diagram.bins[0].meanPredicted == nil && diagram.description == "nothing evaluated yet")
    #expect(throws: DecodingError.self) { try rereadChanged(diagram, replacing: "[0,1]", with: "[1,0]") }
    #expect(throws: DecodingError.self) { try rereadChanged(diagram, replacing: "[0,1]", with: "[0,0.5,1]") }
  }
}

struct CalibrationTests {
  @Test(arguments: [2, 3, 5], [1, 3, 10])
  func figuresAgreeWithTheirDefinitions(classes: Int, binCount: Int) throws {
    let data = MetricCase(
      .oneHot, columns: classes, n: 6, t: 8, seed: UInt64(classes), levels: 16)
    var calibration = Calibration(classCount: classes, binCount: binCount)
    try calibration.add(labels: data.labels, predictions: data.predictions, mask: data.mask)

    func naive(_ pairs: [(p: Double, isTrue: Bool)]) -> (expected: Double, maximum: Double, brier: Double) {
      var (expected, maximum) = (0.0, 0.0)
      for bin in 0..<binCount {
        let inside = pairs.filter { min(binCount - 1, Int($0.p * Double(binCount))) == bin }
        guard !inside.isEmpty else { continue }
        let count = Double(inside.count)
        let mean = inside.reduce(0) { $0 + $1.p } / count
        let gap = abs(Double(inside.filter(\.isTrue).count) / count - mean)
        expected += gap * count / Double(pairs.count)
        maximum = max(maximum, gap)
      }
      let squares = pairs.reduce(0) { $0 + ($1.p - ($1.isTrue ? 1 : 0)) * ($1.p - ($1.isTrue ? 1 : 0)) }
      return (expected, maximum, squares / Double(pairs.count))
    }
    func agrees(_ diagram: Calibration.ReliabilityDiagram, _ pairs: [(p: Double, isTrue: Bool)]) throws {
      let figures = naive(pairs)
      #expect(try close(diagram.expectedCalibrationError, figures.expected))
      #expect(try close(diagram.maximumCalibrationError, figures.maximum))
      #expect(try close(diagram.brierScore, figures.brier))
    }
    let rows = data.rows
    var brier = 0.0
    var classwise = 0.0
    for index in 0..<classes {
      let pairs = rows.map { (p: Double($0.predictions[index]), isTrue: $0.labels[index] == 1) }
      try agrees(calibration.classes[index], pairs)
      brier += naive(pairs).brier
      classwise += naive(pairs).expected / Double(classes)
    }
    let top = rows.map { row in
      let largest = row.predictions.max() ?? 0
      let index = row.predictions.firstIndex(of: largest) ?? 0
      return (p: Double(largest), isTrue: row.labels[index] == 1)
    }
    try agrees(calibration.topLabel, top)
    #expect(try calibration.expectedCalibrationError == calibration.topLabel.expectedCalibrationError)
    #expect(try calibration.maximumCalibrationError == calibration.topLabel.maximumCalibrationError)
    #expect(try close(calibration.classwiseCalibrationError, classwise))
    let expected = try classes == 2 ? calibration.classes[1].brierScore : brier
    #expect(try close(calibration.brierScore, expected))
  }

  @Test func oneColumnRepresentsTwoClasses() throws {
    var one = Calibration(classNames: ["no", "yes"], binCount: 4)
    try one.add(
      labels: Tensor(shape: [3, 1], elements: [1, 0, 1]),
      predictions: Tensor(shape: [3, 1], elements: [0.875, 0.25, 0.375]))
    var two = Calibration(classNames: ["no", "yes"], binCount: 4)
    try two.add(
      labels: Tensor(shape: [3, 2], elements: [0, 1, 1, 0, 0, 1]),
      predictions: Tensor(shape: [3, 2], elements: [0.125, 0.875, 0.75, 0.25, 0.625, 0.375]))
    #expect(one == two)
    #expect(
      one.description == """
        Brier score 0.1563 of 3 steps

        probability of     ECE     MCE  Brier score
        top label       0.3333  0.6250       0.1563
        no              0.3333  0.6250       0.1563
        yes             0.1667  0.1875       0.1563

        probability        steps  predicted  observed     gap
        0.50000 - 0.75000      1     0.6250    0.0000  0.6250
        0.75000 - 1.0000       2     0.8125    1.0000  0.1875
        """)
  }

  @Test(arguments: [-0.001, 1.001, .infinity] as [Float])
  func valuesThatAreNotProbabilitiesAreErrors(value: Float) throws {
    var calibration = Calibration(classCount: 2)
    let error = #expect(throws: EvaluationError.self) {
      try calibration.add(
        labels: Tensor(shape: [2, 2], elements: [1, 0, 1, 0]),
        predictions: Tensor(shape: [2, 2], elements: [1, 0, 1, value]))
    }
    #expect(
      error?.description.hasPrefix(
        "example 1, step 0 (counted from 0): the prediction \(value) of column 1 is not a probability, ")
        == true
    )
    #expect(calibration.stepCount == 0)
    #expect(throws: EvaluationError.self) { try calibration.classwiseCalibrationError }
    #expect(throws: DecodingError.self) {
      try rereadChanged(calibration, replacing: #"["0","1"]"#, with: #"["0","1","2"]"#)
    }
  }
}
