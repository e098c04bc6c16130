import Glibc
import TestSupport
import Testing
import Timestep

/// Lanes over CSV files: streamed rows, errors and memory are right.
@Suite struct LanesOverFilesTests {
  private func all(_ iterator: inout LaneDataSetIterator) throws -> [DataSet] {
    var found: [DataSet] = []
    while let piece = try iterator.next() { found.append(piece) }
    return found
  }

  /// Files give the same pieces as the same numbers in memory.
  @Test(arguments: Alignment.allCases) func filesAndMemoryAgree(alignment: Alignment) throws {
    let scratch = TestDirectory()
    let lengths = [7, 1, 30, 4, 4, 12]
    var memory: (features: [[[Float]]], labels: [[[Float]]]) = ([], [])
    for (number, length) in lengths.enumerated() {
      let rows = (0..<length).map { step -> [Float] in [Float(number * 100 + step), Float(step) / 8] }
      let labelCount = alignment == .equal ? length : 2
      let labels = (0..<labelCount).map { step -> [Float] in [Float((step + number) % 3)] }
      let lines = rows.map { row -> String in "\(row[0]),\"\(row[1])\"\r\n" }
      scratch.write("# a comment\n" + lines.joined(), to: "x_\(number).csv")
      scratch.write(labels.map { "\($0[0])" }.joined(separator: "\n"), to: "y_\(number).csv")
      memory.features.append(rows)
      memory.labels.append(labels)
    }
    let features = try CSVSequenceRecordReader(
      NumberedFileInputSplit(scratch.path("x_%d.csv"), 0...5), skippingLines: 1)
    let labels = try CSVSequenceRecordReader(NumberedFileInputSplit(scratch.path("y_%d.csv"), 0...5))
    func makeBatches(
      _ features: some SequenceRecordReader, _ labels: some SequenceRecordReader
    ) throws -> SequenceBatches {
      try SequenceBatches(
        features: features, labels: .reader(labels, .oneHot(classes: 3)), alignment: alignment,
        order: .shuffled(seed: 2))
    }
    for (lanes, steps) in [(1, 5), (2, 4), (4, 7)] {
      var files = LaneDataSetIterator(try makeBatches(features, labels), lanes: lanes, steps: steps)
      var inMemory = LaneDataSetIterator(
        try makeBatches(
          CollectionSequenceRecordReader(memory.features), CollectionSequenceRecordReader(memory.labels)),
        lanes: lanes, steps: steps)
      for epoch in 0..<2 {
        files.begin(epoch: epoch)
        inMemory.begin(epoch: epoch)
        var found = try all(&files)
        var expected = try all(&inMemory)
        for piece in found {
          for metadata in piece.metadata {
            #expect(metadata.features.path == scratch.path("x_\(metadata.index).csv"))
          }
        }
        for index in found.indices { found[index].metadata = [] }
        for index in expected.indices { expected[index].metadata = [] }
        #expect(found == expected)
        #expect(found.map(\.features.elements) == expected.map(\.features.elements))
      }
    }
  }

  @Test func aFaultInTheMiddleComesWithItsPiece() throws {
    let scratch = TestDirectory()
    var text = (0..<100).map { "\($0),1\n" }.joined()
    text += "oops,1\n" + text
    scratch.write(text, to: "x.csv")
    let reader = try CSVSequenceRecordReader(
      CollectionInputSplit([SequenceLocation(path: scratch.path("x.csv"), key: "x")]))
    var iterator = LaneDataSetIterator(
      try SequenceBatches(features: reader, labels: .columns([1], .values)), lanes: 2, steps: 16)
    for _ in 0..<6 { #expect(try iterator.next() != nil) }
    do {
      _ = try iterator.next()
      Issue.record("no error")
    } catch {
      #expect("\(error)".hasPrefix("\(scratch.path("x.csv")):101:1: field 1 is not a number"))
    }
  }

  /// A separate process, whose peak is due to this pass alone: 9 MB of text, 15 MB if held with the floats.
  @Test func memoryDoesNotGrowWithTheSeries() async {
    await #expect(processExitsWith: .success) {
      /// The most memory that this program has had, in KiB; `getrusage` would count its parent's.
      func peak() throws -> Int {
        let stream = try #require(fopen("/proc/self/status", "r"))
        defer { fclose(stream) }
        var text: [UInt8] = []
        while case let byte = getc(stream), byte != EOF { text.append(UInt8(byte)) }
        let line = try #require(
          String(decoding: text, as: UTF8.self).split(separator: "\n").first { $0.hasPrefix("VmHWM:") })
        return try #require(Int(line.filter(\.isNumber)))
      }
      func pass(_ rows: Int) throws {
        let scratch = TestDirectory()
        let stream = try #require(fopen(scratch.path("x.csv"), "w"))
        for row in 0..<rows { fputs("\(row & 1023).25,-0.125,1e-3,\(row & 3)\n", stream) }
        fclose(stream)
        let reader = try CSVSequenceRecordReader(
          CollectionInputSplit([SequenceLocation(path: scratch.path("x.csv"), key: "x")]))
        let sets = try SequenceBatches(features: reader, labels: .columns([3], .oneHot(classes: 4)))
        var iterator = LaneDataSetIterator(sets, lanes: 1, steps: 500)
        var steps = 0
        while let piece = try iterator.next() { steps += piece.featuresMask.count }
        precondition(steps == rows, "\(steps) of \(rows) rows came")
      }
      try pass(20_000)
      let before = try peak()
      try pass(400_000)
      let grown = try peak() - before
      precondition(grown < 4096, "a pass over 20 times as many rows took \(grown) KiB more")
    }
  }
}
