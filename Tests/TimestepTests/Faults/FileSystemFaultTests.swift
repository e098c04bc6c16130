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
}
