import Sequences

/// A property of a reader that a reader around it passes on.
public enum ForwardedProperty: String, Sendable, Hashable, CaseIterable {
  /// All columns of the data, and the encodings of texts.
  case encodings
  /// The transforms applied so far.
  case transforms
  /// The options: a cache around the reader depends on them.
  case options
  /// The handling of faults, which batches take over.
  case policy
  /// The signature.
  case signature
  /// The key of an example.
  case exampleKey
  /// The exact location of a value.
  case position
  /// The lengths that are known without reading.
  case stepCount
  /// The number of first steps that the example before has too.
  case repeatedStepCount
  /// The whole sequence that a sequence is a part of.
  case wholeSequence
  /// Rows that are streamed without reading the whole sequence.
  case rowStream
  /// Ranges of rows that are read without reading the whole sequence.
  case rowRanges
  /// The cost of reading.
  case cost
}

/// Checks that a reader that wraps another one passes on everything that the other one offers.
///
/// ```swift
/// try checkForwarding { EveryOther($0) }
/// try checkForwarding(except: [.rowStream, .rowRanges]) { Sorted($0) }   // it needs whole sequences
/// ```
/// A wrapper that forgets a property still reads correctly, but slowly, or with a cache that is out of date, or
/// without what a model needs.
///
/// - Parameters:
///   - exceptions: The properties that the wrapper does not pass on, deliberately.
///   - wrap: Makes the wrapper of a reader.
/// - Returns: The report of the promises checked.
/// - Throws: `ConformanceError` naming what is not passed on; the errors of the wrapper.
@discardableResult
public func checkForwarding(
  except exceptions: Set<ForwardedProperty> = [],
  _ wrap: (any SequenceRecordReader) throws -> any SequenceRecordReader
) throws -> ConformanceReport {
  let probe = try ProbeReader()
  let wrapper = try wrap(probe)
  var report = ConformanceReport("a reader around another one")
  for property in ForwardedProperty.allCases where !exceptions.contains(property) {
    let promise = "a reader around another one passes on its \(property.rawValue)"
    if let finding = try finding(property, wrapper, around: probe) {
      throw ConformanceError(at: property.rawValue, promise, found: finding)
    }
    report.add(promise)
  }
  return report
}

/// Returns what is wrong with a property of `wrapper`; `nil` if it is passed on.
private func finding(
  _ property: ForwardedProperty, _ wrapper: any SequenceRecordReader, around probe: ProbeReader
) throws -> String? {
  let (schema, original) = (wrapper.schema, probe.schema)
  switch property {
  case .encodings:
    if schema.fileColumns != original.fileColumns {
      return "all columns were \(original.fileColumns) and are \(schema.fileColumns)"
    }
    return schema.encodings == original.encodings ? nil : "the encodings are \(schema.encodings)"
  case .transforms:
    let (all, first) = (schema.transforms?.transforms ?? [], original.transforms?.transforms ?? [])
    let isPrefix = TransformPipeline(Array(all.prefix(first.count))) == TransformPipeline(first)
    return isPrefix && schema.columnsRead == original.columnsRead
      ? nil : "the transforms are \(schema.transforms?.summary ?? "none")"
  case .options:
    return missing(original.options, in: schema.options)
  case .policy:
    return schema.policy == original.policy ? nil : "the error policy is \(schema.policy)"
  case .signature:
    return missing(probe.signature, in: wrapper.signature)
  case .exampleKey:
    let key = wrapper.exampleKey(of: 0)
    return key.hasPrefix(ProbeReader.exampleKey) ? nil : "the key of an example is \"\(key)\""
  case .position:
    let text = wrapper.position(of: 0, row: 1, column: 0).text
    return text == ProbeReader.text ? nil : "the text of a value is \(text ?? "not known")"
  case .stepCount:
    return wrapper.stepCount(of: 0) == nil ? "lengths are not known without reading" : nil
  case .repeatedStepCount:
    let count = wrapper.repeatedStepCount(of: 1)
    return count == ProbeReader.repeatedStepCount ? nil : "the number of repeated steps is \(count)"
  case .wholeSequence:
    let whole = wrapper.wholeSequence(of: 0)
    return whole == probe.wholeSequence(of: 0) ? nil : "the whole sequence is \(whole)"
  case .rowStream:
    var (stream, rows) = (try wrapper.makeRowStream(), SequenceRecord())
    try stream.begin(0)
    _ = try stream.read(upTo: 1, into: &rows)
    return probe.takeReads().contains(.whole) ? "the whole sequence is read" : nil
  case .rowRanges:
    guard var cursor = try wrapper.makeRowRangeCursor() else { return "ranges of rows cannot be read" }
    var rows = SequenceRecord()
    try cursor.read(0, rows: 0..<1, into: &rows)
    return probe.takeReads().contains(.whole) ? "the whole sequence is read" : nil
  case .cost:
    var (cursor, record): (any SequenceCursor, SequenceRecord) = (try wrapper.makeCursor(), SequenceRecord())
    try cursor.read(0, into: &record)
    return cursor.takeCost().bytes > 0 ? nil : "the cost of reading is zero"
  }
}

private func missing(_ signature: Signature, in whole: Signature) -> String? {
  signature.aspects.first { aspect in
    !whole.aspects.contains { $0.name == aspect.name && $0.value == aspect.value }
  }.map { "\($0.name) (\($0.value)) is missing" }
}
