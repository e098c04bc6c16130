import TestSupport
import Testing
import Timestep

/// Every label is the one written beside its row, whatever drops, merges or cuts rows: the first feature is the number of
/// the row, and the label says which row it was written for.
struct LabelsOfRowsTests {
  /// Random files, and what is done with them.
  struct Case {
    var random: SplitMix
    let directory = TestDirectory()
    /// The rows of every series that can be read, by their numbers.
    var rows: [[Int]] = []
    /// True if every row of every file can be read.
    var isFaultless = true
    let hasOneLabel: Bool
    let alignment: Alignment
    /// The number of rows that become one; 1 without merging.
    let merged: Int
    let mergesToLast: Bool
    /// The transforms that drop rows: how many at the beginning.
    let dropped: Int
    let isDifference: Bool
    let window: (size: Int, stride: Int, tail: WindowTail)?

    init(seed: UInt64) {
      random = SplitMix(state: seed)
      hasOneLabel = Int.random(in: 0..<5, using: &random) == 0
      merged = Int.random(in: 0..<3, using: &random) == 0 ? Int.random(in: 2...3, using: &random) : 1
      mergesToLast = Bool.random(using: &random)
      isDifference = Bool.random(using: &random)
      dropped = isDifference ? Int.random(in: 0...1, using: &random) : Int.random(in: 0...2, using: &random)
      alignment = Alignment.allCases[Int.random(in: 0..<3, using: &random)]
      window =
        Int.random(in: 0..<3, using: &random) == 0
        ? (Int.random(in: 1...4, using: &random), Int.random(in: 1...4, using: &random), .keep) : nil
      for series in 0..<Int.random(in: 1...4, using: &random) { write(series) }
    }

    /// Writes the two files of a series: the faulty feature rows have labels, or none has.
    private mutating func write(_ series: Int) {
      var isFaulty = (0..<Int.random(in: 6...12, using: &random)).map { _ in
        Int.random(in: 0..<6, using: &random) == 0
      }
      if isFaulty.count(where: { !$0 }) < 4 { isFaulty = isFaulty.map { _ in false } }
      let keepsLabels = Bool.random(using: &random)
      // Where rows of both files are skipped, nobody can know which belong together.
      let canHaveComment = !hasOneLabel && !isFaulty.contains(true)
      let comment = canHaveComment && Bool.random(using: &random) ? "# a comment\n" : ""
      if !comment.isEmpty || isFaulty.contains(true) { isFaultless = false }
      var (features, labels) = ("", comment)
      for (row, isFaulty) in isFaulty.enumerated() {
        features += isFaulty ? "\(row),none\n" : "\(row),\((row * 7) % 5)\n"
        if keepsLabels || !isFaulty { labels += "\(100 * series + row)\n" }
      }
      directory.write(features, to: "x_\(series).csv")
      directory.write(hasOneLabel ? "\(100 * series)\n" : labels, to: "y_\(series).csv")
      rows.append(isFaulty.indices.filter { !isFaulty[$0] })
    }

    /// The groups of rows that are steps of series `series`, after transforms.
    func steps(of series: Int) -> [[Int]] {
      let left = Array(rows[series].dropFirst(dropped))
      return stride(from: 0, to: left.count, by: merged).map { start in
        Array(left[start..<min(left.count, start + merged)])
      }
    }

    func batches(_ batchSize: Int) throws -> SequenceBatches {
      var policy = ErrorPolicy()
      policy[.notANumber] = .skipRow
      var features: any SequenceRecordReader = try CSVSequenceRecordReader(
        NumberedFileInputSplit(directory.path("x_%d.csv")), policy: policy)
      var labels: any SequenceRecordReader = try CSVSequenceRecordReader(
        NumberedFileInputSplit(directory.path("y_%d.csv")), policy: policy)
      var transforms: [any SequenceTransform] = []
      if dropped > 0 {
        transforms.append(isDifference ? Difference(columns: ["1"]) : LagFeatures(dropped, columns: ["1"]))
      }
      if merged > 1 {
        transforms.append(
          Resample(every: merged, .first, labels: mergesToLast ? .last : .mode))
      }
      if !transforms.isEmpty {
        features = try TransformedSequenceRecordReader(features, TransformPipeline(transforms))
      }
      if let window { (features, labels) = try cut(features, labels, window) }
      return try SequenceBatches(
        features: features, labels: .reader(labels, .values), batchSize: batchSize, alignment: alignment)
    }

    private func cut(
      _ features: some SequenceRecordReader, _ labels: some SequenceRecordReader,
      _ window: (size: Int, stride: Int, tail: WindowTail)
    ) throws -> (any SequenceRecordReader, any SequenceRecordReader) {
      let windows = try WindowedSequenceRecordReader(
        features, size: window.size, stride: window.stride, tail: window.tail)
      return (windows, try windows.labels(from: labels))
    }
  }

  /// Returns the label that the rows `rows`, one step of series `series`, must have.
  private func label(_ rows: [Int], of series: Int, _ test: Case) -> Float {
    Float(100 * series + (test.mergesToLast ? rows[rows.count - 1] : rows[0]))
  }

  @Test func everyLabelIsThatOfItsRow() throws {
    for seed in 0..<400 as Range<UInt64> {
      let test = Case(seed: seed)
      let isEqual = test.alignment == .equal
      if isEqual && test.hasOneLabel { continue }
      let batches = try test.batches(isEqual ? 1 : 3)
      var found: [[Int]] = test.rows.map { _ in [] }
      for index in 0..<batches.batchCount {
        let batch = try batches.batch(epoch: 0, index: index)
        for example in 0..<batch.exampleCount {
          let series = try #require(Int(batch.metadata[example].features.key.prefix { $0 != "@" }))
          check(batch, example, series, test, "seed \(seed)", &found[series])
        }
      }
      for series in test.rows.indices where !test.hasOneLabel {
        #expect(Set(found[series]).isSuperset(of: wanted(test, series)), "seed \(seed), series \(series)")
      }
    }
  }

  /// The first rows of the steps that must occur: all of them, unless windows leave some out.
  private func wanted(_ test: Case, _ series: Int) -> [Int] {
    let steps = test.steps(of: series)
    guard let window = test.window, window.stride > window.size else { return steps.map { $0[0] } }
    return steps.indices.filter { $0 % window.stride < window.size }.map { steps[$0][0] }
  }

  private func check(
    _ batch: DataSet, _ example: Int, _ series: Int, _ test: Case, _ place: Comment, _ found: inout [Int]
  ) {
    let steps = test.steps(of: series)
    guard let labels = batch.labels else { return }
    var labelCount = 0
    for step in 0..<batch.stepCount where batch.labelsMask[example, step] {
      labelCount += 1
      if test.hasOneLabel {
        #expect(labels[example, 0, step] == Float(100 * series), place)
        continue
      }
      let row = Int(batch.features[example, 0, step])
      found.append(row)
      let rows = steps.first { $0[0] == row }
      #expect(batch.featuresMask[example, step] && rows != nil, place)
      if let rows { #expect(labels[example, 0, step] == label(rows, of: series, test), place) }
    }
    let inputs = (0..<batch.stepCount).count { batch.featuresMask[example, $0] }
    #expect(labelCount == (test.hasOneLabel ? 1 : inputs), place)
  }

  @Test func lanesPairRowsLikeBatches() throws {
    for seed in 0..<200 as Range<UInt64> {
      let test = Case(seed: seed)
      if test.window != nil || test.merged > 1 || test.alignment == .equal && test.hasOneLabel { continue }
      for (lanes, length) in [(1, 2), (2, 5)] {
        var iterator = LaneDataSetIterator(try test.batches(1), lanes: lanes, steps: length)
        var pieces: [DataSet] = []
        do {
          while let piece = try iterator.next() { pieces.append(piece) }
        } catch let error as RecordError where !test.isFaultless {
          // Faults of rows that are streamed are errors.
          #expect(error.kind == .notANumber, "seed \(seed)")
          continue
        }
        var count = 0
        for piece in pieces {
          let labels = try #require(piece.labels)
          for lane in 0..<piece.exampleCount {
            for step in 0..<piece.stepCount where piece.labelsMask[lane, step] {
              count += 1
              if test.hasOneLabel { continue }
              let row = piece.features[lane, 0, step]
              #expect(labels[lane, 0, step].truncatingRemainder(dividingBy: 100) == row, "seed \(seed)")
            }
          }
        }
        let stepCount = test.rows.indices.reduce(0) { $0 + test.steps(of: $1).count }
        let expected = test.hasOneLabel ? test.rows.count : stepCount
        #expect(count == expected, "seed \(seed)")
      }
    }
  }
}
