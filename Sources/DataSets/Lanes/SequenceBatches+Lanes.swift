import Platform
import Sequences

extension SequenceBatches {
  /// Checks that lanes for these sequences, and a piece on them, fit in memory, before they are allocated.
  ///
  /// - Throws: `InsufficientMemory`.
  package func checkMemory(lanes: Int, stepsPerPiece steps: Int) throws(InsufficientMemory) {
    // Flags of the steps, what is kept for every lane, whether or not it gets a sequence, and blocks of files.
    let flags = Double(lanes) * Double(steps) * Double(LanePiece.bytesPerStep)
    let states = Double(lanes) * Double(LaneAssembler.bytesPerLane)
    let fileCount = min(lanes, exampleCount) * (recipe.ownLabelReader == nil ? 1 : 2)
    let files = Double(fileCount) * Double(LaneAssembler.bytesPerFile)
    let bytes = recipe.byteCount(rows: lanes, steps: steps) + flags + states + files
    guard let sizes = AvailableMemory.excess(bytes) else { return }
    throw InsufficientMemory(
      path: exampleCount > 0 ? recipe.features.source(of: 0).path : "lanes",
      "a piece of \(steps) step\(steps == 1 ? "" : "s") on \(lanes) lanes does not fit in memory: \(sizes); use fewer "
        + "lanes (\(Remedy.lanes))" + (steps > 1 ? " or shorter pieces (\(Remedy.pieces))" : ""))
  }
}
