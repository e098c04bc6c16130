import Sequences
import Tensors

/// Makes pieces, using one set of cursors and buffers per lane that advances with one position.
final class LaneAssembler {
  private let recipe: BatchRecipe
  private let order: ExampleOrder
  private let stepCount: Int
  /// Each lane is made when it gets its first sequence.
  private var lanes: [Lane?]

  /// The bytes for each lane: of the lane, its position before and after a piece, and its part of a piece.
  static let bytesPerLane =
    MemoryLayout<Lane?>.stride + 2 * MemoryLayout<LanePosition.Lane?>.stride + LanePiece.bytesPerLane

  /// The bytes of a block of each file that a lane reads.
  static let bytesPerFile = 64 << 10

  /// Makes an assembler that continues at `position`: sequences in progress are read again up to there.
  ///
  /// - Parameter stepCount: The length of a piece in time steps.
  init(_ recipe: BatchRecipe, order: ExampleOrder, stepCount: Int, at position: LanePosition) throws {
    self.recipe = recipe
    self.order = order
    self.stepCount = stepCount
    lanes = position.lanes.map { _ in nil }
    for (row, running) in position.lanes.enumerated() {
      guard let running, let step = running.step else { continue }
      try lane(row) { try $0.begin(example(running.sequence, position), at: step) }
    }
  }

  /// Makes the piece at `position`, which advances past it; returns `nil` at the end of the pass.
  ///
  /// - Throws: Any error of reading. The position and the assembler are then invalid.
  func piece(_ position: inout LanePosition) throws -> DataSet? {
    var piece = LanePiece(recipe, laneCount: lanes.count, stepCount: stepCount)
    for row in lanes.indices where position.lanes[row]?.step != nil { try fill(row, &piece, &position) }
    // The next sequence goes to the lane that is free first, and among several to the first one.
    while position.begun < recipe.features.count,
      let row = lanes.indices.min(by: { (piece.filled[$0], $0) < (piece.filled[$1], $1) }),
      piece.filled[row] < stepCount
    {
      let example = example(position.begun, position)
      try lane(row) { try $0.begin(example, at: 0) }
      position.lanes[row] = LanePosition.Lane(sequence: position.begun, step: 0)
      position.begun += 1
      try fill(row, &piece, &position)
    }
    guard piece.filled.contains(where: { $0 > 0 }) else { return nil }
    position.piece += 1
    return piece.dataSet(metadata: metadata(piece, position))
  }

  /// Appends the next steps of the sequence on lane `row` to the piece.
  private func fill(_ row: Int, _ piece: inout LanePiece, _ position: inout LanePosition) throws {
    guard let step = position.lanes[row]?.step else { return }
    let free = stepCount - piece.filled[row]
    let count = try lane(row) { lane in
      let found = try lane.read(free)
      try piece.append(lane, found, to: row, isStart: step == 0)
      piece.note(lane, in: row, isOver: found.count < free)
      if found.count < free { lane.end() }
      return found.count
    }
    position.lanes[row]?.step = count < free ? nil : step + count
  }

  /// Returns metadata for every row; see `LaneDataSetIterator`.
  private func metadata(_ piece: LanePiece, _ position: LanePosition) -> [DataSet.ExampleMetadata] {
    let found = lanes.indices.map { row in
      piece.metadata[row]
        ?? position.lanes[row].map { recipe.metadata(of: example($0.sequence, position)) }
    }
    // The first sequence goes to the first lane.
    guard let first = found.first ?? nil else { preconditionFailure("a piece without sequences") }
    return found.map { $0 ?? first }
  }

  /// Returns the example at index `sequence` in the order of the pass.
  private func example(_ sequence: Int, _ position: LanePosition) -> Int {
    order.indices(sequence..<sequence + 1, of: recipe.features.count, epoch: position.epoch)[0]
  }

  private func lane<Result>(_ row: Int, _ body: (inout Lane) throws -> Result) throws -> Result {
    var lane = try lanes[row] ?? Lane(recipe)
    lanes[row] = nil  // so that its buffers are changed in place, not copied
    let result = try body(&lane)
    lanes[row] = lane
    return result
  }
}

extension BatchRecipe {
  /// Returns the origin of example `index`, with its first lines.
  fileprivate func metadata(of index: Int) -> DataSet.ExampleMetadata {
    let source = features.source(of: index)
    var metadata = DataSet.ExampleMetadata(
      index: index, features: source, featureLines: source.firstLine...source.firstLine)
    if case .reader(let reader, _) = labelSource {
      let source = reader.source(of: pairing[index])
      metadata.labels = source
      metadata.labelLines = source.firstLine...source.firstLine
    }
    return metadata
  }
}
