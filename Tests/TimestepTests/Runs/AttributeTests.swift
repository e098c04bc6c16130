import TestSupport
import Testing
import Timestep

/// Attributes of whole series (`--static`).
@Suite(.startsProcesses) struct AttributeTests {
  private let scratch = TestDirectory()

  /// An attribute is the same at every step, also in intervals of time without rows.
  @Test(arguments: ["mean", "first", "last", "sum", "mode", "maximum"])
  func intervalsWithoutRowsHaveAttributes(figure: String) throws {
    var (table, random) = ("key,label,age\n", SplitMix(state: 5))
    for number in 0..<6 {
      let minutes = (0..<40).filter { $0 == 0 || Int.random(in: 0..<4, using: &random) == 0 }
      scratch.write(
        "t,a\n" + minutes.map { "\($0 * 60),\($0 + 1)\n" }.joined(), to: "f_\(number).csv")
      table += "f_\(number),\(number % 2),\(number == 3 ? "" : "\(20 + number)")\n"
    }
    scratch.write(table, to: "t.csv")
    try results(
      [
        "convert", "--output", "o", "--features", "f_%d.csv", "--header", "--time", "t=unix", "--label-table",
        "t.csv",
        "--classes", "2", "--static", "age", "--transform", "resample:every=2min,figure=\(figure)",
        "--transform", "fill:rule=forward,columns=a", "--transform", "fill:rule=mean,columns=age",
      ], in: scratch)
    let batch = try SavedDataSets(scratch.path("o")).batch(epoch: 0, index: 0)
    for example in 0..<6 {
      let age: Float = example == 3 ? (20 + 21 + 22 + 24 + 25) / 5 : Float(20 + example)
      for step in 0..<batch.features.shape[2] {
        #expect(
          batch.features[example, 2, step] == (batch.featuresMask[example, step] ? age : 0),
          "\(example) \(step)")
      }
    }
  }
}
