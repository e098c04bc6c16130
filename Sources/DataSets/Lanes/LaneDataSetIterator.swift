import Sequences

/// Iterates over sequences placed end to end on lanes, in pieces of one shape: long or endless series without
/// padding.
///
/// Intended for truncated back-propagation through very long series, or series of very different lengths.
/// Every piece is `[N, C, T]` for N lanes and T steps.
///
/// ```swift
/// let sequences = try SequenceBatches(
///   features: features, labels: .reader(labels, .oneHot(classes: 6)), alignment: .start,
///   order: .shuffled(seed: 1))
/// let pieces = LaneDataSetIterator(sequences, lanes: 32, steps: 20)   // [32, C, 20] each
/// try TrainingLoop(epochs: 10).fit(&network, pieces)
/// ```
/// The next sequence in the order of the pass goes to the lane that becomes free first: at the earliest step,
/// and then with the lowest lane index. It begins immediately after the previous one; `seriesStarts` marks
/// this exactly once per sequence, at its first step. Features, labels and their masks are the same as when
/// the sequence is alone in a batch. Lanes that have run out are masked padding; the pass ends when all lanes
/// have.
///
/// Alignment `.equal` means that the labels of a sequence are as long as its features; different sequences
/// may have different lengths. `dataSets.batchSize` has no effect.
///
/// **Metadata** of a row is that of the sequence at the first step of the row, with its lines in the row.
/// Rows that consist only of padding have the metadata of the last sequence on their lane, or, if there was
/// none, that of the first row. Errors found while reading name their own file and line.
///
/// **Memory**: a reader with a row stream of its own (such as the CSV reader) streams rows, so
/// only one piece and a block of each open file (two per lane) are held, however long the series are. For
/// other readers, the sequences on the lanes are held whole. With alignment `.end` and labels with their own
/// reader, or if transforms drop rows of such features, features and labels are read once to the end before
/// their first step, to count their rows; this needs no more memory.
///
/// After an error, the iterator stays at the same piece: `next` reads it again. A copy continues
/// independently; the first of the two to read opens the files again, and the other keeps the open ones.
public struct LaneDataSetIterator: ResumableDataSetIterator {
  /// The sequences, and their conversion to features and labels.
  public let dataSets: SequenceBatches
  /// The number of lanes, N.
  public let laneCount: Int
  /// The number of time steps per piece, T.
  public let stepsPerPiece: Int
  /// The position before the next piece.
  ///
  /// Before the first piece of a pass it has no lanes, since it is not known yet whether they fit in memory.
  private var position: LanePosition
  /// The source of the pieces at `position`; `nil` before the first piece, after an error, and at the end.
  private var assembler: LaneAssembler?

  /// Makes an iterator over the sequences of `dataSets`.
  ///
  /// - Parameters:
  ///   - dataSets: The features and labels, with their order, alignment, encoding and normalizers.
  ///   - lanes: The number of lanes: the rows of every piece.
  ///   - steps: The length of every piece in time steps; ideally equal to the trainer's `stepsPerUpdate`.
  public init(_ dataSets: SequenceBatches, lanes: Int = 32, steps: Int) {
    precondition(lanes > 0, "\(lanes) lanes: at least one is needed")
    precondition(
      dataSets.recipe.ownLabelReader == nil || dataSets.contract.isSortedByTime != true,
      "lanes of rows sorted by time: labels from their own reader are in the order of their files; use batches"
    )
    precondition(steps > 0, "a piece of \(steps) time steps: at least one is needed")
    self.dataSets = dataSets
    laneCount = lanes
    stepsPerPiece = steps
    position = LanePosition(lanes: [])
  }

  /// Returns the next piece, `[N, C, T]`, or `nil` at the end of the pass and from then on until `begin`.
  ///
  /// - Throws: Any error of reading: `RecordError` or `FileError` with the location. Faults are found when
  ///   the piece that contains them is read.
  public mutating func next() throws -> DataSet? {
    // A copy of this iterator must not move the cursors that this one uses.
    let own = isKnownUniquelyReferenced(&assembler) ? assembler : nil
    assembler = nil
    if own == nil { try dataSets.checkMemory(lanes: laneCount, stepsPerPiece: stepsPerPiece) }
    var next = fullPosition
    let reader =
      try own ?? LaneAssembler(dataSets.recipe, order: dataSets.order, stepCount: stepsPerPiece, at: next)
    let piece = try reader.piece(&next)
    // Also at the end: sequences that ended with the previous piece are then known to be over, and are not
    // read again.
    position = next
    guard let piece else { return nil }
    self.assembler = reader
    return piece
  }

  /// Begins pass `epoch`.
  public mutating func begin(epoch: Int) {
    assembler = nil
    position = LanePosition(epoch: epoch, lanes: [])
  }

  /// The position with all lanes.
  private var fullPosition: LanePosition {
    var full = position
    if full.lanes.isEmpty { full.lanes = [LanePosition.Lane?](repeating: nil, count: laneCount) }
    return full
  }

  /// The position before the next piece.
  public var state: State { State(fullPosition, signatures: signatures) }

  /// Moves to the position `state`; the following pieces are bit for bit the same as before.
  ///
  /// The sequences on the lanes, at most N, are read again from their beginnings up to the position.
  ///
  /// - Throws: `IteratorState.RestoreError` if the state belongs to other data, other options, or another version.
  public mutating func restore(_ state: State) throws {
    try state.check(against: self.state, exampleCount: dataSets.exampleCount, laneCount: laneCount)
    assembler = nil
    position = state.position
  }

  private var signatures: (data: Signature, options: Signature) {
    let (data, all) = dataSets.signatures()
    var options = all
    options.add("the number of lanes", "\(laneCount)")
    options.add("the length of a piece", "\(stepsPerPiece)")
    return (data, options)
  }
}

extension LaneDataSetIterator {
  /// A position in the passes of a `LaneDataSetIterator`: counters and fingerprints, also valid in another
  /// process.
  public struct State: Codable, Sendable, Hashable {
    /// The pass and the piece, and the signatures of data and options.
    public private(set) var iterator: IteratorState
    let position: LanePosition

    init(_ position: LanePosition, signatures: (data: Signature, options: Signature)) {
      iterator = IteratorState(
        epoch: position.epoch, batch: position.piece, data: signatures.data, options: signatures.options)
      self.position = position
    }

    /// Checks that an iterator whose own state is `own` can continue from this state.
    func check(against own: State, exampleCount: Int, laneCount: Int) throws(IteratorState
      .RestoreError)
    {
      try iterator.check(against: own.iterator)
      guard position.isPossible(exampleCount: exampleCount, laneCount: laneCount),
        iterator.epoch == position.epoch, iterator.batch == position.piece
      else {
        throw IteratorState.RestoreError(
          problem:
            "names piece \(iterator.batch) of pass \(iterator.epoch), with lanes that no such piece has; "
            + "the state is damaged")
      }
    }
  }
}

/// The progress of a pass over lanes: the sequence on each lane, and the step reached in it.
struct LanePosition: Hashable, Sendable, Codable {
  /// The progress of one lane.
  struct Lane: Hashable, Sendable, Codable {
    /// The sequence that was last on the lane, by its index in the order of the pass.
    var sequence: Int
    /// The next step of that sequence; `nil` if it is over.
    var step: Int?
  }

  /// The pass.
  var epoch = 0
  /// The index of the next piece of the pass.
  var piece = 0
  /// The number of sequences started so far: the index of the next one in the order of the pass.
  var begun = 0
  /// The lanes; `nil` for a lane that has not had a sequence yet.
  var lanes: [Lane?]

  /// Returns true if the numbers are possible for a pass over `exampleCount` sequences on `laneCount` lanes.
  func isPossible(exampleCount: Int, laneCount: Int) -> Bool {
    let sequences = lanes.compactMap { $0?.sequence }
    return epoch >= 0 && piece >= 0 && begun >= 0 && begun <= exampleCount && lanes.count == laneCount
      && Set(sequences).count == sequences.count && sequences.allSatisfy { $0 >= 0 && $0 < begun }
      && lanes.allSatisfy { ($0?.step ?? 1) > 0 }
  }
}
