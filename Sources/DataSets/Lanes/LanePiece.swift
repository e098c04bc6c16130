import Sequences
import Tensors

/// A piece in the making: tensors `[N, C, T]` and masks that the lanes fill from step 0 on.
struct LanePiece {
  /// The number of steps that each lane has filled.
  private(set) var filled: [Int]
  /// Each lane's first sequence in this piece.
  private(set) var metadata: [ExampleMetadata?]
  private let plan: BatchRecipe
  private let stepCount: Int
  private var features: Tensor
  private var labels: Tensor?
  // One a lane and step, `[N, T]`.
  private var hasFeatures: [Bool]
  private var hasLabels: [Bool]
  private var starts: [Bool]
  /// The places in `[N, C, T]` of values that were filled in.
  private var missing: Set<Int> = []
  private var notes = LineageNotes(series: [])

  /// Makes a piece that is nothing but padding.
  init(_ plan: BatchRecipe, laneCount: Int, stepCount: Int) {
    self.plan = plan
    self.stepCount = stepCount
    filled = [Int](repeating: 0, count: laneCount)
    metadata = [ExampleMetadata?](repeating: nil, count: laneCount)
    func tensor(_ columns: Int) -> Tensor {
      Tensor(shape: [laneCount, columns, stepCount], order: plan.storageOrder)
    }
    features = tensor(plan.featureColumns.count)
    labels = plan.labelWidth.map(tensor)
    hasFeatures = [Bool](repeating: false, count: laneCount * stepCount)
    hasLabels = hasFeatures
    starts = hasFeatures
  }

  /// Appends what `lane` has read, `found`, to row `row`.
  ///
  /// - Throws: `RecordError` about a class that is none, or a value that is missing.
  mutating func append(
    _ lane: Lane, _ found: (count: Int, features: Range<Int>, labels: Range<Int>), to row: Int, isStart: Bool
  ) throws {
    guard found.count > 0 else { return }
    metadata[row] = metadata[row] ?? lane.metadata
    let first = filled[row]
    filled[row] += found.count
    starts[row * stepCount + first] = isStart
    for step in found.features { hasFeatures[row * stepCount + first + step] = true }
    for step in found.labels { hasLabels[row * stepCount + first + step] = true }

    func start(_ range: Range<Int>, _ strides: [Int]) -> Int {
      row * strides[0] + (first + range.lowerBound) * strides[2]
    }
    let plan = plan
    let strides = features.strides
    if !found.features.isEmpty {
      try plan.checkFilled(lane.features.rows, lane.index, firstRow: lane.features.firstRow)
      features.withMutableSpan {
        plan.writeFeatures(lane.features.rows, to: &$0, at: start(found.features, strides), strides)
      }
    }
    let columns = plan.featureColumns
    let width = lane.features.rows.columnCount
    for cell in lane.features.rows.missingCells {
      guard let column = columns.firstIndex(of: cell % width) else { continue }
      let step = first + found.features.lowerBound + cell / width
      missing.insert((row * columns.count + column) * stepCount + step)
    }
    if let strides = labels?.strides, !found.labels.isEmpty {
      try labels?.withMutableSpan {
        try plan.writeLabels(
          lane.labels.rows, of: lane.index, firstRow: lane.labels.firstRow, to: &$0,
          at: start(found.labels, strides), strides)
      }
    }
  }

  /// Notes what is known of the example that runs on `lane`, after what it has read.
  ///
  /// A series that ends exactly where the piece does is not known to be over, so it is looked for as far as it goes: one
  /// that goes on behind has all the rows of the fitted example too.
  mutating func note(_ lane: Lane, in row: Int, isOver: Bool) {
    if lane.isFittedExample {
      let source = lane.features.source
      notes.mark(row, place: "\(source.path):\(source.firstLine)")
    }
    guard let identity = lane.features.identity else { return }
    notes.series?.append(.init(row: row, identity: identity, isOver: isOver))
  }

  /// The piece.
  func dataSet(metadata: [ExampleMetadata]) -> DataSet {
    func mask(_ isPresent: [Bool]) -> Mask {
      Mask(rows: filled.count, steps: stepCount) { isPresent[$0 * stepCount + $1] }
    }
    let columns = plan.featureColumns.count
    let observedMask =
      missing.isEmpty
      ? nil
      : ObservedMask(rows: filled.count, columns: columns, steps: stepCount) {
        !missing.contains(($0 * columns + $1) * stepCount + $2)
      }
    var result = DataSet(
      features: features, labels: labels, featuresMask: mask(hasFeatures), labelsMask: mask(hasLabels),
      seriesStarts: mask(starts), observedMask: observedMask, metadata: metadata)
    result.lineageNotes = notes
    return result
  }
}
