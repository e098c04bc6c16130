import TestSupport
import Testing
import Timestep

@testable import YourOwnModel

/// `timestep_stream.py` over the built `timestep`: with PyTorch if a Python has it, otherwise with a
/// stand-in.
@Suite(.startsProcesses, .enabled(if: hasPython, "python3 is not there"))
struct TimestepStreamTests {
  private let directory = TestDirectory()

  private static let vowels = YourOwnModel.script("../../../Fixtures/japanese-vowels/train")

  /// A stream of 40 utterances in batches of 16, another order every epoch, NTC.
  private static let stream = """
    stream = TimestepStream(
        "--features", f"{folder}/myInput_%d.csv", "--labels", f"{folder}/myLabels_%d.csv", "--range", "0...39",
        "--classes", "9", "--align", "end", "--batch-size", "16", "--layout", "NTC", "--seed", "5", program=program)
    def show(batches):
        print(" ".join(repr(float(batch["features"][0, 0, 0])) for batch in batches))

    """

  /// Returns the output of a program that imports `TimestepStream`, and its last line on standard error.
  private func run(_ code: String, python: String = "python3", before: String = standInForPyTorch) throws -> (
    lines: [String], error: String?
  ) {
    let path = directory.write(
      "import sys\nsys.dont_write_bytecode = True\n" + before
        + "program, folder = sys.argv[1:]\nsys.path.insert(0, \"\(YourOwnModel.script(""))\")\n"
        + "from timestep_stream import TimestepStream\n" + Self.stream + code,
      to: "program.py")
    let child = try ChildProcess(python, [path, Repository.program("timestep"), Self.vowels])
    var bytes = [UInt8](repeating: 0, count: 1 << 16)
    let count = try child.read(into: &bytes)
    try child.finish()
    let lines = String(decoding: bytes[..<count], as: UTF8.self).split(separator: "\n").map(String.init)
    return (lines, child.lastErrorLine)
  }

  /// The expected first numbers of an epoch's batches.
  private func firstNumbers(epoch: Int) throws -> [Float] {
    let features = try CSVSequenceRecordReader(
      NumberedFileInputSplit("\(Self.vowels)/myInput_%d.csv", 0...39))
    let labels = try CSVSequenceRecordReader(NumberedFileInputSplit("\(Self.vowels)/myLabels_%d.csv", 0...39))
    let sets = try SequenceBatches(
      features: features, labels: .reader(labels, .oneHot(classes: 9)), batchSize: 16, alignment: .end,
      order: .shuffled(seed: 5))
    return try (0..<sets.batchCount).map { try sets.batch(epoch: epoch, index: $0).features[0, 0, 0] }
  }

  private func numbers(_ line: String) -> [Float] { line.split(separator: " ").compactMap { Float($0) } }

  /// Every pass is the next epoch, an abandoned pass counts, and a run can resume at any epoch.
  @Test func everyPassIsTheNextEpoch() throws {
    let (lines, error) = try run(
      """
      show(stream)
      next(iter(stream))
      show(stream)
      print(stream.epoch)
      stream.epoch = 0
      show(stream)
      """)
    try #require(lines.count == 4, "\(error ?? "")")
    let first = try firstNumbers(epoch: 0)
    #expect(first.count == 3)
    #expect(numbers(lines[0]) == first)
    #expect(numbers(lines[1]) == (try firstNumbers(epoch: 2)))
    #expect(lines[2] == "3")
    #expect(numbers(lines[3]) == first)
  }

  /// Tensors are where the file says, with their shapes.
  @Test func tensorsAreThoseOfTheFile() throws {
    let (lines, error) = try run(
      """
      batch = next(iter(stream))
      print(" ".join(sorted(batch)))
      print(tuple(batch["features"].shape), tuple(batch["labels"].shape), int(batch["lengths"][0]))
      last = int(batch["lengths"][3]) - 1
      print([float(batch[name][3, last]) for name in ("featuresMask", "labelsMask")])
      """)
    try #require(lines.count == 3, "\(error ?? "")")
    #expect(lines[0] == "features featuresMask labels labelsMask lengths seriesStarts")
    #expect(lines[1].hasPrefix("(16, ") && lines[1].contains(", 12) (16, "))
    #expect(lines[2] == "[1.0, 1.0]")
  }

  /// Every worker of a loader would repeat all batches, so workers are rejected.
  @Test func aWorkerIsRejected() throws {
    let (lines, error) = try run(
      "data.worker = 1\niter(stream)")
    #expect(lines.isEmpty)
    #expect(error?.contains("give the DataLoader num_workers=0") == true, "\(error ?? "")")
  }

  @Test(arguments: ["--epochs", "--start-epoch=3", "--batch"]) func passesAreNotFlags(flag: String) throws {
    let (lines, error) = try run("TimestepStream('--features', 'f', '\(flag)', '2')")
    #expect(lines.isEmpty)
    #expect(
      error
        == "ValueError: \(flag.prefix { $0 != "=" }): a pass is one epoch, which epoch= says; leave it out")
  }

  /// A fault in the data ends the pass with an error, not with a shorter epoch.
  @Test func aStreamThatIsCutOffIsAnError() throws {
    let (lines, error) = try run(
      "bad = TimestepStream('--features', '/nowhere/f_%d.csv', program=program)\nprint(len(list(bad)))")
    #expect(lines.isEmpty)
    #expect(error == "EOFError: timestep stream was cut off; it says why on standard error")
  }

  /// Through PyTorch's own DataLoader: epochs continue, and workers are rejected with a remedy.
  @Test(.enabled(if: torchPython != nil, "no Python with torch and numpy: name one with PYTHON"))
  func pyTorchsLoaderDrawsIt() throws {
    let (lines, error) = try run(
      """
      from torch.utils.data import DataLoader
      show(DataLoader(stream, batch_size=None))
      show(DataLoader(stream, batch_size=None))
      try:
          show(DataLoader(stream, batch_size=None, num_workers=2))
      except RuntimeError as error:
          print("num_workers=0" in str(error))
      """, python: torchPython ?? "", before: "")
    try #require(lines.count == 3, "\(error ?? "")")
    #expect(numbers(lines[0]) == (try firstNumbers(epoch: 0)))
    #expect(numbers(lines[1]) == (try firstNumbers(epoch: 1)))
    #expect(lines[2] == "True")
  }
}
