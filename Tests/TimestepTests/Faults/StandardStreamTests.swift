import Glibc
import TestSupport
import Testing

/// Standard streams that are closed, or whose readers go away: files stay whole, and are written.
@Suite(.startsProcesses) struct StandardStreamTests {
  private static let training =
    [
      "train", "--model", "m", "--align", "start", "--on-error", "skip-row", "--ledger", "led", "--journal",
      "j", "--report",
    ]
    + ["r.html", "--test-features", "f_%d.csv", "--test-labels", "l_%d.csv", "--allow-training-data"]
    + smallData
    + shortTraining

  private func scratch() throws -> TestDirectory {
    let scratch = TestDirectory()
    try writeSmallData(into: scratch)
    scratch.write("1,2\noops,4\n", to: "f_1.csv")
    return scratch
  }

  /// Every subset of the three, closed as `cron` and daemons may do.
  @Test(arguments: 0..<8) func filesGetOnlyWhatIsTheirs(closed: Int) throws {
    let whole = try scratch()
    try results(Self.training, in: whole)
    let scratch = try scratch()
    let streams = (0...2).filter { closed >> $0 & 1 == 1 }
    let closing = streams.map { $0 == 0 ? "<&-" : "\($0)>&-" }.joined(separator: " ")
    let run = try timestep(Self.training, in: scratch, prefix: ["sh", "-c", "exec \"$0\" \"$@\" \(closing)"])
    for name in ["m", "led", "j", "r.html"] {
      #expect(try scratch.bytes(of: name) == whole.bytes(of: name), "\(name), closed: \(streams)")
    }
    // A result that cannot be delivered is an error; progress has no reader who must have it.
    #expect(run.exitCode == (streams.contains(1) ? 1 : 0), "\(run.error)")
    if streams.contains(1), !streams.contains(2) {
      #expect(
        run.error.hasSuffix(
          "standard output: cannot be written: it is closed; open it, for example with >/dev/null\n"))
    }
  }

  @Test func aClosedStreamIsAnErrorOfEveryCommand() throws {
    let scratch = try scratch()
    try results(Self.training, in: scratch)
    let data = smallData + ["--align", "start", "--on-error", "skip-row"]
    for command in [
      ["inspect"] + data, ["stream", "--ledger", "led2"] + data,
      ["evaluate", "--model", "m", "--allow-training-data"] + data, ["diff", "j", "j"], ["plugins"],
    ] {
      let run = try timestep(command, in: scratch, prefix: ["sh", "-c", "exec \"$0\" \"$@\" >&-"])
      #expect(
        run.error.hasSuffix(
          "standard output: cannot be written: it is closed; open it, for example with >/dev/null\n"),
        "\(command): \(run.error)")
      #expect(run.exitCode == 1, "\(command)")
    }
    let predict = try timestep(
      ["predict", "--model", "m"], in: scratch, prefix: ["sh", "-c", "exec \"$0\" \"$@\" <&-"])
    #expect(predict.exitCode == 1 && predict.error.hasPrefix("standard input: cannot be read: it is closed"))
  }

  /// Nobody has to read progress, and who stops reading results has all that they need.
  @Test(arguments: ["2>&1 >/dev/null | true", "2>/dev/null | true", "2>&1 | true"])
  func theWorkGoesOnWithoutReaders(readers: String) throws {
    let whole = try scratch()
    try results(Self.training, in: whole)
    let scratch = try scratch()
    // The reader is gone before the training begins.
    let run = try timestep(
      Self.training, in: scratch,
      prefix: ["sh", "-c", "(sleep 0.3; \"$0\" \"$@\"; echo $? > code) \(readers)"])
    #expect(run.exitCode == 0)
    #expect(waitUntil { scratch.names().contains("code") && (try? scratch.text(of: "code")) != "" })
    #expect(try scratch.text(of: "code") == "0\n")
    for name in ["m", "led", "j", "r.html"] {
      #expect(try scratch.bytes(of: name) == whole.bytes(of: name), "\(name)")
    }
  }

  /// A command whose results nobody reads any more ends, even if its input does not.
  @Test func predictionsEndWithTheirReader() throws {
    let scratch = try scratch()
    try results(Self.training, in: scratch)
    let run = try timestep(
      ["predict", "--model", "m"], in: scratch, prefix: ["sh", "-c", "yes 1,2 | \"$0\" \"$@\" | head -n 1"])
    #expect(run.exitCode == 0 && run.error == "")
    #expect(run.output.split(separator: "\n").count == 1)
  }
}
