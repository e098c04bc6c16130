import Sequences

/// Checks that a split keeps the promises of `InputSplit`.
///
/// ```swift
/// @Test func mySplit() throws { try checkConformance(of: MySplit("data/index.txt")) }
/// ```
/// It must name at least one location, each key once, and the same locations in the same order every time.
///
/// - Returns: The report of the promises checked.
/// - Throws: `ConformanceError` naming the broken promise and where it is broken; the errors of `locations`.
@discardableResult
public func checkConformance(of split: some InputSplit) throws -> ConformanceReport {
  let locations = try split.locations()
  var report = ConformanceReport("\(locations.count) locations")

  let some = "a split names at least one location, or throws"
  guard !locations.isEmpty else { throw ConformanceError(at: "locations", some, found: "there is none") }
  report.add(some)

  let distinct = "keys are distinct"
  var owners: [String: Int] = [:]
  for (index, location) in locations.enumerated() {
    guard let owner = owners.updateValue(index, forKey: location.key) else { continue }
    throw ConformanceError(
      at: "location \(index)", distinct,
      found: "\(location.path) has the key \"\(location.key)\" of location \(owner), \(locations[owner].path)"
    )
  }
  report.add(distinct)

  let stable = "the locations are the same every time"
  for _ in 0..<2 {
    let again = try split.locations()
    for (index, (location, old)) in zip(again, locations).enumerated() where location != old {
      throw ConformanceError(
        at: "location \(index)", stable, found: "it was \(words(old)) and is now \(words(location))")
    }
    guard again.count == locations.count else {
      throw ConformanceError(
        at: "locations", stable, found: "there were \(locations.count) and are now \(again.count)")
    }
  }
  report.add(stable)
  return report
}

private func words(_ location: SequenceLocation) -> String {
  "\(location.path) with the key \"\(location.key)\""
}
