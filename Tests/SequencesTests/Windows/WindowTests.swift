import CSV
import Sequences
import TestSupport
import Testing

@Suite struct WindowTests {
  /// The windows of a sequence, found step by step, without arithmetic.
  private func naive(_ length: Int, _ size: Int, _ stride: Int, _ tail: WindowTail) -> [[Int]] {
    var windows: [[Int]] = []
    for start in Swift.stride(from: 0, to: length, by: stride) {
      let window = (start..<start + size).filter { $0 < length }
      if window.count == size {
        windows.append(window)
      } else if windows.last?.last == length - 1 {
        break
      } else {
        if tail == .keep { windows.append(window) }
        break
      }
    }
    if tail == .align, windows.last?.last != length - 1 { windows.append(Array((0..<length).suffix(size))) }
    return windows
  }

  @Test(arguments: WindowTail.allCases) func allSmallWindows(_ tail: WindowTail) throws {
    for size in 1...6 {
      for stride in 1...6 {
        for lengths in [[1], [2], [3], [4], [5], [6], [1, 6, 2, 5], [3, 3, 4, 1]] {
          let base = try CollectionSequenceRecordReader(
            lengths.enumerated().map { index, length in (0..<length).map { [Float(100 * index + $0)] } },
            keys: lengths.indices.map { "k\($0)" })
          let expected = lengths.enumerated().flatMap { index, length in
            naive(length, size, stride, tail).map { window in (index, window) }
          }
          guard !expected.isEmpty else {
            #expect(throws: RecordError.self) {
              try WindowedSequenceRecordReader(base, size: size, stride: stride, tail: tail)
            }
            continue
          }
          let windows = try WindowedSequenceRecordReader(base, size: size, stride: stride, tail: tail)
          try #require(windows.count == expected.count, "\(lengths) \(size) \(stride)")
          var cursor = try windows.makeCursor()
          var ranges = try #require(try windows.makeRowRangeCursor())
          var record = SequenceRecord()
          for (number, (index, steps)) in expected.enumerated() {
            try cursor.read(number, into: &record)
            #expect(record.values == steps.map { Float(100 * index + $0) })
            #expect(record.lines == steps[0] + 1...steps[0] + steps.count)
            #expect(windows.stepCount(of: number) == steps.count)
            let before = expected.prefix(number).filter { $0.0 == index }.flatMap(\.1)
            #expect(windows.repeatedStepCount(of: number) == steps.count { before.contains($0) })
            let source = windows.source(of: number)
            #expect(
              source
                == SequenceRecord.Source(
                  path: "memory[\(index)]", firstLine: steps[0] + 1, key: "k\(index)@\(steps[0])"))
            #expect(windows.position(of: number, row: steps[0], column: 0).line == steps[0] + 1)
            for start in 0..<steps.count {
              try ranges.read(number, rows: start..<steps.count, into: &record)
              #expect(record.values == steps[start...].map { Float(100 * index + $0) })
            }
          }
          // In a selection, a step is repeated only if the window before is selected too.
          let chosen = windows.choosing(
            [0] + Array(windows.count > 2 ? 2..<windows.count : 1..<windows.count))
          for number in 0..<chosen.count {
            let own = number == 0 || windows.count <= 2 ? number : number + 1
            #expect(
              chosen.repeatedStepCount(of: number)
                == (number == 0 || own == 2 && windows.count > 2 ? 0 : windows.repeatedStepCount(of: own)))
          }
          #expect(
            windows.droppedSequenceCount == lengths.count { naive($0, size, stride, tail).isEmpty })
        }
      }
    }
  }

  @Test func filesThatCannotBeCutAreReadOnce() throws {
    let directory = TestDirectory()
    directory.writeSeries(9)
    let csv = try directory.series(9)
    let cached = try CachedSequenceRecordReader(csv, cache: directory.cache)
    let (cut, whole) = (
      try WindowedSequenceRecordReader(cached, size: 3, stride: 2, tail: .keep),
      try WindowedSequenceRecordReader(csv, size: 3, stride: 2, tail: .keep)
    )
    #expect(try everything(cut) == everything(whole))
    #expect((0..<cut.count).allSatisfy { cut.source(of: $0) == whole.source(of: $0) })
    #expect(
      (0..<cut.count).allSatisfy {
        let row = cut.location(of: $0).steps.lowerBound
        return cut.position(of: $0, row: row, column: 1) == whole.position(of: $0, row: row, column: 1)
          && cut.source(of: $0).firstLine == cut.position(of: $0, row: row, column: 1).line
      })
    // The files are removed; the windows can still be read.
    let before = try everything(whole)
    for number in 0..<9 { directory.write("", to: "x_\(number).csv") }
    #expect(try everything(whole) == before)
  }

  @Test func rowsOfSeveralLinesHaveTheirOwnLines() throws {
    let directory = TestDirectory()
    let path = directory.write("\"1\",\"2\"\n3,\"x\ny\"\n5,6\n", to: "x_0.csv")
    let csv = try CSVSequenceRecordReader(
      CollectionInputSplit([SequenceLocation(path: path, key: "a")]),
      missingValues: MissingValues(.nan, tokens: ["x\ny"]))
    let windows = try WindowedSequenceRecordReader(csv, size: 1)
    try #require(windows.count == 3)
    #expect((0..<3).map { windows.source(of: $0).firstLine } == [1, 2, 4])
  }

  @Test func faultsAreThrownByTheirSequence() throws {
    let directory = TestDirectory()
    directory.writeSeries(4)
    let noted = NotedReader(base: try directory.series(4))
    let windows = try WindowedSequenceRecordReader(noted, size: 2, tail: .keep)
    let whole = try everything(noted)
    for (index, window) in try everything(windows).enumerated() {
      switch whole[windows.location(of: index).sequence] {
      case .failure(let error): #expect(window == .failure(error))
      case .success: #expect((try? window.get()) != nil)
      }
    }
    #expect(try everything(windows).count { (try? $0.get()) == nil } == 1)
  }

  /// A cache remembers its source: windows of another size, stride or tail are other sequences.
  @Test(arguments: [(2, 1, WindowTail.keep), (3, 1, .drop), (2, 2, .drop)])
  func aCacheOfWindowsIsOfTheseWindows(size: Int, stride: Int, tail: WindowTail) throws {
    let directory = TestDirectory()
    for number in 0..<3 { directory.write("1\n2\n3\n4\n5\n6\n7\n", to: "x_\(number).csv") }
    let base = try directory.series(3)
    let before = try WindowedSequenceRecordReader(base, size: 2, stride: 1)
    _ = try CachedSequenceRecordReader(before, cache: directory.cache)
    let windows = try WindowedSequenceRecordReader(base, size: size, stride: stride, tail: tail)
    var said: [String] = []
    let cached = try CachedSequenceRecordReader(windows, cache: directory.cache) { said.append($0) }
    #expect(said.count == 1 && cached.parsedFileCount > 0, "\(said)")
    #expect(try everything(cached) == everything(windows))
    #expect(cached.schema.options == windows.schema.options)
  }

  @Test func signaturesAndErrors() throws {
    let base = try CollectionSequenceRecordReader([[[1], [2], [3]], [[4]]])
    func signature(_ size: Int, _ stride: Int, _ tail: WindowTail) throws -> Signature {
      try WindowedSequenceRecordReader(base, size: size, stride: stride, tail: tail).signature
    }
    let first = try signature(1, 2, .drop)
    #expect(try signature(1, 2, .drop) == first)
    #expect(
      try signature(2, 2, .keep).firstDifference(from: signature(2, 1, .keep))
        == "the stride of windows was 1, is 2")
    #expect(
      try signature(1, 2, .keep).firstDifference(from: first) == "the tails of windows was drop, is keep")
    #expect(
      message { _ = try WindowedSequenceRecordReader(base, size: 4) }
        == "memory[0]: no sequence is as long as a window: expected at least 4 steps, found 3 at most; make windows "
        + "shorter, or keep the tails (--tail keep)")
    #expect(try WindowedSequenceRecordReader(base, size: 2).droppedSequenceCount == 1)
  }
}
