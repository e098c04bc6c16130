import Glibc
import TestSupport
import Testing
import Timestep

/// A series too long to hold in memory, trained on and evaluated on a lane, piece by piece.
@Suite(.startsProcesses) struct LongSeriesTests {
  /// Debug builds read slowly: fewer but wider rows, so that holding them all would still show.
  private static let (short, long, columns) = isDebug ? (2_000, 20_000, 96) : (20_000, 200_000, 12)

  /// Rows of noise whose last column is to be predicted: the first one of the previous row.
  private func writeSeries(of rows: Int, to name: String, in scratch: TestDirectory) throws {
    let words = (0..<401).map { Array("\(Double($0 - 200) / 128),".utf8) }
    var random = SplitMix(state: 3)
    var text: [UInt8] = []
    var before = words[200]
    for _ in 0..<rows {
      let first = words[Int(random.next(below: 401))]
      text += first
      for column in 2..<Self.columns { text += words[(Int(first[0]) + column * 37) % 401] }
      text += before.dropLast()
      text.append(UInt8(ascii: "\n"))
      before = first
    }
    let stream = try #require(fopen(scratch.path(name), "w"))
    #expect(fwrite(text, 1, text.count, stream) == text.count)
    fclose(stream)
  }

  /// The most memory that a command had in use, in bytes.
  private func peak(_ arguments: [String], in scratch: TestDirectory) throws -> Int {
    let command = try RunningCommand(arguments, in: scratch)
    var most = 0
    let end = try command.finish { most = max(most, command.peakMemory ?? 0) }
    #expect(end.exitCode == 0, "\(end.error)")
    return most << 10
  }

  @Test func memoryDoesNotGrowWithTheSeries() throws {
    let scratch = TestDirectory()
    try writeSeries(of: Self.short, to: "short.csv", in: scratch)
    try writeSeries(of: Self.long, to: "long.csv", in: scratch)
    func data(_ name: String) -> [String] {
      ["--features", name, "--label-column", "\(Self.columns - 1)", "--regression"]
    }
    func train(_ name: String) -> [String] {
      ["train", "--model", "m", "--lanes", "1", "--tbptt", "100", "--epochs", "1", "--hidden", "4"]
        + ["--normalize", "standardize"] + data(name)
    }
    let evaluate = ["evaluate", "--model", "m", "--json", "--allow-training-data"]
    // The memory of the additional numbers of the long series.
    let growth = (Self.long - Self.short) * Self.columns * 4
    let training = try (peak(train("short.csv"), in: scratch), peak(train("long.csv"), in: scratch))
    #expect(training.1 - training.0 < growth / 2, "bytes \(training), numbers \(growth)")
    let lanes = try (
      peak(evaluate + data("short.csv") + ["--lanes", "1"], in: scratch),
      peak(evaluate + data("long.csv") + ["--lanes", "1"], in: scratch)
    )
    #expect(lanes.1 - lanes.0 < growth / 2, "bytes \(lanes), numbers \(growth)")
    // The measurement works: without lanes, the whole series is in memory.
    let whole = try peak(evaluate + data("long.csv"), in: scratch)
    #expect(whole - lanes.0 > growth, "bytes \(whole), numbers \(growth)")
  }

  /// The numbers of a JSON object, in order.
  private func numbers(_ json: String) -> [Double] {
    json.split { !"-+.0123456789eE".contains($0) }.compactMap { Double($0) }
  }

  /// Flags of a training, and lanes of an evaluation.
  static let evaluations: [([String], Int)] = [
    (["--classes", "2"], 1), (["--classes", "2", "--tbptt", "3"], 4), (["--regression", "--cell", "gru"], 3),
    (["--regression", "--tbptt", "2", "--normalize", "standardize", "--cell", "graves"], 20),
    (["--classes", "2", "--cell", "rnn", "--hidden", "3,4", "--dropout", "0.3"], 13),
  ]

  @Test(arguments: evaluations)
  func lanesGiveTheFiguresOfWholeSeries(flags: [String], lanes: Int) throws {
    let scratch = TestDirectory()
    try KilledTraining.writeData(into: scratch)
    let data = ["--features", "f_%d.csv", "--labels", "l_%d.csv", "--align", "start"]
    try results(["train", "--model", "m", "--epochs", "2"] + data + flags, in: scratch)
    let evaluate = ["evaluate", "--model", "m", "--json", "--allow-training-data"] + data
    let whole = numbers(try results(evaluate + ["--batch-size", "4"], in: scratch))
    let pieces = numbers(try results(evaluate + ["--lanes", "\(lanes)"], in: scratch))
    try #require(whole.count == pieces.count && whole.count > 5)
    for (one, other) in zip(whole, pieces) { #expect(abs(one - other) <= 1e-5 * max(1, abs(one))) }
  }

  /// With series of one length that fill all lanes, lanes equal batches cut into pieces, bit for bit.
  @Test func lanesOfEqualSeriesTrainAsBatchesDo() throws {
    let scratch = TestDirectory()
    var random = SplitMix(state: 8)
    for number in 0..<9 {
      let rows = (0..<6).map { _ in "\(random.next(below: 90)),\(random.next(below: 90))\n" }
      scratch.write(rows.joined(), to: "f_\(number).csv")
      scratch.write((0..<6).map { _ in "\(random.next(below: 2))\n" }.joined(), to: "l_\(number).csv")
    }
    let train = ["train", "--tbptt", "3", "--dropout", "0.3", "--hidden", "5", "--epochs", "3"] + smallData
    try results(train + ["--model", "batches", "--batch-size", "3"], in: scratch)
    try results(train + ["--model", "lanes", "--lanes", "3"], in: scratch)
    #expect(try ModelFile(scratch.path("lanes")).network.iteration == 18)
    #expect(try scratch.bytes(of: "lanes") == scratch.bytes(of: "batches"))
  }

  @Test func lanesAreNotForModelsThatNeedWholeSeries() throws {
    let scratch = TestDirectory()
    try writeSmallData(into: scratch)
    try results(["train", "--model", "m", "--bidirectional"] + smallData + shortTraining, in: scratch)
    try expectFailure(
      "m: cannot be evaluated on lanes: layer 0 (bidirectional) needs whole series, so that they cannot be given piece "
        + "by piece; give it whole series; leave out --lanes\n",
      ["evaluate", "--model", "m", "--lanes", "2"] + smallData, in: scratch)
  }
}
