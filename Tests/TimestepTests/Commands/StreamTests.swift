import Glibc
import TestSupport
import Testing
import Timestep

/// `timestep stream`: batches on standard output.
@Suite(.startsProcesses) struct StreamTests {
  /// Five series of 1 to 5 steps, one class per series.
  private func data() throws -> TestDirectory {
    let scratch = TestDirectory()
    for number in 0..<5 {
      scratch.write((0...number).map { "\($0),\(number)\n" }.joined(), to: "f_\(number).csv")
      scratch.write("\(number % 2)\n", to: "l_\(number).csv")
    }
    return scratch
  }

  private let flags = smallData + ["--align", "end", "--batch-size", "2"]

  private func makeBatches(in scratch: TestDirectory, order: ExampleOrder = .shuffled(seed: 0)) throws
    -> SequenceBatches
  {
    func reader(_ name: String) throws -> CSVSequenceRecordReader {
      try CSVSequenceRecordReader(NumberedFileInputSplit(scratch.path(name), 0...4))
    }
    return try SequenceBatches(
      features: reader("f_%d.csv"), labels: .reader(reader("l_%d.csv"), .oneHot(classes: 2)), batchSize: 2,
      alignment: .end, order: order)
  }

  /// The safetensors files of a stream, parsed by hand; ends with `nil` if the end mark is missing.
  private func messages(_ arguments: [String], in scratch: TestDirectory) throws -> [SafetensorsFile?] {
    scratch.remove("stream")
    let run = try timestep(["stream"] + arguments, in: scratch, output: scratch.path("stream"))
    #expect(run.exitCode == 0, "\(run.error)")
    return try files(of: scratch.bytes(of: "stream"), in: scratch)
  }

  private func files(of bytes: [UInt8], in scratch: TestDirectory) throws -> [SafetensorsFile?] {
    var rest = bytes[...]
    var files: [SafetensorsFile?] = []
    while rest.count >= 8 {
      let count = rest.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
      rest = rest.dropFirst(8)
      if count == 0 {
        #expect(rest.isEmpty, "nothing comes behind the end")
        return files
      }
      if count > rest.count { break }
      scratch.write(rest.prefix(count), to: "message")
      files.append(try SafetensorsFile(scratch.path("message")))
      // The file is mapped, so the next one must have another name.
      scratch.remove("message")
      rest = rest.dropFirst(count)
    }
    return files + [nil]
  }

  @Test(arguments: TensorLayout.allCases) func theStreamHasTheBatchesOfTheIterator(layout: TensorLayout)
    throws
  {
    let scratch = try data()
    let found = try messages(flags + ["--epochs", "2", "--layout", layout.rawValue], in: scratch)
    let batches = try makeBatches(in: scratch)
    #expect(found.count == 2 * batches.batchCount)
    for (number, file) in found.enumerated() {
      let file = try #require(file)
      let (epoch, step) = (number / batches.batchCount, number % batches.batchCount)
      #expect(
        try file.all() == batches.batch(epoch: epoch, index: step).tensors(layout: layout, namesStarts: true))
      #expect(file.metadata["epoch"] == "\(epoch)" && file.metadata["step"] == "\(step)")
      #expect(file.metadata["manifest"]?.contains("\"columns\":[\"0\",\"1\"]") == true)
      #expect(file.metadata["sources"] == nil)
    }
  }

  @Test func convertInShuffledOrderWritesTheFirstEpoch() throws {
    let scratch = try data()
    let shuffled = flags + ["--seed", "7", "--labels-as", "index"]
    let found = try messages(shuffled, in: scratch)
    try results(["convert", "--output", "o", "--order", "shuffled"] + shuffled, in: scratch)
    let order = ExampleOrder.shuffled(seed: 7)
    #expect(try SavedDataSets(scratch.path("o")).batchCount == found.count)
    for (number, file) in found.enumerated() {
      let batch = try makeBatches(in: scratch, order: order).batch(epoch: 0, index: number)
      let written = try SafetensorsFile(scratch.path("o/batch-00000\(number).safetensors"))
      #expect(try written.all() == batch.tensors(layout: .nct, classLabels: .index))
      #expect(try file?.all() == batch.tensors(layout: .nct, classLabels: .index, namesStarts: true))
      #expect(file?.metadata["manifest"]?.contains(#""classLabels":"index""#) == true)
    }
    // A model does not notice how classes were written.
    try results(["convert", "--output", "p", "--order", "shuffled", "--seed", "7"] + flags, in: scratch)
    for folder in ["o", "p"] {
      try results(["train", "--model", "m\(folder)", "--batches", folder] + shortTraining, in: scratch)
    }
    #expect(try scratch.bytes(of: "mo") == scratch.bytes(of: "mp"))
  }

  @Test func whatCannotBeWrittenLikeThisIsRefused() throws {
    let scratch = try data()
    let convert = ["convert", "--output", "o", "--features", "f_%d.csv"]
    try expectFailure(
      "Error: --seed requires --order shuffled: the seed is that of the shuffled order",
      convert + ["--seed", "7"], in: scratch, exitCode: 64)
    try expectFailure(
      "Error: labels as an index: expected one class for each step, found no labels; write them as they are "
        + "(--labels-as one-hot)", convert + ["--labels-as", "index"], in: scratch, exitCode: 64)
    try expectFailure(
      "Error: --labels-as index and --regression exclude each other: only classes have an index, one at a time",
      convert + ["--labels", "l_%d.csv", "--regression", "--align", "end", "--labels-as", "index"],
      in: scratch,
      exitCode: 64)
  }

  @Test func sourcesAreThoseOfTheManifest() throws {
    let scratch = try data()
    let found = try messages(flags + ["--order", "file", "--sources"], in: scratch)
    try results(["convert", "--output", "o"] + flags, in: scratch)
    let manifest = try scratch.text(of: "o/manifest.json")
    for file in found {
      let sources = try #require(file?.metadata["sources"]).dropFirst().dropLast()
      #expect(sources.hasPrefix("{\"index\":"))
      #expect(manifest.contains(sources.replacing("},{", with: "},\n{")))
    }
  }

  /// A stream into a pipe, and the reader's end of the pipe, which does not block.
  private func endlessStream(in scratch: TestDirectory, _ more: String...) throws -> (RunningCommand, Int32) {
    let pipe = scratch.path("pipe")
    try #require(mkfifo(pipe, 0o600) == 0)
    let end = open(pipe, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    return (
      try RunningCommand(
        ["stream", "--epochs", "1000000"] + more + flags, in: scratch, output: pipe), end
    )
  }

  /// Waits until a pipe is full: with most of a megabyte, or less if the kernel has not granted that much.
  private func expectFull(_ end: Int32) {
    var held: Int32 = 0
    var before: Int32 = -1
    let isFull = waitUntil {
      before = held
      return ioctl(end, UInt(FIONREAD), &held) == 0 && held > 50_000 && held == before
    }
    #expect(isFull, "\(held) bytes")
  }

  /// Batches are made of the sequences that a policy leaves, and keep their numbers for shards that begin with their largest
  /// slices.
  @Test func numbersOfBatchesStay() throws {
    let scratch = try data()
    for number in [2, 3] { scratch.write("x,1\n", to: "f_\(number).csv") }
    let left = flags + ["--on-error", "skip-sequence", "--order", "file"]
    func indices(_ files: [SafetensorsFile?]) -> [String?] { files.map { $0?.metadata["step"] } }
    #expect(indices(try messages(left, in: scratch)) == ["0", "1"])
    let rest = try messages(left + ["--batch", "1"], in: scratch)
    #expect(indices(rest) == ["1"])
    for number in 0..<5 { scratch.write("1,1\nx,1\n", to: "f_\(number).csv") }
    let nothing = try timestep(["stream"] + left, in: scratch, output: scratch.path("stream"))
    #expect(nothing.exitCode == 1)
    #expect(
      nothing.firstLine.hasPrefix(
        "f_0.csv:2: every sequence was left out: expected at least one without fault"))

    let whole = try data()
    for shard in ["0/2", "1/2"] {
      let shards = flags + ["--shard", shard, "--largest-first"]
      let all = indices(try messages(shards, in: whole))
      #expect(all.count > 1)
      #expect(indices(try messages(shards + ["--batch", "1"], in: whole)) == all.filter { $0 != "0" })
    }
  }

  /// From any batch on, the stream is the rest of the whole one.
  @Test(arguments: [[], ["--lanes", "2", "--tbptt", "2"]])
  func theStreamCanBeginAnywhere(lanes: [String]) throws {
    let scratch = try data()
    let flags = lanes.isEmpty ? flags : Array(flags.dropLast(2)) + lanes
    _ = try messages(flags + ["--epochs", "3", "--seed", "4"], in: scratch)
    let whole = try scratch.bytes(of: "stream")
    let passed = try messages(flags + ["--start-epoch", "1", "--epochs", "2", "--seed", "4"], in: scratch)
      .count
    #expect(
      whole.suffix(try scratch.bytes(of: "stream").count) == ArraySlice(try scratch.bytes(of: "stream")))
    let left = try messages(
      flags + ["--start-epoch", "1", "--start-step", "2", "--epochs", "2", "--seed", "4"], in: scratch
    ).count
    #expect(
      whole.suffix(try scratch.bytes(of: "stream").count) == ArraySlice(try scratch.bytes(of: "stream")))
    #expect(left == passed - 2)
  }

  /// The shards' slices together make up the batches.
  @Test func shards() throws {
    let scratch = try data()
    var examples = 0
    for more in [["--shard-by", "example"], ["--shard-by", "batch"]] {
      for shard in 0..<2 {
        for file in try messages(flags + ["--shard", "\(shard)/2"] + more, in: scratch) {
          examples += try #require(file?.shape(of: "lengths")?.first)
        }
      }
    }
    #expect(examples == 2 * 5)
    for (more, found) in [
      ([], "2 examples for 3"), (["--shard-by", "batch", "--batch-size", "3"], "2 batches for 3"),
    ] {
      let run = try timestep(["stream"] + setting(more, in: flags + ["--shard", "0/3"]), in: scratch)
      #expect(run.exitCode == 64 && run.error.contains("found \(found) shards"), "\(run.error)")
    }
  }

  @Test func savedBatches() throws {
    let scratch = try data()
    try results(["convert", "--output", "o"] + flags, in: scratch)
    let found = try messages(["--batches", "o", "--order", "file"], in: scratch)
    let batches = try makeBatches(in: scratch, order: .sequential)
    for (step, file) in found.enumerated() {
      #expect(
        try file?.all() == batches.batch(epoch: 0, index: step).tensors(layout: .nct, namesStarts: true))
    }
    #expect(found.count == 3)
  }

  /// Reading a stream in Swift.
  @Test func aMessageReaderReadsIt() throws {
    let scratch = try data()
    _ = try messages(flags, in: scratch)
    let pipe = try ChildProcess("cat", [scratch.path("stream")])
    let batches = try makeBatches(in: scratch)
    var step = 0
    while let message = try TensorMessage(from: pipe, named: "stream") {
      #expect(
        try message.tensors == batches.batch(epoch: 0, index: step).tensors(layout: .nct, namesStarts: true))
      step += 1
    }
    #expect(step == 3)
  }

  /// A fault ends the stream without the end mark, so that it cannot be mistaken for a complete one.
  @Test func aFaultDoesNotEndTheStream() throws {
    let scratch = try data()
    scratch.write("1,x\n", to: "f_4.csv")
    let run = try timestep(
      ["stream", "--order", "file"] + flags, in: scratch, output: scratch.path("stream"))
    #expect(run.exitCode == 1)
    #expect(run.error.hasPrefix("f_4.csv:1:3: field 2 is not a number"))
    let found = try files(of: scratch.bytes(of: "stream"), in: scratch)
    #expect(found.count == 3 && found[0] != nil && found[1] != nil && found[2] == nil)
  }

  /// A reader that closes the pipe ends the command, without a message.
  @Test func aReaderThatClosesItsEndIsNotAFault() throws {
    let (command, end) = try endlessStream(in: data())
    var byte: UInt8 = 0
    #expect(waitUntil { read(end, &byte, 1) == 1 }, "the stream has begun")
    close(end)
    let run = try command.finish()
    #expect(run.exitCode == 0)
    #expect(run.error == "")
  }

  /// The reader has stopped without closing the pipe: the first signal takes effect, and the message says where to resume.
  @Test(arguments: [SIGINT, SIGTERM]) func aSignalEndsAStreamThatWaits(signal: Int32) throws {
    let (command, end) = try endlessStream(in: data())
    defer { close(end) }
    expectFull(end)
    command.send(signal)
    let run = try command.finish()
    #expect(run.exitCode == 128 + signal)
    var bytes = [UInt8](repeating: 0, count: 2 << 20)
    var count = 0
    while case let got = bytes.withUnsafeMutableBytes({ read(end, $0.baseAddress! + count, $0.count - count) }
    ),
      got > 0
    { count += got }
    var (whole, location) = (0, 0)
    while location + 8 <= count {
      location += 8 + bytes[location..<location + 8].reversed().reduce(0) { $0 << 8 | Int($1) }
      if location <= count { whole += 1 }
    }
    let name = signal == SIGINT ? "SIGINT (Ctrl-C)" : "SIGTERM"
    #expect(
      run.error
        == "interrupted by \(name): the stream is cut off; continue it with --start-epoch \(whole / 3) --batch \(whole % 3) --epochs \(1_000_000 - whole / 3)\n"
    )
  }

  /// A reader that closes its end while the command waits for it in the middle of a message.
  @Test func aReaderThatClosesDuringAWriteIsNotAFault() throws {
    let scratch = try data()
    // The first message is larger than the pipe, so its write waits.
    scratch.write(String(repeating: "1,2\n", count: 300_000), to: "f_0.csv")
    let (command, end) = try endlessStream(in: scratch, "--order", "file")
    expectFull(end)
    close(end)
    let run = try command.finish()
    #expect(run.exitCode == 0)
    #expect(run.error == "")
  }

  @Test func aFullDiskIsAFault() throws {
    let run = try timestep(["stream"] + flags, in: data(), output: "/dev/full")
    #expect(run.exitCode == 1)
    #expect(run.error.hasPrefix("standard output: cannot be written: no space left"))
  }

  @Test(arguments: [
    ("--epochs 0", "--epochs 0: at least 1 is needed"),
    ("--start-epoch=-1", "--start-epoch -1: epochs are counted from 0"),
    ("--start-step=-1", "--batch -1: batches are counted from 0"),
    ("--batch 3", "--batch 3: a pass has 3 batches, counted from 0"),
    (
      "--start-epoch 1 --epochs 9223372036854775807",
      "--start-epoch 1 and --epochs 9223372036854775807: together they are too many"
    ),
    ("--tbptt 2", "--tbptt requires --lanes: it cuts lanes into pieces"),
    ("--lanes 2 --tbptt 2", "--lanes and --batch-size exclude each other: a piece has a row for each lane"),
    ("--batches o", "--batches and --features exclude each other: saved batches are read as they were made"),
  ]) func badFlags(more: String, message: String) throws {
    try expectFailure(
      "Error: \(message)", ["stream"] + flags + more.split(separator: " ").map(String.init), in: data(),
      exitCode: 64)
  }
}
