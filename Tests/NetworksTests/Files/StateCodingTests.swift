import FoundationEssentials
import Networks
import Testing

/// States as other programs may have written them.
@Suite struct StateCodingTests {
  @Test func roundTrip() throws {
    let memory = RecurrentState(rows: 2, h: [1, 2, 3, 4], c: [5, 6, 7, 8])
    let state = MultiLayerNetwork.State(rows: 2, layers: [memory, nil, RecurrentState(rows: 2, h: [9, 10])])
    #expect(
      try JSONDecoder().decode(MultiLayerNetwork.State.self, from: JSONEncoder().encode(state)) == state)
    let none = RecurrentState(rows: 0, h: [])
    #expect(try JSONDecoder().decode(RecurrentState.self, from: JSONEncoder().encode(none)) == none)
  }

  /// An invalid state is rejected when it is read, so that no later use can trap.
  @Test(arguments: [
    #"{"rows":-1,"h":[],"c":[]}"#, #"{"rows":2,"h":[1],"c":[]}"#, #"{"rows":2,"h":[1,2,3],"c":[]}"#,
    #"{"rows":2,"h":[],"c":[]}"#, #"{"rows":9000000000000000000,"h":[],"c":[]}"#,
    #"{"rows":1,"h":[1,2],"c":[1]}"#, #"{"rows":1,"h":[],"c":[1]}"#,
  ])
  func noState(json: String) {
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(RecurrentState.self, from: Data(json.utf8))
    }
  }

  @Test(arguments: [
    #"{"rows":-1,"layers":[]}"#, #"{"rows":2,"layers":[null,{"rows":1,"h":[1],"c":[]}]}"#,
  ])
  func noStateOfANetwork(json: String) {
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(MultiLayerNetwork.State.self, from: Data(json.utf8))
    }
  }
}
