import FoundationEssentials
import TestSupport
import Testing
import Timestep

/// `train --network FILE`, `--loss`, `--init` and `--json`.
@Suite(.startsProcesses) struct NetworkFileTests {
  private let scratch = TestDirectory()
  private let data = ["--features", "f_%d.csv", "--header", "--label-column", "kind", "--classes", "3"]

  init() {
    for number in 0..<6 {
      let rows = (0..<5).map { "\($0),\(number * $0 % 4),\(($0 + number) % 3)\n" }
      scratch.write("a,b,kind\n" + rows.joined(), to: "f_\(number).csv")
    }
  }

  private func train(_ flags: [String], model: String = "m") throws -> FinishedCommand {
    try timestep(["train", "--model", model, "--overwrite"] + data + ["--epochs", "2"] + flags, in: scratch)
  }

  private func describe(_ model: String, to file: String) throws -> String {
    let json = try results(["inspect", "--model", model, "--json"], in: scratch)
    scratch.write(json, to: file)
    return json
  }

  /// What `inspect` prints is a network like the model's.
  @Test(arguments: [
    ["--hidden", "3,2", "--cell", "gru", "--dropout", "0.2", "--updater", "rmsprop", "--seed", "5"],
    ["--hidden", "4", "--bidirectional", "--clip", "1", "--l2", "0.01", "--schedule", "step:0.5,1"],
    ["--hidden", "2", "--tbptt", "3", "--init", "uniform:0.1", "--loss", "meanSquaredError"],
  ]) func aModelsNetworkIsTrainedAgain(flags: [String]) throws {
    #expect(try train(flags).exitCode == 0)
    let json = try describe("m", to: "n.json")
    #expect(json.contains("\"names\":[\"0\",\"1\",\"2\"]") && json.contains("\"epochs\":2,"))
    let seed = flags.contains("--seed") ? ["--seed", "5"] : []
    let again = try train(["--network", "n.json"] + seed, model: "again")
    #expect(again.exitCode == 0, "\(again.error)")
    #expect(try scratch.bytes(of: "again") == scratch.bytes(of: "m"))
    #expect(again.error.contains(", as in n.json\n"), "\(again.error)")
  }

  @Test func flagsAndLabelsTakePrecedence() throws {
    #expect(try train(["--hidden", "3", "--learning-rate", "0.5"]).exitCode == 0)
    _ = try describe("m", to: "n.json")
    let other = try timestep(
      ["train", "--model", "o", "--features", "f_%d.csv", "--header", "--label-column", "b", "--regression"]
        + ["--network", "n.json", "--learning-rate", "0.25", "--epochs", "1"], in: scratch)
    #expect(other.exitCode == 0, "\(other.error)")
    #expect(
      other.error.contains(
        "n.json: the output layer of 3 (softmax) does not suit the labels, 1 numbers: another one follows from them\n"
      ),
      "\(other.error)")
    let made = try ModelFile(scratch.path("o")).network.configuration
    #expect(made.updater == .adam(learningRate: 0.25))
    let output = try #require(made.layers.last?.layer as? RNNOutput)
    #expect(output.size == 1 && output.loss == .meanSquaredError && output.activation == .identity)
    #expect((made.layers[0].layer as? LSTM)?.size == 3)
  }

  /// Only the layers must be there.
  @Test func aFileMayLackSettings() throws {
    scratch.write(
      """
      {"layers": [
        {"kind": "dense", "size": 4, "activation": "tanh"},
        {"kind": "lstm", "size": 2, "activation": "tanh", "gateActivation": "sigmoid", "forgetBias": 1}
      ]}
      """, to: "n.json")
    let run = try train(["--network", "n.json", "--learning-rate", "0.125"])
    #expect(run.exitCode == 0, "\(run.error)")
    let made = try ModelFile(scratch.path("m")).network.configuration
    #expect(made.layers.count == 3 && made.updater == .adam(learningRate: 0.125) && made.inputs.size == 2)
  }

  @Test(arguments: [
    ("{\"layers\": []", "n.json:1:14: ", "expected"),
    ("[1]", "n.json:1:1: ", "expected a network"),
    (
      "{\n \"network\": {\"layers\": [{\"kind\": \"lstn\"}]}}", "n.json:2:13: ",
      "a layer of the kind \"lstn\""
    ),
    (
      "{\"layers\": [\n{\"kind\":\"dense\",\"size\":4,\"activation\":\"tanh\",\n \"bias\": 1}]}",
      "n.json:3:2: ",
      "\"bias\" is no setting here"
    ),
    ("{\"layers\": [], \"seeds\": 3}", "n.json:1:16: ", "did you mean \"seed\"?"),
    (
      "{\"layers\": [{\"kind\":\"dense\",\"size\":4,\"size\":5,\"activation\":\"tanh\"}]}", "n.json:1:38: ",
      "\"size\" occurs twice"
    ),
    (
      "{\"layers\": [{\"kind\":\"dense\",\"size\":-4,\"activation\":\"tanh\"}]}", "n.json: ",
      "layer 0 (dense)"
    ),
  ]) func faultsHaveTheirPlace(text: String, place: String, problem: String) throws {
    scratch.write(text, to: "n.json")
    let run = try train(["--network", "n.json"])
    #expect(run.exitCode == 1 && run.error.contains(place) && run.error.contains(problem), "\(run.error)")
  }

  @Test func theFileDescribesTheLayersAlone() throws {
    for flags in [
      ["--hidden", "3"], ["--cell", "gru"], ["--bidirectional"], ["--loss", "poisson"], ["--init", "ones"],
    ] {
      let run = try train(["--network", "n.json"] + flags)
      #expect(run.exitCode == 64 && run.error.contains("exclude each other"), "\(run.error)")
    }
    for (flags, problem) in [
      (["--init", "normal"], "normal:DEVIATION"), (["--init", "uniform:-1"], "such as normal:0.1"),
      (["--init", "xaviar"], "did you mean \"xavier\"?"), (["--loss", "mse"], "meanSquaredError"),
    ] {
      let run = try train(flags)
      #expect(run.exitCode == 64 && run.error.contains(problem), "\(run.error)")
    }
  }

  @Test func lossAndInitializationAreThoseOfTheFlags() throws {
    #expect(
      try train(["--loss", "meanSquaredError", "--init", "orthogonal:0.5", "--hidden", "2"]).exitCode == 0)
    let made = try ModelFile(scratch.path("m")).network.configuration
    #expect(made.weights == .orthogonal(gain: 0.5))
    let output = try #require(made.layers.last?.layer as? RNNOutput)
    #expect(output.loss == .meanSquaredError && output.activation == .softmax)
    let counts = try timestep(
      ["train", "--model", "o", "--features", "f_%d.csv", "--header", "--label-column", "b", "--regression"]
        + ["--loss", "poisson", "--epochs", "1"], in: scratch)
    #expect(counts.exitCode == 0, "\(counts.error)")
    for loss in ["multiClassCrossEntropy", "kullbackLeibler"] {
      let shares = try timestep(
        [
          "train", "--model", "p", "--features", "f_%d.csv", "--header", "--label-column", "b",
          "--regression",
        ]
          + ["--loss", loss, "--epochs", "1"], in: scratch)
      #expect(
        shares.exitCode == 1 && shares.error.contains("compares shares of several outputs"), "\(shares.error)"
      )
    }
    let poisson = try #require(
      try ModelFile(scratch.path("o")).network.configuration.layers.last?.layer as? RNNOutput)
    #expect(poisson.loss == .poisson && poisson.activation == .softplus)
  }

  private struct Results: Decodable {
    struct Best: Decodable {
      var epoch: Int
      var figure: String
      var value: Double
    }
    struct Test: Decodable { var accuracy: Double }
    struct Baseline: Decodable {
      var part: String
      var figures: [String: Double]
    }
    var epochs: Int
    var best: Best?
    var test: Test?
    var baseline: Baseline?
  }

  @Test func resultsAreReadByPrograms() throws {
    let run = try train(["--split", "2,1,1", "--part", "train", "--hidden", "2", "--json"])
    #expect(run.exitCode == 0, "\(run.error)")
    let found = try JSONDecoder().decode(Results.self, from: Data(run.output.utf8))
    #expect(found.epochs == 2 && found.best == nil && found.test == nil && found.baseline?.part == "training")
    let parts = try train(["--split", "2,1,1", "--hidden", "2", "--json"])
    let all = try JSONDecoder().decode(Results.self, from: Data(parts.output.utf8))
    #expect(all.best?.figure == "validation score" && [1, 2].contains(all.best?.epoch), "\(parts.output)")
    #expect(all.test != nil && all.baseline?.part == "test" && all.baseline?.figures["accuracy"] != nil)
    #expect(parts.output.hasSuffix("}\n") && !parts.output.dropLast().contains("\n"))
  }
}
