import CSV
import Sequences

/// Any bytes as a CSV file, read in every possible way: all must agree, bit for bit and error for error.
///
/// The first byte chooses the options, the rest is the file.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzCSV(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  guard count > 0 else { return 0 }
  let choice = start[0]
  FuzzedFile.fill(UnsafeRawBufferPointer(start: start + 1, count: count - 1))
  let split = CollectionInputSplit([SequenceLocation(path: FuzzedFile.path, key: "")])
  let delimiter = choice & 1 == 0 ? "," : "\t"
  let header = choice & 2 == 0 ? CSVHeader.none : .present
  let lines = Int(choice >> 2 & 1)
  let policy = ErrorPolicy([.raise, .skipRow][Int(choice >> 3 & 1)])
  // Without a header, columns are named by their numbers; a dropped column may contain any text.
  let columns = choice & 64 == 0 ? CSVColumns.all : CSVColumns(.drop(["1"]))
  do {
    let reader = try CSVSequenceRecordReader(
      split, skippingLines: lines, delimiter: delimiter, header: header, columns: columns, policy: policy)
    let whole = whole(reader)
    let blocks = inBlocks(reader)
    // If rows are skipped, reading in blocks cannot know yet that no rows will remain.
    let mayDiffer = policy != .raise && (whole.isFault || blocks.isFault)
    // Not a precondition: in optimized code those do not print their messages.
    if whole != blocks && !mayDiffer { fatalError("read whole: \(whole); in blocks: \(blocks)") }
  } catch {
    _ = "\(error)"
  }
  // The same bytes as many sequences in one file.
  let grouping = [CSVGrouping.column("0"), .separator("#"), .rows(2)][Int(choice >> 4) % 3]
  do {
    let reader = try CSVGroupedSequenceRecordReader(
      split, groupBy: grouping, skippingLines: lines, delimiter: delimiter, header: header, policy: policy)
    var cursor = reader.makeCursor()
    var sequence = SequenceRecord()
    for index in (0..<reader.count).reversed() {
      do { try cursor.read(index, into: &sequence) } catch { _ = "\(error)" }
    }
  } catch {
    _ = "\(error)"
  }
  return 0
}

/// Returns the result of reading: the bits of the values, or the error's text.
private enum Outcome: Equatable {
  case values(rows: Int, bits: [UInt32])
  case fault(String)

  var isFault: Bool { if case .fault = self { true } else { false } }
}

private func whole(_ reader: CSVSequenceRecordReader) -> Outcome {
  var cursor = reader.makeCursor()
  var sequence = SequenceRecord()
  do {
    try cursor.read(0, into: &sequence)
  } catch {
    return .fault("\(error)")
  }
  return .values(rows: sequence.stepCount, bits: sequence.values.map(\.bitPattern))
}

private func inBlocks(_ reader: CSVSequenceRecordReader) -> Outcome {
  // Short blocks, so that every token is cut somewhere.
  var cursor = reader.makeRowStream()
  var rows = SequenceRecord()
  var (count, bits) = (0, [UInt32]())
  do {
    try cursor.begin(0)
    while true {
      let read = try cursor.read(upTo: 3, into: &rows)
      if read == 0 { break }
      count += read
      bits += rows.values.map(\.bitPattern)
    }
  } catch {
    return .fault("\(error)")
  }
  return .values(rows: count, bits: bits)
}
