import Sequences
import Testing

struct NearestNameTests {
  @Test(arguments: [
    ("cvs", "csv"), ("laod", "load"), ("LOAD", "load"), ("loads", "load"), ("xyz", nil), ("", nil),
  ])
  func theNearestNameIsSuggested(_ name: String, _ nearest: String?) {
    #expect(nearestName(to: name, among: ["csv", "load", "difference"]) == nearest)
  }
}
