import CText
import Platform
import Sequences

/// Reads the series of `.ts` and `.arff` files, for one thread.
///
/// Copies share their buffers, so a copy belongs to the same thread.
struct TSCursor: SequenceCursor {
  private let index: TSIndex
  private let missingValues: MissingValues
  private let policy: ErrorPolicy
  /// True if numbers may be missing values.
  private let hasTokens: Bool
  private let window = FileWindow()
  private var file: TextFile?
  private var line = TSLine()
  /// The values of all dimensions, one after the other.
  private var channels: [Float] = []
  private var cost = ReadingCost()

  init(_ index: TSIndex, missingValues: MissingValues, policy: ErrorPolicy) {
    (self.index, self.missingValues, self.policy) = (index, missingValues, policy)
    hasTokens = missingValues.tokens.contains { !$0.isEmpty }
  }

  /// Reads series `index`, `[T, C]`.
  ///
  /// - Throws: `FileError` if the file cannot be read; `RecordError` with the location of the first fault that the
  ///   policy does not repair.
  mutating func read(_ index: Int, into sequence: inout SequenceRecord) throws {
    let entry = self.index.entries[index]
    let count = self.index.dimensions.count
    sequence.begin(columnCount: count, firstLine: entry.line)
    let began = monotonicNanoseconds()
    let path = self.index.locations[Int(entry.file)].path
    let file =
      if let open = self.file, open.path == path { open } else { try self.index.text(of: Int(entry.file)) }
    self.file = file
    let opened = monotonicNanoseconds()
    try window.read(entry.range, of: file, self.index.versions)
    let bytes = window.bytes
    guard bytes.count == entry.range.count else { throw changed(path) }
    let got = monotonicNanoseconds()
    defer {
      cost.add(began: began, opened: opened, got: got, done: monotonicNanoseconds(), bytes: bytes.count)
    }
    do throws(TSLine.Fault) {
      try line.divide(bytes, 0..<bytes.count, self.index.header(of: index))
    } catch {
      throw self.index.error(.columnCount, of: index, at: error.offset, error.problem)
    }
    if let steps = expectedSteps(bytes, index), !hasTokens {
      // One dimension needs no copy.
      if count == 1, CSVParser.append(steps, in: line.dimensions[0], of: bytes, to: &sequence.values) {
        return
      }
      channels.removeAll(keepingCapacity: true)
      if count > 1,
        line.dimensions.allSatisfy({ CSVParser.append(steps, in: $0, of: bytes, to: &channels) })
      {
        arrange(steps, into: &sequence)
        return
      }
    }
    do {
      try readSlowly(Array(bytes), index, &sequence)
    } catch {
      sequence.begin(columnCount: count, firstLine: entry.line)
      throw error
    }
  }

  /// Returns the number of steps of the series in `bytes` if it has the dimensions and the steps that it must have;
  /// otherwise `nil`.
  private func expectedSteps<Text: RandomAccessCollection<UInt8>>(_ bytes: Text, _ index: Int) -> Int?
  where Text.Index == Int {
    guard line.dimensions.count == self.index.dimensions.count else { return nil }
    let steps = TSLine.valueCount(bytes, line.dimensions[0])
    if let expected = self.index.steps[Int(self.index.entries[index].file)], expected.count != steps {
      return nil
    }
    return steps
  }

  /// Makes `[T, C]` of the values of all dimensions.
  private func arrange(_ steps: Int, into sequence: inout SequenceRecord) {
    let count = channels.count / steps
    sequence.values.reserveCapacity(channels.count)
    for step in 0..<steps {
      for channel in 0..<count { sequence.values.append(channels[channel &* steps &+ step]) }
    }
  }

  /// Reads a series that is not plain numbers of the expected count: with missing values, or with faults.
  private mutating func readSlowly(
    _ bytes: [UInt8], _ index: Int, _ sequence: inout SequenceRecord
  ) throws(RecordError) {
    let header = self.index.header(of: index)
    let count = self.index.dimensions.count
    guard line.dimensions.count == count else {
      throw self.index.error(
        .columnCount, of: index, at: 0,
        "the series has \(line.dimensions.count == 1 ? "1 dimension" : "\(line.dimensions.count) dimensions"): expected \(count) "
          + "(\(self.index.dimensions.basis)), found \(line.dimensions.count)")
    }
    let fields = line.dimensions.map { TSLine.values(bytes, $0) }
    for (channel, own) in fields.enumerated() where own.count != fields[0].count {
      throw self.index.error(
        .lengths, of: index, at: line.dimensions[channel].lowerBound,
        "dimension \(channel + 1) of the series has another length: expected \(fields[0].count) values, as in its first dimension, "
          + "found \(own.count)")
    }
    if let expected = self.index.steps[Int(self.index.entries[index].file)], fields[0].count != expected.count
    {
      throw self.index.error(
        .lengths, of: index, at: 0,
        "the series has \(fields[0].count) steps: expected \(expected.count) (\(expected.basis)), found \(fields[0].count)"
      )
    }
    let isMissing = fields.map { $0.map { missing(bytes[$0]) } }
    var steps = fields[0].count
    // Only missing values at its end can say that a series of this format is shorter than the others.
    if header.format == .arff {
      while steps > 0, isMissing.allSatisfy({ $0[steps - 1] }) { steps -= 1 }
      guard steps > 0 else {
        throw self.index.error(
          .missingValue, of: index, at: 0,
          "the series has no value: expected at least one, found only missing ones")
      }
    }
    for step in 0..<steps {
      for channel in 0..<count {
        let field = fields[channel][step]
        do throws(RecordError) {
          sequence.values.append(try value(bytes[field], isMissing[channel][step], header, index, field))
        } catch {
          guard case .repair(let repair) = policy[error.kind] else { throw error }
          if case .constant = repair { sequence.missingCells.append(sequence.values.count) }
          let value = repair.value(for: Array(bytes[field]))
          sequence.values.append(value)
          sequence.ledger.note(
            Ledger.Entry(error, rule: .repair(repair), action: "took \(shown(value)) for it"))
        }
      }
    }
  }

  /// Returns true if a text is a missing value.
  private func missing(_ text: ArraySlice<UInt8>) -> Bool {
    if text.elementsEqual([UInt8(ascii: "?")]) { return true }
    if text.count == 3, text.map({ $0 | 0x20 }) == Array("nan".utf8) { return true }
    guard hasTokens, !text.isEmpty else { return false }
    let text = String(decoding: text, as: UTF8.self)
    return missingValues.tokens.contains(text)
  }

  private func value(
    _ text: ArraySlice<UInt8>, _ isMissing: Bool, _ header: TSHeader, _ index: Int, _ field: Range<Int>
  ) throws(RecordError) -> Float {
    let quoted = "\"\(escapedText(text))\""
    func fault(_ kind: RecordError.Kind, _ problem: String) -> RecordError {
      self.index.error(kind, of: index, at: field.lowerBound, text: escapedText(text), problem)
    }
    if isMissing {
      if let statement = header.withoutMissing {
        throw fault(
          .missingValue,
          "the value \(quoted) is missing: expected a number, since the header says \(statement), found \(quoted)"
        )
      }
      if missingValues.policy == .nan { return .nan }
      throw fault(
        .missingValue,
        "the value \(quoted) is missing: expected a number, found \(quoted); let a transform fill it (\(Remedy.fill))"
      )
    }
    let (kind, value) = CSVParser.decimal(Array(text))
    switch kind {
    case .number: return value
    case .empty:
      throw fault(
        .missingValue,
        "the value is empty: expected a number, or ? for a missing value, found nothing before the separator")
    case .not_finite:
      throw fault(.notFinite, "the value \(quoted) is not finite: expected a finite number, found \(quoted)")
    case .out_of_range:
      throw fault(
        .outOfRange,
        "the value \(quoted) is out of range: expected a magnitude up to 3.4028235e38, found \(quoted)")
    case .not_a_number:
      throw fault(
        .notANumber,
        "the value \(quoted) is not a number: expected a decimal number such as 1.5, found \(quoted)")
    }
  }

  /// Returns the cost of everything read since the last call.
  mutating func takeCost() -> ReadingCost {
    defer { cost = ReadingCost() }
    return cost
  }
}
