import Sequences

/// A position in the passes of a `LaneDataSetIterator`: counters and fingerprints, also valid in another
/// process.
public struct LaneIteratorState: Codable, Sendable, Hashable {
  /// The pass and the piece, and the signatures of data and options.
  public private(set) var iterator: IteratorState
  let position: LanePosition

  init(_ position: LanePosition, signatures: (data: Signature, options: Signature)) {
    iterator = IteratorState(
      epoch: position.epoch, batch: position.piece, data: signatures.data, options: signatures.options)
    self.position = position
  }

  /// Checks that an iterator whose own state is `own` can continue from this state.
  func check(against own: LaneIteratorState, exampleCount: Int, laneCount: Int) throws(IteratorStateError) {
    try iterator.check(against: own.iterator)
    guard position.isPossible(exampleCount: exampleCount, laneCount: laneCount),
      iterator.epoch == position.epoch, iterator.batch == position.piece
    else {
      throw IteratorStateError(
        problem:
          "names piece \(iterator.batch) of pass \(iterator.epoch), with lanes that no such piece has; "
          + "the state is damaged")
    }
  }
}
