import Glibc
import TestSupport
import Testing
import Timestep

@testable import TimestepCommand

/// The code and the drawings of `Docs/Pipeline.md`.
struct PipelineGuideTests {
  private let features: CSVSequenceRecordReader
  private let labels: CSVSequenceRecordReader

  init() throws {
    let vowels = fixture("japanese-vowels/train")
    features = try CSVSequenceRecordReader(NumberedFileInputSplit("\(vowels)/myInput_%d.csv"))
    labels = try CSVSequenceRecordReader(NumberedFileInputSplit("\(vowels)/myLabels_%d.csv"))
  }

  private func makeBatches() throws -> SequenceBatches {
    try SequenceBatches(
      features: features, labels: .reader(labels, .oneHot(classes: 9)), batchSize: 32, alignment: .end,
      order: .shuffled(seed: 1))
  }

  @Test func drawings() throws {
    let text = try MappedFile(fixture("../Docs/Pipeline.md")).text()
    let parts = text.split(separator: "<!-- drawing ").dropFirst()
    #expect(parts.count == 5)
    for part in parts {
      let head = part.prefix { $0 != "\n" }.split(separator: " ")
      let alignment = try #require(Alignment(rawValue: String(head[0])))
      let lengths = head[1].dropFirst("labels=".count).split(separator: ",").compactMap { Int($0) }
      func reader(_ lengths: [Int]) throws -> CollectionSequenceRecordReader {
        try CollectionSequenceRecordReader(lengths.map { [[Float]](repeating: [1], count: $0) })
      }
      let sets = try SequenceBatches(
        features: reader([4, 2, 3]), labels: .reader(reader(lengths), .values), alignment: alignment)
      let drawn = maskDrawing(try sets.batch(epoch: 0, index: 0), number: 0).split(separator: "\n")
        .dropFirst()
        .map { $0.split(separator: "  memory")[0] }
      let shown = part.split(separator: "\n").dropFirst(2).prefix { $0 != "```" }
      #expect(drawn.elementsEqual(shown), "\(drawn)")
    }
  }

  @Test func orderAndLengths() throws {
    let batches = try makeBatches()
    let batch = try batches.batch(epoch: 3, index: 7)
    #expect(batch.exampleCount == 32)
    let shards = try (0..<3).map {
      try batches.sharded(Shard(index: $0, count: 3)).batch(epoch: 3, index: 7)
    }
    #expect(DataSet.merging(shards) == batch)
    let partition = Partition(["train": 8, "validation": 1, "test": 1])
    #expect(try partition.part("train", of: features).count > 190)

    let lengths = try SequenceLengths(of: batches)
    let plan = PaddingPlan(lengths: lengths, batchSize: 32, order: batches.order, columns: 21)
    let bucketed = batches.batched(plan.best.batching, lengths: lengths, first: .largest)
    let cells = try (0..<bucketed.batchCount).map { step in
      let batch = try bucketed.batch(epoch: 0, index: step)
      return batch.exampleCount * batch.stepCount
    }
    #expect(cells[0] == cells.max() && plan.best.percent < 5)
  }

  @Test func transformsAndLayouts() throws {
    let scratch = TestDirectory()
    scratch.write("id,load\na,1\na,\nb,4\n", to: "big.csv")
    let split = CollectionInputSplit([SequenceLocation(path: scratch.path("big.csv"), key: "0")])
    let training = try CSVGroupedSequenceRecordReader(
      split, groupBy: .column("id"), header: .present, missingValues: .nan)
    let pipeline = try TransformPipeline(FillMissing(.mean), Logarithm(columns: ["load"])).fitted(
      on: training)
    let reader = try training.transformed(by: pipeline)
    let batch = try SequenceBatches(features: reader, alignment: .start).batch(epoch: 0, index: 0)
    #expect(batch.features.shape == [2, 1, 2] && abs(batch.features[0, 0, 1] - 0.916) < 0.001)
    #expect(!batch.observedMask[0, 0, 1] && batch.observedMask.missingCount == 1)
    var stream = try TransformStream(pipeline, columns: ["load"])
    let row = try stream.next([3])
    #expect(row == [1.0986123])
    scratch.write("1\n2\n==\n3\n", to: "parts.csv")
    let parts = CollectionInputSplit([SequenceLocation(path: scratch.path("parts.csv"), key: "0")])
    #expect(try CSVGroupedSequenceRecordReader(parts, groupBy: .separator("==")).count == 2)
    scratch.write("1\n2\n3\n", to: "rows.csv")
    let rows = CollectionInputSplit([SequenceLocation(path: scratch.path("rows.csv"), key: "0")])
    #expect(try CSVGroupedSequenceRecordReader(rows, groupBy: .rows(2)).count == 2)
  }

  @Test func columnsAndTexts() throws {
    let scratch = TestDirectory()
    scratch.write(
      "time,station,sky,load\n2024-05-01T00:00Z,x,rain,3\n2024-05-01T01:30Z,y,fog,4\n", to: "w_0.csv")
    let split = CollectionInputSplit([SequenceLocation(path: scratch.path("w_0.csv"), key: "0")])
    var columns = CSVColumns(.drop(["station"]))
    columns.renamed["load"] = "power"
    columns.encodings["sky"] = .category(Vocabulary(["clear", "cloudy", "rain"], unknown: .other))
    columns.encodings["time"] = .time(TimestampEncoding(.iso8601, unit: .hours))
    let weather = try CSVSequenceRecordReader(split, header: .present, columns: columns)
    #expect(weather.columns == ["time", "sky", "power"])
    var (cursor, record) = (weather.makeCursor(), SequenceRecord())
    try cursor.read(0, into: &record)
    #expect(record.values == [0, 2, 3, 1.5, 3, 4])
    let pipeline = try TransformPipeline(OneHotColumns(["sky"])).fitted(on: weather)
    let wide = try weather.transformed(by: pipeline)
    #expect(wide.columns == ["time", "sky=clear", "sky=cloudy", "sky=rain", "sky=other", "power"])
    scratch.write("WARN 12 ms\n", to: "a.log")
    let log = CollectionInputSplit([SequenceLocation(path: scratch.path("a.log"), key: "0")])
    columns = CSVColumns()
    columns.encodings["level"] = .category(Vocabulary(["WARN"]))
    let lines = try RegexSequenceRecordReader(
      log, pattern: #"(?<level>[A-Z]+) (?<ms>\d+) ms"#, columns: columns)
    #expect(lines.columns == ["level", "ms"])
  }

  @Test func cachesAndWindows() throws {
    let scratch = TestDirectory()
    let path = scratch.path("features.timestep-cache")
    let cached = try CachedSequenceRecordReader(features, cache: path) { print($0) }
    let windows = try WindowedSequenceRecordReader(cached, size: 5, stride: 2, tail: .align)
    #expect(cached.parsedFileCount == 270)
    #expect(windows.count > 1500 && windows.source(of: 1).key == "0@2")
    #expect(try CachedSequenceRecordReader(features, cache: path).signature == cached.signature)
  }

  @Test func lineage() throws {
    let trainingSets = try makeBatches().ordered(.sequential)
    let normalizer = try AffineNormalizer.standardize(fittedTo: trainingSets)
    #expect(normalizer.lineage.count == 270)
    let same = trainingSets.normalized(by: normalizer)
    let network = try MultiLayerNetwork(
      inputs: .recurrent(size: 12), seed: 1, updater: .sgd(learningRate: 0.1)
    ) {
      LSTM(2)
      RNNOutput(9, activation: .softmax, loss: .multiClassCrossEntropy)
    }
    let error = #expect(throws: EvaluationError.self) { try network.evaluate(on: same) }
    #expect(error?.location?.hasSuffix("train/myInput_0.csv:1") == true && error?.example == 0)
    #expect(try network.evaluate(on: same, allowing: .fittedExamples).stepCount == 270)
  }

  @Test func statesBudgetsOriginsCosts() throws {
    let batches = try makeBatches()
    var iterator = SequenceDataSetIterator(batches, errorBudget: .share(0.01)) { entry in print(entry.action)
    }
    _ = try iterator.next()
    let state = iterator.state
    var another = SequenceDataSetIterator(batches, workers: WorkerPool(threads: 3))
    try another.restore(state)
    let batch = try #require(try another.next())
    #expect(try iterator.next() == batch)
    let origin = try #require(batch.explain(example: 12, step: 4, column: 2))
    #expect(origin.value == Float(origin.position.text ?? ""))
    #expect(!iterator.report.verdict.isEmpty)
  }
}
