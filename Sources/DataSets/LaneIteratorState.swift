/// A position in the passes of a `LaneDataSetIterator`: counters and fingerprints, valid in another process too.
public struct LaneIteratorState: Codable, Sendable, Hashable {
  /// The pass, the piece, and what tells data and options from others.
  public private(set) var iterator: IteratorState
  let position: LanePosition

  init(_ position: LanePosition, fingerprints: (data: UInt64, options: UInt64)) {
    iterator = IteratorState(epoch: position.epoch, step: position.piece, fingerprints: fingerprints)
    self.position = position
  }

  /// Checks that the state belongs to the given data and options.
  func check(
    _ fingerprints: (data: UInt64, options: UInt64), exampleCount: Int, laneCount: Int
  ) throws(IteratorStateError) {
    try iterator.check(
      fingerprints, options: "lanes, steps a piece, batch size, order, labels, alignment or normalizers")
    guard position.isPossible(exampleCount: exampleCount, laneCount: laneCount),
      iterator.epoch == position.epoch, iterator.step == position.piece
    else {
      throw IteratorStateError(
        problem: "names piece \(iterator.step) of pass \(iterator.epoch), with lanes that no such piece has; "
          + "the state is damaged")
    }
  }
}
