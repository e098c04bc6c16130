import Conformance
import TestSupport
import Testing
import Timestep

@testable import TimestepCommand

/// The code of `Docs/WritingAPlugin.md`.
@Suite struct WritingAPluginTests {
  @Test func mySplit() throws {
    let scratch = try ScratchDirectory()
    try scratch.write("data/b.csv\ndata/a.csv\n", to: "list.txt")
    try checkConformance(of: ListedSplit(list: scratch.path("list.txt")))
  }

  @Test func myReader() throws {
    try checkConformance(of: WaveReader(count: 5, damping: 0.1))
  }

  @Test func myWrapper() throws {
    try checkConformance(of: WaveReader(count: 5, damping: 0.1).quantized())
    try checkForwarding { $0.quantized() }
  }

  @Test func myTransform() throws {
    let waves = WaveReader(count: 5, damping: 0.1)
    try checkConformance(of: RunningSum(columns: ["position"]), on: waves)
  }

  @Test func myWideningTransform() throws {
    try checkConformance(of: WithLength(), on: WaveReader(count: 5, damping: 0.1))
  }

  @Test func aRegisteredTransformIsKnown() throws {
    var registry = PluginRegistry.bundled
    registry.register(transform: "sum", help: "Sums.") { _, columns in RunningSum(columns: columns) }
    #expect(registry.transformTypes.contains { $0 == RunningSum.self })
  }

  private func batches() throws -> SequenceDataSetIterator {
    try SequenceDataSetIterator(
      features: WaveReader(count: 5, damping: 0.1), labelColumns: 1, batchSize: 2, labelEncoding: .values,
      alignment: .end, order: .shuffled(seed: 1))
  }

  @Test func myIterator() throws {
    try checkConformance(of: ScaledBatches(batches()))
  }

  @Test func anIteratorWithoutItsOwnState() throws {
    try checkConformance(of: WaveBatches(phases: [0, 0.1, 0.5], stepCount: 4))
  }

  @Test func itsStateIsRejectedByOtherData() throws {
    var batches = WaveBatches(phases: [0, 0.1, 0.5], stepCount: 4)
    batches.begin(epoch: 2)
    while batches.next() != nil {}
    let end = batches.state
    #expect(end.epoch == 2 && end.batch == 3)
    func expect(
      _ problem: String, _ other: WaveBatches, sourceLocation: SourceLocation = #_sourceLocation,
      _ change: (inout IteratorState) -> Void = { _ in }
    ) {
      var (other, state) = (other, end)
      change(&state)
      let found = message { try other.restore(state) }
      #expect(found == "iterator state: " + problem, sourceLocation: sourceLocation)
      #expect(other.state.batch == 0, "it stays where it is", sourceLocation: sourceLocation)
    }
    expect(
      "belongs to other data: the phases changed; restore it on the data it was taken from",
      WaveBatches(phases: [0, 0.1, 0.6], stepCount: 4))
    expect(
      "belongs to other options: the number of steps was 4, is 5; restore it with the options it was taken with",
      WaveBatches(phases: [0, 0.1, 0.5], stepCount: 5))
    let same = WaveBatches(phases: [0, 0.1, 0.5], stepCount: 4)
    expect("names batch 4 of pass 2, a pass has 3 batches; the state is damaged", same) { $0.batch = 4 }
    expect("names batch 3 of pass -1, a pass has 3 batches; the state is damaged", same) { $0.epoch = -1 }
    expect("is of format version 3, this program knows version 2; update it", same) { $0.version = 3 }
  }

  @Test func withoutAKnownEndAnyPositionIsAccepted() throws {
    let own = WaveBatches(phases: [0], stepCount: 1).state
    var far = own
    far.batch = 1000
    try far.check(against: own)
    far.batch = -1
    #expect(
      message { try far.check(against: own) }
        == "iterator state: names batch -1 of pass 0; the state is damaged")
  }

  @Test func myTrainer() throws {
    var batches = try batches()
    var some: [DataSet] = []
    while let batch = try batches.next() { some.append(batch) }
    try checkConformance(of: LinearTrainer(columns: 1), on: some)
  }

  @Test func itLearns() throws {
    let batches = ScaledBatches(try batches())
    var trainer = LinearTrainer(columns: 1)
    let summary = try TrainingLoop(epochs: 20).fit(&trainer, batches)
    let losses = summary.losses.map(\.score)
    #expect(losses.count == 20 && losses[19] < losses[0])
  }

  @Test func theGuideShowsThisFile() throws {
    func text(_ path: String) throws -> String {
      try MappedFile(path).text()
    }
    let source = try text(#filePath)
    let parts = try text(fixture("../Docs/WritingAPlugin.md")).split(separator: "```swift\n").dropFirst()
    #expect(parts.count == 16)
    for part in parts {
      let end = try #require(part.firstRange(of: "```"))
      // Tests are indented there.
      let lines = part[..<end.lowerBound].split(separator: "\n").map { $0.drop { $0 == " " } }
      let code = lines.joined(separator: "\n")
      let all = source.split(separator: "\n").map { $0.drop { $0 == " " } }.joined(separator: "\n")
      #expect(all.contains(code), "\(code)")
    }
  }
}

/// One more column, `length`: the length of the vector of all others.
struct WithLength: SequenceTransform {
  static let kind = "with-length"
  var summary: String { "with length" }

  func outputColumns(_ columns: [String]) -> [String] { columns + ["length"] }

  func apply(_ record: inout SequenceRecord, columns: [String]) throws {
    let width = record.columnCount
    var values: [Float] = []
    for start in stride(from: 0, to: record.values.count, by: width) {
      let row = record.values[start..<start + width]
      values += row + [row.reduce(0) { $0 + $1 * $1 }.squareRoot()]
    }
    (record.values, record.columnCount) = (values, width + 1)
  }

  func sources(of cell: TransformCell, columns: [String], stepCount: Int) -> [TransformCell] {
    if cell.column < columns.count { return [cell] }
    return columns.indices.map { TransformCell(cell.step, $0) }
  }
}

/// The files that a text file lists, one path per line.
struct ListedSplit: InputSplit {
  let list: String

  func locations() throws -> [SequenceLocation] {
    let text = try MappedFile(list).text()
    let paths = text.split(separator: "\n").map(String.init)
    // Rejects an empty list, and a path that is listed twice.
    return try CollectionInputSplit(paths.map { SequenceLocation(path: $0, key: $0) }).locations()
  }
}

/// Damped oscillations of 3 to 6 steps, computed when they are read.
struct WaveReader: IndexedSequenceRecordReader {
  let count: Int
  let damping: Float

  // Caches and saved positions of waves with another damping are rejected.
  var schema: SequenceSchema {
    SequenceSchema(columns: ["position", "next"], options: ["the damping": "\(damping)"])
  }

  func read(_ index: Int, into sequence: inout SequenceRecord) {
    sequence.begin(columnCount: 2)
    var position = Float(1 + index)
    for _ in 0..<3 + index % 4 {
      let next = -(1 - damping) * position
      sequence.append(row: [position, next])
      position = next
    }
  }
}

/// The sequences of another reader, in steps of 1/8.
struct Quantized<Base: SequenceRecordReader>: ForwardingSequenceRecordReader {
  let base: Base

  func edit(_ rows: inout SequenceRecord, of index: Int) {
    for cell in rows.values.indices { rows.values[cell] = (rows.values[cell] * 8).rounded() / 8 }
  }

  // Caches of the values as they were are rejected.
  var signature: Signature {
    var signature = base.signature
    signature.add("the steps of values", "1/8")
    return signature
  }
}

extension SequenceRecordReader {
  /// Returns a reader of the same sequences in steps of 1/8.
  func quantized() -> some SequenceRecordReader { Quantized(base: self) }
}

/// Batches whose features are scaled up by 0 to 6 percent, depending on the epoch and the batch.
struct ScaledBatches<Base: ResumableDataSetIterator>: ResumableDataSetIterator {
  struct State: Codable, Sendable {
    var base: Base.State
    var epoch: Int
    var batchIndex: Int
  }

  private var base: Base
  private var epoch = 0
  private var batchIndex = 0

  init(_ base: Base) { self.base = base }

  mutating func begin(epoch: Int) throws {
    try base.begin(epoch: epoch)
    (self.epoch, batchIndex) = (epoch, 0)
  }

  mutating func next() throws -> DataSet? {
    guard var batch = try base.next() else { return nil }
    // Computed from the position: no generator whose state would have to be saved.
    let factor = 1 + 0.01 * Float((31 * epoch + batchIndex) % 7)
    batch.features.withMutableSpan { features in
      for index in features.indices { features[index] *= factor }
    }
    batchIndex += 1
    return batch
  }

  var state: State { State(base: base.state, epoch: epoch, batchIndex: batchIndex) }

  mutating func restore(_ state: State) throws {
    try base.restore(state.base)
    (epoch, batchIndex) = (state.epoch, state.batchIndex)
  }
}

/// Triangle waves, one per batch, whose phase advances a little with every epoch.
private struct WaveBatches: ResumableDataSetIterator, CountedDataSetIterator {
  private let phases: [Float]
  private let stepCount: Int
  private let data: Signature
  private let options: Signature
  private var epoch = 0
  private var batchIndex = 0

  init(phases: [Float], stepCount: Int) {
    (self.phases, self.stepCount) = (phases, stepCount)
    var fingerprint = Fingerprint()
    for phase in phases { fingerprint.combine(Int(phase.bitPattern)) }
    var data = Signature()
    data.add("the phases", fingerprint)
    var options = Signature()
    options.add("the number of steps", "\(stepCount)")
    (self.data, self.options) = (data, options)
  }

  var batchCount: Int { phases.count }

  mutating func begin(epoch: Int) { (self.epoch, batchIndex) = (epoch, 0) }

  mutating func next() -> DataSet? {
    guard batchIndex < batchCount else { return nil }
    let start = phases[batchIndex] + 0.01 * Float(epoch)
    batchIndex += 1
    let wave = (0..<stepCount).map { ((start + 0.25 * Float($0)).truncatingRemainder(dividingBy: 1)) }
    return DataSet(features: Tensor(shape: [1, 1, stepCount], elements: wave))
  }

  var state: IteratorState { IteratorState(epoch: epoch, batch: batchIndex, data: data, options: options) }

  mutating func restore(_ state: IteratorState) throws {
    try state.check(against: self.state, batchCount: batchCount)
    (epoch, batchIndex) = (state.epoch, state.batch)
  }
}

/// Predicts one number per step from the columns of that step; learns by gradient descent on squared errors.
struct LinearTrainer: AuditedTrainer {
  // One per column, then the bias.
  private var weights: [Float]

  init(columns: Int) { weights = [Float](repeating: 0.1, count: columns + 1) }

  func output(_ batch: DataSet) throws -> Tensor {
    var output = Tensor(shape: [batch.exampleCount, 1, batch.stepCount])
    forEachStep(of: batch.stepMask) { row, step in
      let inputs = inputs(batch, row, step)
      output[row, 0, step] = zip(weights, inputs).reduce(0) { $0 + $1.0 * $1.1 }
    }
    return output
  }

  func score(_ batch: DataSet) throws -> BatchLoss {
    var loss = BatchLoss(stepCount: batch.labelsMask.count, sequenceCount: batch.exampleCount)
    try forEachError(batch) { error, _ in loss.sum += Double(error * error) }
    return loss
  }

  func gradients(_ batch: DataSet) throws -> [(name: String, values: [Float])] {
    var slope = [Float](repeating: 0, count: weights.count)
    try forEachError(batch) { error, inputs in
      for index in slope.indices { slope[index] += 2 * error * inputs[index] / Float(batch.exampleCount) }
    }
    return [("weights", slope)]
  }

  mutating func fit(_ piece: DataSet) throws -> BatchLoss? {
    guard piece.labelsMask.count > 0 else { return nil }
    let loss = try score(piece)
    let slope = try gradients(piece)[0].values
    for index in weights.indices { weights[index] -= 0.01 * slope[index] }
    return loss
  }

  /// The columns of a step, and 1 for the bias; where only a label is present, the columns are 0.
  private func inputs(_ batch: DataSet, _ row: Int, _ step: Int) -> [Float] {
    let isPresent = batch.featuresMask[row, step]
    return (0..<weights.count - 1).map { isPresent ? batch.features[row, $0, step] : 0 } + [1]
  }

  private func forEachStep(of mask: Mask, _ body: (_ row: Int, _ step: Int) -> Void) {
    for row in 0..<mask.exampleCount {
      for step in 0..<mask.stepCount where mask[row, step] { body(row, step) }
    }
  }

  private func forEachError(_ batch: DataSet, _ body: (_ error: Float, _ inputs: [Float]) -> Void) throws {
    guard let labels = batch.labels else { return }
    let output = try output(batch)
    forEachStep(of: batch.labelsMask) { row, step in
      body(output[row, 0, step] - labels[row, 0, step], inputs(batch, row, step))
    }
  }
}

/// The sum of all values of a column so far.
struct RunningSum: StreamingSequenceTransform {
  static let kind = "running-sum"
  /// The columns that change; `nil`: all.
  var columns: [String]?

  var summary: String { "running sum" + (columns.map { " of \($0)" } ?? "") }

  func outputColumns(_ columns: [String]) -> [String] { columns }

  private func changes(_ name: String) -> Bool { columns?.contains(name) ?? true }

  func apply(_ record: inout SequenceRecord, columns: [String]) throws {
    let width = record.columnCount
    for at in record.values.indices.dropFirst(width) where changes(columns[at % width]) {
      record.values[at] += record.values[at - width]
    }
  }

  // The most important cell first: error messages name it.
  func sources(of cell: TransformCell, columns: [String], stepCount: Int) -> [TransformCell] {
    guard changes(columns[cell.column]) else { return [cell] }
    return (0...cell.step).reversed().map { TransformCell($0, cell.column) }
  }

  // Row by row, for `predict`: the memory is the sums so far, empty before the first row.
  var firstMemory: [Float] { [] }

  func applyNext(_ row: inout SequenceRecord, columns: [String], memory: inout [Float]) -> Bool {
    for column in memory.indices where changes(columns[column]) { row.values[column] += memory[column] }
    memory = row.values
    return true
  }
}
