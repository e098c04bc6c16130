import Glibc
import TestSupport
import Testing

/// Everyday faults of the file system.
@Suite(.startsProcesses) struct FileSystemFaultTests {
  /// Runs a command as a user with restricted access rights, since root can read everything.
  static var asNobody: [String] { isRoot ? ["setpriv", "--reuid=65534", "--clear-groups"] : [] }

  /// True if commands can be run as such a user.
  static var hasNobody: Bool { !isRoot || access("/usr/bin/setpriv", X_OK) == 0 }

  @Test(.enabled(if: hasNobody, "root reads everything, and there is no setpriv to be somebody else"))
  func aFileWithoutPermissionIsNamed() throws {
    let scratch = TestDirectory()
    try writeSmallData(into: scratch)
    chmod(scratch.path("f_1.csv"), 0)
    let message =
      "f_1.csv: cannot be opened: permission denied; check the owner and the access rights (ls -l)\n"
    try expectFailure(message, ["convert", "--output", "o"] + smallData, in: scratch, prefix: Self.asNobody)
    try expectFailure(
      message, ["train", "--model", "m"] + shortTraining + smallData, in: scratch, prefix: Self.asNobody)
  }

  @Test(.enabled(if: hasNobody, "root writes everywhere, and there is no setpriv to be somebody else"))
  func aPathWithoutWritePermissionIsNamedBeforeTheWork() throws {
    let scratch = TestDirectory()
    try writeSmallData(into: scratch)
    chmod(scratch.path, 0o555)
    defer { chmod(scratch.path, 0o777) }
    let problem = "cannot be created: permission denied; check the owner and the access rights (ls -l)\n"
    try expectFailure(
      "o: \(problem)", ["convert", "--output", "o"] + smallData, in: scratch, prefix: Self.asNobody)
    try expectFailure(
      "m: \(problem)", ["train", "--model", "m"] + shortTraining + smallData, in: scratch,
      prefix: Self.asNobody)
  }

  @Test func anOutputDirectoryWithOtherFilesIsUnchanged() throws {
    let scratch = TestDirectory()
    try writeSmallData(into: scratch)
    scratch.makeDirectory("o")
    scratch.write("mine", to: "o/other.txt")
    let convert = ["convert", "--output", "o"] + smallData
    for flags in [[], ["--overwrite"]] {
      try expectFailure(
        "o: the output directory exists and is not replaced: expected an empty one, or only the files that \"timestep "
          + "convert\" wrote, found \"other.txt\"; choose another directory\n",
        convert + flags, in: scratch)
      #expect(try scratch.text(of: "o/other.txt") == "mine")
    }
  }

  @Test func anOutputDirectoryIsReplacedOnRequestOnly() throws {
    let scratch = TestDirectory()
    try writeSmallData(into: scratch)
    let convert = ["convert", "--output", "o"] + smallData
    try results(convert + ["--batch-size", "1"], in: scratch)
    #expect(scratch.names(in: "o").count == 4)
    try expectFailure(
      "o: the output directory exists and is not empty; choose another, or replace it with --overwrite\n",
      convert, in: scratch)
    // A fault in the middle leaves even the output that was to be replaced.
    scratch.write("0\n5\n", to: "l_2.csv")
    #expect(try timestep(convert + ["--overwrite"], in: scratch).exitCode == 1)
    #expect(scratch.names(in: "o").count == 4)
    scratch.write("0\n1\n", to: "l_2.csv")
    try results(convert + ["--overwrite"], in: scratch)
    #expect(scratch.names(in: "o") == ["batch-000000.safetensors", "manifest.json"])
    #expect(scratch.names().filter { $0.hasSuffix(".tmp") } == [])
  }

  @Test func aFileAtTheOutputPathIsUnchanged() throws {
    let scratch = TestDirectory()
    try writeSmallData(into: scratch)
    scratch.write("mine", to: "o")
    try expectFailure(
      "o: is a file where a directory was expected; choose another name\n",
      ["convert", "--output", "o"] + smallData, in: scratch)
    #expect(try scratch.text(of: "o") == "mine")
  }

  static func canMount() throws -> Bool {
    let scratch = TestDirectory()
    scratch.makeDirectory("disk")
    guard mount("tmpfs", scratch.path("disk"), "tmpfs", 0, "size=128k") == 0 else { return false }
    return umount2(scratch.path("disk"), Int32(MNT_DETACH)) == 0
  }

  @Test(.enabled("a small disk can be mounted here") { try canMount() })
  func aFullDiskIsNamedAndNothingIsLeft() throws {
    let scratch = TestDirectory()
    for number in 0..<20 {
      scratch.write(String(repeating: "1,2,3,4\n", count: 1000), to: "f_\(number).csv")
    }
    scratch.makeDirectory("disk")
    #expect(mount("tmpfs", scratch.path("disk"), "tmpfs", 0, "size=128k") == 0)
    defer { umount2(scratch.path("disk"), Int32(MNT_DETACH)) }
    for format in ["safetensors", "npz"] {
      let before = scratch.tree()
      let run = try timestep(
        [
          "convert", "--features", "f_%d.csv", "--batch-size", "2", "--output", "disk/o", "--format", format,
        ], in: scratch)
      #expect(run.exitCode == 1)
      #expect(run.error.hasPrefix("disk/o/batch-"), "\(run.error)")
      #expect(
        run.error.hasSuffix(
          ".\(format): cannot be written: no space left on the device; free some space or choose another place\n"
        ))
      #expect(run.output == "")
      #expect(scratch.tree() == before)
    }
  }

  @Test func resultsThatCannotBeWrittenAreAFault() throws {
    let scratch = TestDirectory()
    try writeSmallData(into: scratch)
    for arguments in [["inspect", "--features", "f_%d.csv"]] {
      let run = try timestep(arguments, in: scratch, output: "/dev/full")
      #expect(run.exitCode == 1)
      #expect(
        run.error
          == "standard output: cannot be written: no space left on the device; free some space or choose another "
          + "place\n")
    }
  }

  /// A quota, or `ulimit -f`: an error that names the file, as for a full disk, and nothing left.
  @Test func aLimitOfFileSizesIsAFault() throws {
    let scratch = TestDirectory()
    scratch.write(String(repeating: "1,2,3,4\n", count: 1000), to: "long.csv")
    try writeSmallData(into: scratch)
    for (name, command) in [
      ("o/batch-000000.safetensors", ["convert", "--features", "long.csv", "--output", "o"]),
      ("m", ["train", "--model", "m"] + smallData + shortTraining),
    ] {
      try expectFailure(
        "\(name): cannot be written: the limit on the size of files is reached; raise it (ulimit -f) or choose another "
          + "place\n",
        // Progress goes to standard error, a file too.
        command, in: scratch,
        prefix: ["sh", "-c", "ulimit -f 1; exec \"$0\" \"$@\" 2>&1 | tail -n 1 >&2; exit 1"])
    }
  }

  @Test(
    .enabled(
      if: hasNobody, "root has as many threads as it wants, and there is no setpriv to be somebody else"))
  func withoutThreadsTheCallersDoTheWork() throws {
    let scratch = TestDirectory()
    try writeSmallData(into: scratch)
    let one = Self.asNobody + ["sh", "-c", "ulimit -u 1; exec \"$0\" \"$@\""]
    for command in [
      ["train", "--model", "m"] + smallData + shortTraining, ["convert", "--output", "o"] + smallData,
    ] {
      let run = try timestep(command, in: scratch, prefix: one)
      #expect(run.exitCode == 0, "\(run.error)")
      let path = command[2] == "m" ? "m" : "o/batch-000000.safetensors"
      let bytes = try scratch.bytes(of: path)
      scratch.remove(command[2])
      try results(command, in: scratch)
      #expect(try scratch.bytes(of: path) == bytes, "the same bytes as with threads")
      scratch.remove(command[2])
    }
  }

  @Test func aNameThatIsNotUTF8IsNamed() throws {
    let scratch = TestDirectory()
    scratch.makeDirectory("n")
    close(
      open(
        (Array(scratch.path("n/x_").utf8) + [0xFF] + Array(".csv".utf8) + [0]).map(CChar.init(bitPattern:)),
        O_CREAT | O_WRONLY, 0o666))
    try expectFailure(
      "n/x_\\xFF.csv: the name is not UTF-8: expected UTF-8, found other bytes; rename the file\n",
      ["convert", "--features", "n", "--output", "o"], in: scratch)
    let run = try timestep(
      ["convert", "--output", "o", "--features"], in: scratch,
      prefix: ["sh", "-c", "exec \"$0\" \"$@\" \"$(printf 'n/x_\\377.csv')\""])
    #expect(run.firstLine.hasPrefix("Error: argument 5 is not UTF-8: expected UTF-8, found "), "\(run.error)")
    #expect(run.exitCode == 64)
  }

  /// Removing a directory takes a descriptor: that of its lock.
  @Test(arguments: 4...9) func nothingIsLeftWithoutDescriptors(limit: Int) throws {
    let scratch = TestDirectory()
    try writeSmallData(into: scratch)
    let before = scratch.tree()
    let run = try timestep(
      ["convert", "--output", "o", "--batch-size", "1"] + smallData, in: scratch,
      prefix: ["sh", "-c", "ulimit -n \(limit); exec \"$0\" \"$@\""])
    if run.exitCode == 0 {
      #expect(scratch.names(in: "o").count == 4)
    } else {
      #expect(run.exitCode == 1 && run.error.contains("too many open files"), "\(run.error)")
      #expect(scratch.tree() == before)
    }
  }

  /// A file that is written while it is used would give another model; it is named instead.
  @Test func aFileThatChangesDuringTheRunIsNamed() throws {
    let changes: [(TestDirectory) -> Void] = [
      { $0.write("1,2\n3,5\n", to: "f_1.csv") }, { truncate($0.path("f_1.csv"), 4) },
      { rename($0.write("1,2\n3,4\n", to: "new"), $0.path("f_1.csv")) },
    ]
    for change in changes {
      let scratch = TestDirectory()
      try writeSmallData(into: scratch)
      let command = try RunningCommand(
        ["train", "--model", "m", "--epochs", "100000000", "--hidden", "2"] + smallData, in: scratch)
      #expect(waitUntil { command.errorSoFar.contains("epoch 2/") || command.hasEnded })
      change(scratch)
      let run = try command.finish()
      #expect(run.exitCode == 1)
      let isAfter = run.error.contains(
        "f_1.csv: the file changed after it was first read: expected the same file, found another size, time of change or "
          + "file; start again when no program writes to it\n")
      // If it was open at that moment.
      let isWhile = run.error.contains("f_1.csv: changed while it was read: expected a file at rest, but it ")
      #expect(isAfter || isWhile, "\(run.error.suffix(300))")
      #expect(!scratch.names().contains("m"))
    }
  }
}
