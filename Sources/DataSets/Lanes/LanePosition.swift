/// How far a pass over lanes has come: which sequence is on each lane, and how far it got there.
struct LanePosition: Hashable, Sendable, Codable {
  /// One lane.
  struct Lane: Hashable, Sendable, Codable {
    /// The sequence that was on it last, by its number in the order of the pass.
    var sequence: Int
    /// The next step of that sequence; `nil` once it is over.
    var step: Int?
  }

  /// The pass.
  var epoch = 0
  /// The next piece of the pass.
  var piece = 0
  /// The number of sequences that were begun: the next one in the order of the pass.
  var begun = 0
  /// The lanes; `nil` for one on which there was no sequence yet.
  var lanes: [Lane?]

  /// Whether the numbers can be those of a pass over `exampleCount` sequences on `laneCount` lanes.
  func isPossible(exampleCount: Int, laneCount: Int) -> Bool {
    let sequences = lanes.compactMap { $0?.sequence }
    return epoch >= 0 && piece >= 0 && begun >= 0 && begun <= exampleCount && lanes.count == laneCount
      && Set(sequences).count == sequences.count && sequences.allSatisfy { $0 >= 0 && $0 < begun }
      && lanes.allSatisfy { ($0?.step ?? 1) > 0 }
  }
}
