import Conformance
import TestSupport
import Testing
import Timestep

@testable import YourOwnModel

/// Batches of series of unequal lengths with a class at every step, or at the last one.
private func batches(_ alignment: Alignment) throws -> [DataSet] {
  let features = try CollectionSequenceRecordReader([
    [[1, 2], [3, -1], [0, 1]], [[2, 2]], [[0.5, 1], [1, 1.5]], [[-1, 0], [2, 1], [1, 1], [0, 3]],
  ])
  let labels: [[[Float]]] =
    alignment == .end
    ? [[[1]], [[0]], [[2]], [[1]]] : [[[1], [0], [2]], [[2]], [[0], [1]], [[1], [1], [0], [2]]]
  var iterator = try SequenceDataSetIterator(
    features: features, labels: CollectionSequenceRecordReader(labels), batchSize: 3,
    labelEncoding: .oneHot(classes: 3), alignment: alignment)
  var batches: [DataSet] = []
  while let batch = try iterator.next() { batches.append(batch) }
  return batches
}

private func server(_ python: String, _ arguments: [String]) throws -> ModelServer {
  try ModelServer(python: python, script: YourOwnModel.script("model.py"), arguments: arguments)
}

@Suite(.startsProcesses, .enabled(if: hasPython, "python3 is not there"))
struct PythonModelTests {
  /// Padding changes nothing, a copy learns independently, masked labels have no effect: as with any other
  /// trainer.
  @Test(arguments: [Alignment.start, .end]) func thePlainModelKeepsATrainersPromises(alignment: Alignment)
    throws
  {
    let model = try PythonModel(server("python3", ["--plain"]), inputs: 2, outputs: 3, seed: 1)
    try checkConformance(of: model, on: batches(alignment))
  }

  @Test(
    .enabled(if: torchPython != nil, "no Python with torch and numpy: name one with PYTHON"),
    arguments: [Alignment.start, .end])
  func theLSTMKeepsATrainersPromises(alignment: Alignment) throws {
    let model = try PythonModel(server(torchPython ?? "", []), inputs: 2, outputs: 3, seed: 1)
    try checkConformance(of: model, on: batches(alignment))
  }

  @Test func itLearns() throws {
    var model = try PythonModel(server("python3", ["--plain"]), inputs: 2, outputs: 3, seed: 1)
    let batch = try batches(.end)[0]
    let first = try #require(try model.fit(batch)).score
    for _ in 0..<50 { _ = try model.fit(batch) }
    #expect(try model.score(batch).score < first / 2)
  }
}

/// Errors that a program can make.
@Suite(.startsProcesses) struct BrokenServerTests {
  private let directory = TestDirectory()

  /// The message when a model is made in a shell script.
  private func message(_ script: String) throws -> String {
    let path = directory.write(script, to: "script")
    do {
      _ = try PythonModel(ModelServer(python: "sh", script: path), inputs: 1, outputs: 1, seed: 0)
    } catch { return "\(error)".replacing(directory.path + "/", with: "") }
    return "accepted"
  }

  @Test func aMissingPythonIsAnErrorWithARemedy() {
    #expect {
      try ModelServer(python: "no-python", script: "model.py")
    } throws: { error in
      "\(error)"
        == "no-python: cannot be started: there is no such program; install Python (apt-get install python3), or name one "
        + "with --python"
    }
  }

  @Test func anEndIsReportedWithTheLastMessage() throws {
    #expect(
      try message("echo 'nothing to do' >&2; exit 3")
        == "script: ended with status 3 when asked to make; its last message: nothing to do")
    #expect(
      try message("kill -9 $$")
        == "script: ended by signal 9 (Killed) when asked to make; it printed no message; run it by hand"
    )
  }

  @Test func anOutputThatEndsWithinAnAnswer() throws {
    #expect(
      try message(#"head -c 5 > /dev/null; printf '\100\0\0\0\0\0\0\0abc'"#).hasPrefix("script: ended ")
    )
  }

  @Test func nonsenseIsReportedAndTheProgramEnded() throws {
    #expect(
      try message("echo hello world; exec sleep 1000")
        == "script: is not a stream of tensors: expected the length of a message, found \"hello wo\"; its writer must print "
        + "nothing else there")
  }

  @Test func anAnswerWithoutALoss() throws {
    // An empty message, repeated: the header {}.
    let answers = #"while :; do printf '\12\0\0\0\0\0\0\0\2\0\0\0\0\0\0\0{}'; done"#
    let path = directory.write(answers, to: "script")
    var model = try PythonModel(ModelServer(python: "sh", script: path), inputs: 2, outputs: 3, seed: 0)
    let batch = try batches(.end)[0]
    #expect {
      try model.fit(batch)
    } throws: { "\($0)".hasPrefix("the model's answer has no number \"sum\"") }
    #expect {
      try model.output(batch)
    } throws: { "\($0)".hasPrefix("the model's answer has no tensor \"output\"") }
  }

  /// An error in the program ends it, and its last line is in the message.
  @Test(.enabled(if: hasPython)) func anErrorInTheProgram() throws {
    let server = try server("python3", ["--plain"])
    #expect {
      _ = try server.ask("dance", of: "1")
    } throws: {
      "\($0)".hasSuffix(
        "model.py: ended with status 1 when asked to dance; its last message: model.py cannot dance"
      )
    }
  }
}
