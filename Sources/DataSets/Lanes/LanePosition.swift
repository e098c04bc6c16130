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
