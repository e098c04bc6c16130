import Sequences
import Testing

struct NearestNameTests {
  @Test(arguments: [
    ("cvs", "csv"), ("laod", "load"), ("LOAD", "load"), ("loads", "load"), ("xyz", nil), ("", nil),
    ("differ", "difference"), ("DIFFER", "difference"), ("di", nil),
  ])
  func theNearestNameIsSuggested(_ name: String, _ nearest: String?) {
    #expect(nearestName(to: name, among: ["csv", "load", "difference"]) == nearest)
  }

  @Test func aBeginningOfSeveralNamesSuggestsNone() {
    #expect(nearestName(to: "repair", among: ["repair-everything", "repair-nothing-at-all"]) == nil)
  }
}
