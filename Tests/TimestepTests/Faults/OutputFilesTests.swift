import Glibc
import TestSupport
import Testing

/// No output destroys a file: neither an input, nor another output, nor a file of another kind.
@Suite(.startsProcesses) struct OutputFilesTests {
  /// The flags of `train` that name a file to write, with the kind of the file.
  private static let outputs = [
    ("--model", "model"), ("--ledger", "ledger"), ("--journal", "journal"), ("--report", "report"),
    ("--save-flags", "data set file"),
  ]

  private static let faulty = smallData + shortTraining + ["--on-error", "skip-row", "--align", "start"]

  /// Returns `train` with the given files, and a model.
  private func train(_ flags: [String]) -> [String] {
    ["train"] + Self.faulty + (flags.contains("--model") ? [] : ["--model", "other"]) + flags
  }

  /// Returns a directory with small data, one faulty row in it, and one file of each kind.
  private func scratch() throws -> TestDirectory {
    let scratch = TestDirectory()
    try writeSmallData(into: scratch)
    scratch.write("1,2\noops,4\n", to: "f_1.csv")
    try results(train(Self.outputs.flatMap { [$0.0, $0.1] }), in: scratch)
    scratch.write("", to: "empty")
    scratch.write("not a file of ours\n", to: "notes")
    return scratch
  }

  @Test func aFileIsReplacedByOneOfItsKindOnly() throws {
    let scratch = try scratch()
    for (flag, kind) in Self.outputs {
      for other in Self.outputs.map(\.1) + ["notes"] where other != kind {
        let bytes = try scratch.bytes(of: other)
        try expectFailure(
          "\(other): exists and is not a \(kind), so it is not replaced; choose another name for \(flag), or replace "
            + "it with --overwrite\n", train([flag, other]), in: scratch)
        #expect(try scratch.bytes(of: other) == bytes)
      }
      for other in [kind, "empty", "/dev/null"] {
        try results(train([flag, other]), in: scratch)
        scratch.write("", to: "empty")
      }
      scratch.write("not a file of ours\n", to: "notes")
      try results(train([flag, "notes", "--overwrite"]), in: scratch)
      #expect(try scratch.text(of: "notes") != "not a file of ours\n")
      scratch.write("not a file of ours\n", to: "notes")
    }
    var status = stat()
    #expect(stat("/dev/null", &status) == 0 && status.st_mode & S_IFMT == S_IFCHR)
  }

  /// Every pair of flags with one file under two names: existing or not, through links and directories.
  @Test func twoOutputsAreNeverOneFile() throws {
    let scratch = try scratch()
    scratch.makeDirectory("d")
    symlink("../new", scratch.path("d/dangling"))
    symlink("d", scratch.path("e"))
    for (index, (flag, kind)) in Self.outputs.enumerated() {
      for (earlier, _) in Self.outputs[..<index] {
        link(scratch.path(kind), scratch.path("hard"))
        symlink(kind, scratch.path("soft"))
        for (one, other) in [
          (kind, "./\(kind)"), ("hard", kind), (kind, "soft"), ("new", "d/../new"), ("d/dangling", "new"),
          ("d/x", "e/x"),
        ] {
          // In the order of the files, not of the flags on the command line.
          let order = ["--model", "--ledger", "--journal", "--report", "--save-flags"]
          let isLater = order.firstIndex(of: flag) ?? 0 > order.firstIndex(of: earlier) ?? 0
          let (last, first) = isLater ? (flag, earlier) : (earlier, flag)
          let path = last == flag ? one : other
          let name = Self.outputs.first { $0.0 == last }?.1 ?? ""
          try expectFailure(
            "Error: \(last) and \(first) name the same file: \(path); give the \(name) its own",
            train([flag, one, earlier, other]), in: scratch, exitCode: 64)
        }
        scratch.remove("hard")
        scratch.remove("soft")
      }
    }
    #expect(!scratch.names().contains("new"))
  }

  /// A path cannot be a file and a directory, and a file cannot contain a directory; nothing is written.
  @Test func noOutputIsAFileAndADirectory() throws {
    let scratch = try scratch()
    scratch.makeDirectory("d")
    symlink("d", scratch.path("e"))
    symlink("new", scratch.path("dangling"))
    let before = scratch.names()
    for (flag, kind) in Self.outputs {
      for directory in ["--cache", "--checkpoints"] {
        for (one, other) in [
          ("new", "new"), ("./new", "new/"), ("d/x", "e/x"), ("new", "new/sub"), ("new", "dangling"),
        ] {
          try expectFailure(
            "Error: \(flag) and \(directory) contradict each other: \(one) cannot be both a file and a directory; give the "
              + "\(kind) its own", train([flag, one, directory, other]), in: scratch, exitCode: 64)
        }
      }
    }
    #expect(scratch.names() == before && scratch.names(in: "d").isEmpty)
  }

  /// Found before the work: a name that only a directory can have, and a link to a place that is not there.
  @Test func pathsThatCannotWorkAreRefusedBeforeTheWork() throws {
    let scratch = try scratch()
    symlink("nowhere/z", scratch.path("dangling"))
    scratch.makeDirectory("real")
    symlink("real/m", scratch.path("link"))
    let slash = try timestep(train(["--model", "m/"]), in: scratch)
    #expect(slash.exitCode == 1 && slash.error.hasPrefix("m/: cannot be written"), "\(slash.error)")
    let convert = try timestep(
      ["convert", "--output", "dangling", "--align", "start", "--on-error", "skip-row"] + smallData,
      in: scratch)
    #expect(
      convert.exitCode == 1 && convert.error.hasPrefix("dangling: cannot be created"), "\(convert.error)")
    // A link to a file that is not there yet stays a link.
    try results(train(["--model", "link"]), in: scratch)
    #expect(scratch.names(in: "real") == ["m"])
    #expect(!scratch.names().contains("m"))
  }

  /// Not even with --overwrite.
  @Test func anOutputIsNeverAnInput() throws {
    let scratch = try scratch()
    link(scratch.path("f_2.csv"), scratch.path("hard"))
    symlink("l_0.csv", scratch.path("soft"))
    symlink("model", scratch.path("m"))
    for (flag, kind) in Self.outputs {
      for (name, input) in [("f_1.csv", "f_1.csv"), ("hard", "f_2.csv"), ("soft", "l_0.csv")] {
        try expectFailure(
          "Error: \(flag) names a file that is read: \(name) is \(input); give the \(kind) its own",
          train([flag, name, "--overwrite"]), in: scratch, exitCode: 64)
      }
    }
    try results(
      ["convert", "--output", "o", "--align", "start", "--on-error", "skip-row"] + smallData, in: scratch)
    let evaluate =
      ["evaluate", "--model", "model", "--on-error", "skip-row", "--allow-training-data"] + smallData
    for (command, name, input) in [
      (evaluate, "model", "model"), (evaluate, "soft", "l_0.csv"),
      (["stream", "--on-error", "skip-row", "--align", "start"] + smallData, "hard", "f_2.csv"),
      (
        ["convert", "--on-error", "skip-row", "--output", "p", "--align", "start"] + smallData, "f_0.csv",
        "f_0.csv"
      ),
    ] {
      try expectFailure(
        "Error: --ledger names a file that is read: \(name) is \(input); give the ledger its own",
        command + ["--ledger", name, "--overwrite"], in: scratch, exitCode: 64)
    }
    try expectFailure(
      "Error: --model names a file that is read: m is model; give the model its own",
      ["train", "--model", "m", "--from", "model", "--epochs", "1", "--align", "start", "--overwrite"]
        + smallData,
      in: scratch, exitCode: 64)
    try expectFailure(
      "Error: --report names a file that is read: o/manifest.json is o/manifest.json; give the report its own",
      ["train", "--batches", "o", "--model", "x", "--report", "o/manifest.json", "--overwrite"], in: scratch,
      exitCode: 64)
  }

  /// Held-out batches are read too.
  @Test func anOutputIsNeverAHeldOutBatch() throws {
    let scratch = try scratch()
    try results(
      ["convert", "--output", "o", "--align", "start", "--on-error", "skip-row"] + smallData, in: scratch)
    for (flag, kind) in Self.outputs {
      for heldOut in ["--test-batches", "--validation-batches"] {
        for name in ["manifest.json", "batch-000000.safetensors"] {
          try expectFailure(
            "Error: \(flag) names a file that is read: o/\(name) is o/\(name); give the \(kind) its own",
            train([flag, "o/\(name)", heldOut, "o", "--overwrite"]), in: scratch, exitCode: 64)
        }
      }
    }
  }

  /// No flag names a file that the training names itself.
  @Test func anOutputIsNeverACheckpoint() throws {
    let scratch = try scratch()
    scratch.makeDirectory("k")
    symlink("k", scratch.path("link"))
    for (flag, kind) in Self.outputs {
      for name in ["checkpoint-00000001.safetensors", "checkpoint-00000010-kept.safetensors"] {
        try expectFailure(
          "Error: \(flag) link/\(name) is the name of a checkpoint in k; give the \(kind) a name of its own",
          train([flag, "link/\(name)", "--checkpoints", "k"]), in: scratch, exitCode: 64)
      }
    }
  }

  @Test func nothingElseLiesInADirectoryThatIsReplaced() throws {
    let scratch = try scratch()
    func expect(_ message: String, _ words: [String]) throws {
      try expectFailure(
        "Error: " + message, ["convert", "--align", "start", "--on-error", "skip-row"] + words + smallData,
        in: scratch, exitCode: 64)
    }
    // A directory that is there, and one that is made.
    for output in ["new", "o"] {
      try expect(
        "--ledger \(output) is, or lies in, the directory that --output replaces; choose another place for the ledger",
        ["--output", output, "--ledger", output])
      try expect(
        "--cache \(output)/features.timestep-cache is, or lies in, the directory that --output replaces; choose another place for "
          + "the cache",
        ["--output", output, "--cache", output])
      try expect(
        "--cache \(output)/sub/features.timestep-cache is, or lies in, the directory that --output replaces; choose another place for "
          + "the cache", ["--output", output, "--cache", "\(output)/sub"])
      scratch.makeDirectory("o")
    }
    try expect(
      "--ledger o/led is, or lies in, the directory that --output replaces; choose another place for the ledger",
      ["--output", "o", "--overwrite", "--ledger", "o/led"])
    #expect(!scratch.names().contains("new"))
  }

  /// A cache or checkpoints among saved batches would keep `convert` from replacing them.
  @Test func nothingElseLiesAmongBatches() throws {
    let scratch = try scratch()
    let data = ["--align", "start", "--on-error", "skip-row"] + smallData
    try results(["convert", "--output", "saved"] + data, in: scratch)
    let names = scratch.names(in: "saved")
    for (flag, command) in [
      ("--cache", ["inspect", "--features", "f_0.csv"]), ("--cache", ["stream"] + data),
      ("--checkpoints", train([])),
    ] {
      try expectFailure(
        "saved: holds batches: expected another directory for \(flag), found a manifest of \"timestep convert\"; choose "
          + "another\n", command + [flag, "saved"], in: scratch)
    }
    #expect(scratch.names(in: "saved") == names)
    try results(["convert", "--output", "saved", "--overwrite"] + data, in: scratch)
  }

  @Test func aForeignCacheIsNotReplaced() throws {
    let scratch = try scratch()
    scratch.write("mine", to: "c/labels.timestep-cache")
    let inspect = ["inspect", "--features", "f_0.csv", "--cache", "c"]
    try expectFailure(
      "c/labels.timestep-cache: exists and is not a cache, so it is not replaced; choose another name for --cache, or "
        + "replace it with --overwrite\n", inspect, in: scratch)
    try results(inspect + ["--overwrite"], in: scratch)
  }

  /// A ledger is appended to while the command runs, a model replaced at its end: both before the work begins are
  /// known to be possible.
  @Test(.enabled(if: isRoot && access("/usr/bin/setpriv", X_OK) == 0, "it needs root and setpriv"))
  func aFileOfAnotherUserIsRefusedBeforeTheWork() throws {
    let scratch = try scratch()
    scratch.makeDirectory("st")
    scratch.write(try scratch.bytes(of: "model"), to: "st/m")
    chmod(scratch.path("st"), 0o1777)
    try expectFailure(
      "st/m: cannot be replaced: it belongs to another user, in a directory where only owners replace files; choose "
        + "another name\n", train(["--model", "st/m"]), in: scratch, prefix: FileSystemFaultTests.asNobody)
    try expectFailure(
      "ledger: cannot be written: permission denied; check the owner and the access rights (ls -l)\n",
      train(["--model", "x", "--ledger", "ledger"]), in: scratch, prefix: FileSystemFaultTests.asNobody)
  }

  /// Whatever ends the run, there is a page, even before the first epoch.
  @Test func aRunThatFailsAtOnceHasAPage() throws {
    let scratch = try scratch()
    let run = try timestep(
      [
        "train", "--features", "no_%d.csv", "--labels", "l_%d.csv", "--classes", "2", "--model", "x",
        "--report", "r.html",
      ],
      in: scratch)
    #expect(run.exitCode == 1)
    let lead = try Markup(try scratch.text(of: "r.html")).ofClass("lead").first?.text ?? ""
    #expect(lead.hasPrefix("Ended early, after 0 epochs: no_%d.csv: "), "\(lead)")
  }
}
