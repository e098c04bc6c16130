import FoundationEssentials
import TensorFiles
import TestSupport
import Testing

/// The slow network against every network file that PyTorch wrote.
struct GoldenFileTests {
  static let stacks = ["lstm", "graves", "lstm-graves"]
  static let everyLoss = ["full-mcxent", "full-mse", "full-xent", "gaps-mcxent", "gaps-mse", "gaps-xent"]
  static let others = [
    "lstm-ragged-mse", "graves-ragged-xent", "lstm-graves-ragged-mcxent", "lstm-front-mcxent",
    "graves-front-mse", "lstm-graves-front-xent", "lstm-onetomany-mse", "graves-onetomany-xent",
    "lstm-graves-onetomany-mcxent", "lstm-lstm-ragged-mcxent", "lstm-graves-full-mcxent-starts",
    "lstm-graves-gaps-mse-starts", "lstm-graves-ragged-mcxent-penalty",
  ]
  static let names = stacks.flatMap { stack in everyLoss.map { "\(stack)-\($0)" } } + others

  @Test(arguments: names)
  func referenceNetworkAgreesWithPyTorch(name: String) throws {
    let golden = try GoldenCase(named: name)
    let run = golden.network.run(golden.batch, from: golden.states)
    #expect(run.differences(from: golden.expected, tolerance: 1e-12) == [])
  }
}

extension GoldenCase {
  /// Reads `Fixtures/golden/NAME.safetensors`.
  init(named name: String) throws {
    let file = try SafetensorsFile(Repository.fixture("golden/\(name).safetensors"))
    let json = file.metadata["golden"] ?? ""
    let description = try JSONDecoder().decode(GoldenDescription.self, from: Data(json.utf8))
    var values: [String: [Double]] = [:]
    for name in file.names { values[name] = try file.doubles(name).elements }
    self.init(description, values: values)
  }
}
