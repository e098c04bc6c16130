import TestSupport
import Testing

/// `inspect` shows how the timestamps of a column follow each other.
@Suite(.startsProcesses) struct InspectTimeTests {
  private let scratch = TestDirectory()

  private func inspection(_ times: [[String]], _ flags: String...) throws -> (text: String, json: String) {
    for (number, times) in times.enumerated() {
      scratch.write("t,v\n" + times.map { "\($0),1\n" }.joined(), to: "f_\(number).csv")
    }
    let data = ["--features", "f_%d.csv", "--header", "--time", "t"] + flags
    return (
      try results(["inspect"] + data, in: scratch), try results(["inspect", "--json"] + data, in: scratch)
    )
  }

  @Test func stepsGapsAndDuplicatesAreCounted() throws {
    let (text, json) = try inspection(
      [
        [
          "2024-05-01T00:00Z", "2024-05-01T00:10Z", "2024-05-01T00:10Z", "2024-05-01T00:20Z",
          "2024-05-01T02:00Z",
        ],
        ["2024-05-01T00:00Z", "2024-05-01T00:30Z", "2024-05-01T00:40Z"],
      ], "--time-unit", "minutes")
    #expect(
      text.contains("step 10 minutes, 2 gaps (the largest 100 minutes, before f_0.csv:6), 1 duplicate\n"))
    for part in [
      #""duplicates":1"#, #""gaps":2"#, #""largestGap":100"#, #""largestGapAt":"f_0.csv:6""#, #""step":10"#,
      #""unit":"minutes""#,
    ] { #expect(json.contains(part)) }
    #expect(!json.contains("Hour"))
    let windows = try inspection(
      [["2024-05-01", "2024-05-02", "2024-05-03"]], "--window", "2,1", "--range", "0...0")
    #expect(windows.text.contains("step 86400 seconds, 0 gaps, 0 duplicates\n"))
  }

  @Test func hoursOfDaylightSavingTimeAreNamed() throws {
    let spring = ["2024-03-31 01:00", "2024-03-31 01:30", "2024-03-31 03:00", "2024-03-31 03:30"]
    let missing = try inspection([spring])
    #expect(
      missing.text.contains(
        "an hour is missing before f_0.csv:4, as at the beginning of daylight saving time"))
    #expect(missing.json.contains(#""missingHour":"f_0.csv:4""#))
    #expect(try !inspection([spring.map { $0 + "Z" }]).text.contains("an hour"))
    let autumn = ["2024-10-27 01:00", "2024-10-27 02:00", "2024-10-27 02:00", "2024-10-27 03:00"]
    let repeated = try inspection([autumn])
    #expect(repeated.text.contains("an hour comes twice at f_0.csv:4, as at the end of daylight saving time"))
    #expect(repeated.json.contains(#""repeatedHour":"f_0.csv:4""#))
    let halves = ["01:00", "01:30", "02:00", "02:30", "02:00", "02:30", "03:00"].map { "2024-10-27 \($0)" }
    let sorted = try inspection([halves], "--sort-by-time")
    #expect(sorted.text.contains("an hour comes twice at f_0.csv:6, as at the end of daylight saving time"))
    let same = ["01:00", "01:30", "01:30", "02:00", "02:30", "02:30"].map { "2024-10-27 \($0)" }
    #expect(try !inspection([same]).text.contains("an hour"))
  }
}
