extension BatchLoss {
  /// Adds the loss of a further piece of the same sequences: sums and steps add, but the sequences count
  /// once.
  ///
  /// A batch of 32 series cut into 10 pieces holds 32 sequences, not 320. Adding its pieces this way gives
  /// the same score of an epoch as without cutting: the sum over the steps / N + penalty.
  public mutating func addPiece(_ piece: BatchLoss) {
    sum += piece.sum
    stepCount += piece.stepCount
    sequenceCount = max(sequenceCount, piece.sequenceCount)
    penalty = piece.penalty
  }
}
