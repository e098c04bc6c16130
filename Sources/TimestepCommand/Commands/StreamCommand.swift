import ArgumentParser
import Platform
import Timestep

/// `timestep stream`: writes batches to standard output, for a program that trains on them.
struct StreamCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stream", abstract: "Writes batches to standard output for another program.",
    discussion: """
      Each message is a byte count (unsigned 64-bit little-endian) and a safetensors file of that size: the tensors that \
      "convert" writes, with epoch, step and manifest (JSON) in the metadata. The count 0 ends the stream; a stream without \
      it was cut off. The command exits with 0 when the reader closes the pipe.
      """)

  @OptionGroup(title: "Data") var data: DataOptions

  @OptionGroup var batchFlags: BatchFlags

  @Option(help: .flag("epochs", .stream)) var epochs = 1

  @Option(help: .flag("start-epoch")) var startEpoch = 0

  @Option(name: [.customLong("batch"), .customLong("start-step")], help: .flag("batch", .stream)) var batch =
    0

  @Option(help: .flag("seed", .stream)) var seed: UInt64 = 0

  @Option(help: .flag("order", .stream)) var order = TrainCommand.OrderName.shuffled

  @Option(help: .flag("tbptt", .stream)) var tbptt: Int?

  @Option(help: .flag("normalize", .stream)) var normalize: Normalization?

  @Option(help: .flag("layout")) var layout = TensorLayout.nct

  @Option(help: .flag("labels-as")) var labelsAs = ClassLabels.oneHot

  @Flag(help: .flag("sources")) var sources = false

  private var source: BatchOptions { BatchOptions(data, batchFlags) }

  func validate() throws {
    try source.validate()
    if epochs < 1 { throw ValidationError("--epochs \(epochs): at least 1 is needed") }
    if startEpoch < 0 { throw ValidationError("--start-epoch \(startEpoch): epochs are counted from 0") }
    if startEpoch.addingReportingOverflow(epochs).overflow {
      throw ValidationError("--start-epoch \(startEpoch) and --epochs \(epochs): together they are too many")
    }
    if batch < 0 { throw ValidationError("--batch \(batch): batches are counted from 0") }
    if let tbptt, tbptt < 1 { throw ValidationError("--tbptt \(tbptt): at least 1 is needed") }
    if StandardStream.output.isTerminal {
      throw ValidationError(
        "standard output is a terminal; give it to a program, as in \"timestep stream ... | python3 ...\"")
    }
  }

  func run() throws {
    try data.outputs.check(overwriting: data.overwrite) { source.inputPaths }
    let log = try data.faults.openLog()
    try keeping(log) {
      let source = try batchSource(log)
      let batches = source.iterator
      let messages = try BatchMessages(
        layout: layout, classLabels: labelsAs, contract: source.contract, namesSources: sources)
      do {
        try write(batches, messages)
      } catch is ReaderGone {
        // The reader has closed the stream because it has all that it needs.
      }
    }
  }

  private func batchSource(_ log: DecisionLog) throws -> BatchSource {
    let plain = try source.source(order: order == .file ? .sequential : .shuffled(seed: seed), log: log)
    if source.areMade { data.noteCollected(in: plain.contract) }
    let made = try source.normalized(plain, normalize)
    let lanes = source.lanes.flatMap { count in tbptt.map { BatchSource.Lanes(count: count, steps: $0) } }
    // Batches are written in C order; assembling them in that order saves a pass over memory.
    if case .sequences(let dataSets, let faults) = made, lanes == nil, layout == .nct {
      return .sequences(dataSets.stored(.c), faults)
    }
    return try made.laid(on: lanes)
  }

  private func write(_ batches: some ResumableDataSetIterator, _ messages: BatchMessages) throws {
    var batches = batches
    var location = (epoch: startEpoch, batch: batch)
    let count: Int
    do {
      count = try write(&batches, messages, from: &location)
    } catch let signal as Interruption.Signal {
      // After the last batch of a pass, the position is the beginning of the next one.
      if location.batch == (batches as? any CountedDataSetIterator)?.batchCount {
        location = (location.epoch + 1, 0)
      }
      let left = startEpoch + epochs - location.epoch
      let rest =
        left > 0
        ? "continue it with "
          + Remedy.continueStream("\(location.epoch)", "\(location.batch)", "\(left)")
        : "only its end message is missing"
      StandardStream.error.write("interrupted by \(signal.name): the stream is cut off; \(rest)\n")
      throw ExitCode(signal.exitCode)
    }
    StandardStream.error.write(
      "\(pluralized(count, "batch", "batches")) of \(pluralized(epochs, "epoch"))\n")
    if let made = batches as? UntilInterrupted<SequenceDataSetIterator> { data.noteTime(made.report) }
  }

  /// Writes the whole stream, and returns the number of its batches; `location` is always the position of the
  /// next one.
  private func write(
    _ batches: inout some ResumableDataSetIterator, _ messages: BatchMessages,
    from location: inout (epoch: Int, batch: Int)
  ) throws -> Int {
    let out = StandardStream.output
    out.enlargePipe()
    var count = 0
    try begin(&batches)
    for epoch in startEpoch..<startEpoch + epochs {
      if epoch > startEpoch {
        location = (epoch, 0)
        try batches.begin(epoch: epoch)
      }
      while let batch = try batches.next() {
        // Batches without examples, for this shard or because of a policy, keep their indices.
        let next = (batches as? any IndexedDataSetIterator)?.batchIndex ?? location.batch + 1
        if batch.exampleCount > 0 {
          try messages.message(batch, epoch: location.epoch, index: next - 1).write(to: out)
          count += 1
        }
        // Only now: a message that was cut off must be written again.
        location.batch = next
      }
    }
    try TensorMessage.writeEnd(to: out)
    return count
  }

  /// Moves to the first batch to write: directly if the position is a counter, otherwise through the batches
  /// before it.
  private func begin<Batches: ResumableDataSetIterator>(_ batches: inout Batches) throws {
    func missingBatch(_ count: Int) -> ValidationError {
      ValidationError(
        "--batch \(batch): a pass has \(pluralized(count, "batch", "batches")), counted from 0")
    }
    if var indexed = batches as? any IndexedDataSetIterator {
      guard batch == 0 || batch < indexed.batchCount else { throw missingBatch(indexed.batchCount) }
      indexed.begin(epoch: startEpoch, batch: batch)
      if let begun = indexed as? Batches {
        batches = begun
        return
      }
    }
    try batches.begin(epoch: startEpoch)
    for index in 0..<batch {
      guard try batches.next() != nil else { throw missingBatch(index) }
    }
  }
}
