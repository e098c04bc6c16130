import Glibc
import TestSupport
import Testing
import Timestep

@testable import TimestepCommand

/// A user's package with its own `timestep`, built and run as a user would do it.
@Suite(.startsProcesses, .serialized, .enabled(if: isDebug, "built once is enough")) struct PluginPackageTests
{
  /// Runs a program and returns its standard output.
  private func run(_ words: [String], into name: String, _ scratch: TestDirectory) throws -> (
    code: Int32, output: String, error: String
  ) {
    let quoted = words.map { $0 == "<" ? $0 : "'\($0)'" }.joined(separator: " ")
    let status = system("\(quoted) > '\(scratch.path(name))' 2> '\(scratch.path(name)).err'")
    return (status >> 8 & 0xFF, try scratch.text(of: name), try scratch.text(of: "\(name).err"))
  }

  @Test func itsReaderAndTrainerWorkByName() throws {
    let scratch = TestDirectory()
    let package = fixture("PluginPackage")
    let build = package + "/../../.build-plugin-package"
    let built = try run(
      ["swift", "build", "--package-path", package, "--scratch-path", build], into: "build", scratch)
    let errors = try scratch.text(of: "build.err")
    try #require(built.code == 0, "\(built.output) \(errors)")
    let own = build + "/debug/my-timestep"

    let list = try run([own, "plugins"], into: "list", scratch).output
    #expect(
      list.contains(
        "  waves: Sine waves of two kinds.\n    count (integer, default 40): The number of waves.\n"))
    #expect(list.contains("  majority: ") && list.contains("  csv: "))
    let seen = try run([own, "inspect", "--reader", "waves:count=4,steps=3"], into: "seen", scratch).output
    #expect(seen.hasPrefix("features: 4 sequences, 2 columns, 12 steps\n"))
    let waves = ["--reader", "waves:count=40", "--label-column", "1", "--classes", "2"]
    let majority = try run(
      [own, "train"] + waves + [
        "--trainer", "majority", "--epochs", "1", "--split", "8,0,2", "--allow-training-data",
      ], into: "a",
      scratch)
    #expect(majority.code == 0 && majority.output.hasPrefix("test accuracy 0."))
    let network = try run(
      [own, "train"] + waves
        + [
          "--trainer", "network:hidden=8,learningRate=0.05", "--epochs", "20", "--split", "8,0,2",
          "--allow-training-data", "--model",
          scratch.path("m"),
        ],
      into: "b", scratch)
    // The first step of every wave is 0, whatever its kind.
    let accuracy = Double(network.output.dropFirst("test accuracy ".count).dropLast()) ?? 0
    #expect(accuracy > 0.85, "\(network.output)")
    #expect(scratch.names().contains("m"))
    let rejected = try run(
      [own, "train"] + waves + ["--trainer", "majority", "--model", "m"], into: "c", scratch)
    #expect(rejected.code == 64)
    #expect(
      try scratch.text(of: "c.err").hasPrefix(
        "Error: --trainer majority cannot be saved: leave out --model"))
    try modelsContainTheirTransforms(own, waves, scratch)
  }

  /// A model trained with a transform of the package can only be read by the package's command.
  private func modelsContainTheirTransforms(_ own: String, _ waves: [String], _ scratch: TestDirectory) throws
  {
    let model = scratch.path("echo")
    func training(epochs: String) -> [String] {
      [own, "train"] + waves
        + [
          "--transform", "echo:share=0.25", "--hidden", "4", "--epochs", epochs, "--model", model,
          "--checkpoints",
          scratch.path("d"),
        ]
    }
    let done = try run(training(epochs: "2"), into: "d0", scratch)
    #expect(done.code == 0, "\(done.error)")
    let figures = try run([own, "evaluate", "--model", model] + waves, into: "e", scratch)
    #expect(figures.code == 0 && !figures.output.isEmpty, "\(figures.error)")
    // Resumed from a checkpoint, which contains the transform too.
    let more = try run(training(epochs: "3") + ["--resume"], into: "d1", scratch)
    #expect(more.code == 0, "\(more.error)")

    scratch.write("1\n2\n\n3\n", to: "rows")
    let rows = try run([own, "predict", "--model", model, "<", scratch.path("rows")], into: "p", scratch)
    #expect(rows.code == 0, "\(rows.error)")
    let file = try ModelFile(model, transforms: [Echo.self])
    let echoed = Tensor(shape: [2, 1, 2], elements: [1, 2.25, 3, 0])
    let outputs = try file.network.output(DataSet(features: echoed))
    let found = rows.output.split(separator: "\n").map { $0.split(separator: ",").compactMap { Float($0) } }
    try #require(found.count == 3)
    for (row, (example, step)) in zip(found, [(0, 0), (0, 1), (1, 0)]) {
      for column in 0..<2 { #expect(abs(row[column] - outputs[example, column, step]) < 1e-5) }
    }

    let saved = try run(
      [own, "convert", "--output", scratch.path("o"), "--transform", "echo"] + waves, into: "o0", scratch)
    #expect(saved.code == 0)
    let again = try run(
      [own, "train", "--batches", scratch.path("o"), "--epochs", "1", "--model", scratch.path("n")],
      into: "o1", scratch)
    #expect(again.code == 0, "\(again.error)")
    let stranger = try timestep(["evaluate", "--model", "echo"] + smallData, in: scratch)
    #expect(
      stranger.exitCode == 1
        && stranger.error.contains(
          "contains a transform of the kind \"echo\"; this program knows select, map, ")
        && stranger.error.contains("use the program with the plug-in") && !stranger.error.contains("damaged"),
      "\(stranger.error)")
  }
}

struct PluginNameTests {
  @Test(
    .startsProcesses,
    arguments: [
      ("cvs", "there is no reader called \"cvs\"; did you mean \"csv\"? (\"timestep plugins\" lists them)"),
      ("quite-another", "there is no reader called \"quite-another\" (\"timestep plugins\" lists them)"),
      ("csv:skp=1", "csv has no option \"skp\": it has skip, delimiter, header; did you mean \"skip\"?"),
      ("csv:skip=x", "option \"skip\" must be a whole number, not \"x\""),
      ("csv:skip", "option \"skip\" requires a value: skip=..."),
      ("csv:skip=1,skip=2", "option \"skip\" is given twice"),
      ("csv:header=maybe", "option \"header\" must be true or false, not \"maybe\""),
    ])
  func unknownNamesAndOptionsAreReportedWithTheNearestMatch(_ call: String, _ problem: String) throws {
    let scratch = TestDirectory()
    try writeSmallData(into: scratch)
    try expectFailure(
      "Error: --reader \(call): \(problem)", ["inspect", "--features", "f_%d.csv", "--reader", call],
      in: scratch,
      exitCode: 64)
  }

  @Test(.startsProcesses) func bundledOnesWorkByName() throws {
    let scratch = TestDirectory()
    try writeSmallData(into: scratch)
    let plain = try results(["inspect", "--features", "f_%d.csv"], in: scratch)
    for flags in [
      ["--features", "f_%d.csv", "--reader", "csv"], ["--input-split", "numbered:pattern=f_%d.csv"],
      ["--input-split", "glob:pattern=f_*.csv"],
      ["--input-split", "numbered:pattern=f_%d.csv,from=0,through=2"],
    ] {
      #expect(try results(["inspect"] + flags, in: scratch) == plain)
    }
    try results(["convert", "--output", "o"] + smallData, in: scratch)
    try results(["train", "--model", "m", "--iterator", "saved:path=o"] + shortTraining, in: scratch)
    let figures = try results(["evaluate", "--model", "m", "--iterator", "saved:path=o"], in: scratch)
    #expect(figures == (try results(["evaluate", "--model", "m", "--batches", "o"], in: scratch)))
  }

  @Test func valuesMayContainCommasAndColons() throws {
    let call = try #require(PluginCall(argument: #"x:path=a\,b:c,flag,tab=\\t"#))
    #expect(call.name == "x" && call.arguments.map(\.key) == ["path", "flag", "tab"])
    #expect(call.arguments.map(\.value) == ["a,b:c", nil, #"\t"#])
    #expect(PluginCall(argument: "") == nil && PluginCall(argument: "x:=1") == nil)
  }

  @Test func duplicateNamesAreTheCallersBug() async {
    await #expect(processExitsWith: .failure) {
      var registry = PluginRegistry.bundled
      registry.register(reader: "csv", help: "") { _, _ in fatalError() }
    }
  }
}

/// The name and the contents of the package's transform, sufficient to read a model.
private struct Echo: SequenceTransform {
  static let kind = "echo"
  var share: Float
  var columns: [String]?
  var summary: String { "" }
  func outputColumns(_ columns: [String]) -> [String] { columns }
  func apply(_ record: inout SequenceRecord, columns: [String]) {}
  func sources(of cell: TransformCell, columns: [String], stepCount: Int) -> [TransformCell] { [cell] }
}
