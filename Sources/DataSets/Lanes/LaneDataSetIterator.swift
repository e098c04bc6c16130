import Sequences

/// Sequences laid end to end on lanes, in pieces of one shape: long or endless series without padding.
///
/// What truncated back-propagation wants for series that are very long, or of very unequal lengths. Every piece is
/// `[N, C, T]` for N lanes and T steps.
///
/// ```swift
/// let sequences = try SequenceBatches(
///   features: features, labels: .reader(labels, .oneHot(classes: 6)), alignment: .start,
///   order: .shuffled(seed: 1))
/// var pieces = LaneDataSetIterator(sequences, lanes: 32, steps: 20)   // [32, C, 20] each
/// try TrainingLoop(epochs: 10).fit(&network, &pieces)
/// ```
/// The next sequence in the order of the pass goes to the lane that becomes free first, by step, then by the
/// lane's number. It begins right behind the one before, where `seriesStarts` says so: once for every sequence, at
/// its first step, and nowhere else. Features, labels and their masks are those that the sequence has when it is
/// alone in a batch. Lanes that have run out are padding, masked; the pass ends when all have.
///
/// Alignment `.equal` means that a sequence's labels are as long as its features; different sequences may have
/// different lengths. `dataSets.batchSize` plays no part.
///
/// **Metadata** of a row is that of the sequence at the row's first step, with the lines that the row has of it.
/// Rows that are padding throughout have that of the last sequence on their lane, or, where there was none, that of
/// the first row. Errors found while reading name their own file and line.
///
/// **Memory**: a reader that is a `SteppedSequenceRecordReader` (such as the CSV reader) gives rows as they come,
/// and one piece, with a block of each open file (two a lane), is all that is held, however long the series are. Of
/// other readers the sequences that are on the lanes are held whole. With alignment `.end` and labels that have a
/// reader of their own, features and labels are read through once before their first step, for their lengths; nothing
/// more is held.
///
/// After an error the iterator stays where it is: `next` reads the piece again. A copy goes on by itself; whichever
/// reads first leaves the other to open the files anew.
public struct LaneDataSetIterator: ResumableDataSetIterator {
  /// The sequences, and how they become features and labels.
  public let dataSets: SequenceBatches
  /// The number of lanes, N.
  public let laneCount: Int
  /// The number of time steps of a piece, T.
  public let stepsPerPiece: Int
  private var position: LanePosition
  /// What is read from at `position`; `nil` before the first piece, after an error, and at the end.
  private var assembler: LaneAssembler?

  /// Makes an iterator over the sequences of `dataSets`.
  ///
  /// - Parameters:
  ///   - dataSets: Where features and labels come from, their order, alignment, encoding and normalizers.
  ///   - lanes: The number of lanes: the rows of every piece.
  ///   - steps: The length of every piece in time steps; best what the trainer's `stepsPerUpdate` is.
  public init(_ dataSets: SequenceBatches, lanes: Int = 32, steps: Int) {
    precondition(lanes > 0, "\(lanes) lanes: at least one is needed")
    precondition(steps > 0, "a piece of \(steps) time steps: at least one is needed")
    self.dataSets = dataSets
    laneCount = lanes
    stepsPerPiece = steps
    position = LanePosition(lanes: [LanePosition.Lane?](repeating: nil, count: lanes))
  }

  /// The next piece, `[N, C, T]`, or `nil` at the end of the pass, and ever after until `begin`.
  ///
  /// - Throws: What reading throws: `RecordError` or `FileError` with the place. Faults are found when the piece
  ///   that they are in is read.
  public mutating func next() throws -> DataSet? {
    // A copy of this iterator must not move the cursors that this one reads from.
    let own = isKnownUniquelyReferenced(&assembler) ? assembler : nil
    assembler = nil
    let reader =
      try own ?? LaneAssembler(dataSets.plan, order: dataSets.order, stepCount: stepsPerPiece, at: position)
    var next = position
    let piece = try reader.piece(&next)
    // At the end too: sequences that ended with the piece before are then known to be over, and not read again.
    position = next
    guard let piece else { return nil }
    self.assembler = reader
    return piece
  }

  /// Begins pass `epoch`.
  public mutating func begin(epoch: Int) {
    assembler = nil
    position = LanePosition(
      epoch: epoch, lanes: [LanePosition.Lane?](repeating: nil, count: laneCount))
  }

  /// The position before the next piece.
  public var state: LaneIteratorState { LaneIteratorState(position, signatures: signatures) }

  /// Takes up the position `state`; the pieces that follow are bit for bit what they were.
  ///
  /// The sequences that are on the lanes, at most N, are read again from their beginnings up to the position.
  ///
  /// - Throws: `IteratorStateError` when the state belongs to other data, other options, or another version.
  public mutating func restore(_ state: LaneIteratorState) throws {
    try state.check(against: self.state, exampleCount: dataSets.exampleCount, laneCount: laneCount)
    assembler = nil
    position = state.position
  }

  private var signatures: (data: Signature, options: Signature) {
    let (data, all) = dataSets.signatures
    var options = all
    options.add("the number of lanes", "\(laneCount)")
    options.add("the length of a piece", "\(stepsPerPiece)")
    return (data, options)
  }
}
