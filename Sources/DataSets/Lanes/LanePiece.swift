import Sequences
import Tensors

/// A piece under construction: tensors `[N, C, T]` and masks that the lanes fill from step 0 on.
struct LanePiece {
  /// The number of steps that each lane has filled.
  private(set) var filled: [Int]
  /// The first sequence of each lane in this piece.
  private(set) var metadata: [DataSet.ExampleMetadata?]
  private let recipe: BatchRecipe
  private let stepCount: Int
  private var features: Tensor
  private var labels: Tensor?
  // One per lane and step, `[N, T]`.
  private var hasFeatures: [Bool]
  private var hasLabels: [Bool]
  private var starts: [Bool]
  /// The indices in `[N, C, T]` of filled-in values.
  private var missing: Set<Int> = []
  private var notes = LineageNotes(series: [])

  /// The bytes for each lane: its number of steps, and its metadata here, while it is completed, and in the batch.
  static let bytesPerLane =
    MemoryLayout<Int>.stride + 3 * MemoryLayout<DataSet.ExampleMetadata?>.stride
  /// The bytes for each step of a lane, besides its values.
  static let bytesPerStep = 3 * MemoryLayout<Bool>.stride

  /// Makes a piece that consists only of padding.
  init(_ recipe: BatchRecipe, laneCount: Int, stepCount: Int) {
    self.recipe = recipe
    self.stepCount = stepCount
    filled = [Int](repeating: 0, count: laneCount)
    metadata = [DataSet.ExampleMetadata?](repeating: nil, count: laneCount)
    func tensor(_ columns: Int) -> Tensor {
      Tensor(shape: [laneCount, columns, stepCount], order: recipe.storageOrder)
    }
    features = tensor(recipe.featureColumns.count)
    labels = recipe.labelWidth.map(tensor)
    hasFeatures = [Bool](repeating: false, count: laneCount * stepCount)
    hasLabels = hasFeatures
    starts = hasFeatures
  }

  /// Appends the range `found` of what `lane` has read to row `row`.
  ///
  /// - Throws: `RecordError` about an invalid class, or a missing value.
  mutating func append(
    _ lane: Lane, _ found: (count: Int, features: Range<Int>, labels: Range<Int>), to row: Int, isStart: Bool
  ) throws {
    guard found.count > 0 else { return }
    metadata[row] = metadata[row] ?? lane.metadata
    let first = filled[row]
    filled[row] += found.count
    starts[row * stepCount + first] = isStart
    for step in found.features { hasFeatures[row * stepCount + first + step] = true }
    let repeated = lane.repeatedSteps(ofLast: found.count)
    for step in found.labels
    where !repeated.contains(step)
      && !recipe.lacksLabel(lane.labels.rows, step - found.labels.lowerBound)
    {
      hasLabels[row * stepCount + first + step] = true
    }

    func start(_ range: Range<Int>, _ strides: [Int]) -> Int {
      row * strides[0] + (first + range.lowerBound) * strides[2]
    }
    let recipe = recipe
    let strides = features.strides
    if !found.features.isEmpty {
      try recipe.checkFilled(lane.features.rows, lane.index)
      features.withMutableSpan {
        recipe.writeFeatures(lane.features.rows, to: &$0, at: start(found.features, strides), strides)
      }
    }
    let columns = recipe.featureColumns
    let width = lane.features.rows.columnCount
    for cell in lane.features.rows.missingCells {
      guard let column = columns.firstIndex(of: cell % width) else { continue }
      let step = first + found.features.lowerBound + cell / width
      missing.insert((row * columns.count + column) * stepCount + step)
    }
    if let strides = labels?.strides, !found.labels.isEmpty {
      try labels?.withMutableSpan {
        try recipe.writeLabels(
          lane.labels.rows, of: lane.index, to: &$0,
          at: start(found.labels, strides), strides)
      }
      labels?.clear(row: row, steps: first + repeated.lowerBound..<first + repeated.upperBound)
    }
  }

  /// Records the provenance of the example on `lane`, after the steps read so far.
  ///
  /// A series that ends exactly at the end of the piece is not yet known to be over, so it is identified by
  /// its rows so far: a series that continues also contains all rows of the fitted example.
  mutating func note(_ lane: Lane, in row: Int, isOver: Bool) {
    if lane.isFittedExample {
      let source = lane.features.source
      notes.mark(row, location: "\(source.path):\(source.firstLine)")
    }
    notes.series?.append(.init(row: row, identity: lane.identity, isOver: isOver))
  }

  /// Returns the finished piece.
  func dataSet(metadata: [DataSet.ExampleMetadata]) -> DataSet {
    func mask(_ isPresent: [Bool]) -> Mask {
      Mask(rows: filled.count, steps: stepCount) { isPresent[$0 * stepCount + $1] }
    }
    let columns = recipe.featureColumns.count
    let observedMask =
      missing.isEmpty
      ? nil
      : DataSet.ObservedMask(rows: filled.count, columns: columns, steps: stepCount) {
        !missing.contains(($0 * columns + $1) * stepCount + $2)
      }
    var result = DataSet(
      features: features, labels: labels, featuresMask: mask(hasFeatures), labelsMask: mask(hasLabels),
      seriesStarts: mask(starts), observedMask: observedMask, metadata: metadata)
    result.lineageNotes = notes
    result.staticColumns.columns = recipe.staticColumns
    return result
  }
}
