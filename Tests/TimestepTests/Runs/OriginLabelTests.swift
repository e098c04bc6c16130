import FoundationEssentials
import TestSupport
import Testing
import Timestep

/// How a training that continues a model reads the labels that are missing in that model's data.
@Suite(.startsProcesses) struct OriginLabelTests {
  private let scratch = TestDirectory()

  private func labelCount(_ model: String, _ flags: [String]) throws -> Int {
    struct Report: Decodable { var steps: Int }
    let json = try results(
      ["evaluate", "--json", "--allow-training-data", "--model", model] + flags, in: scratch)
    return try JSONDecoder().decode(Report.self, from: Data(json.utf8)).steps
  }

  @Test func missingLabelsStayMissing() throws {
    for number in 0..<4 { scratch.write("a,y\n1,0.5\n2,-99\n3,1\n4,\(number)\n", to: "f_\(number).csv") }
    let files = ["--features", "f_%d.csv", "--header"]
    let data = files + ["--label-column", "y"]
    try results(
      ["train", "--model", "m", "--regression", "--label-missing=-99"] + data + shortTraining, in: scratch)
    try results(["train", "--from", "m", "--model", "n", "--epochs", "1"] + data, in: scratch)
    #expect(try labelCount("m", files) == 12 && labelCount("n", files) == 12)
    // Flags that say what labels mean replace those of the model.
    try results(
      ["train", "--from", "m", "--model", "o", "--epochs", "1", "--regression"] + data, in: scratch)
    #expect(try labelCount("o", files) == 16)
  }

  @Test func stepsOutsideOfIntervalsKeepTheirClass() throws {
    var intervals = "key,start,end,label\n"
    for number in 0..<4 {
      scratch.write("a\n1\n2\n3\n4\n", to: "e_\(number).csv")
      intervals += "e_\(number),0,2,u\ne_\(number),2,3,v\n"
    }
    scratch.write(intervals, to: "iv.csv")
    let data = ["--features", "e_%d.csv", "--header", "--label-intervals", "iv.csv"]
    try results(["train", "--model", "m", "--outside", "none"] + data + shortTraining, in: scratch)
    try results(["train", "--from", "m", "--model", "n", "--epochs", "1"] + data, in: scratch)
    #expect(try labelCount("m", data) == 16 && labelCount("n", data) == 16)
  }
}
