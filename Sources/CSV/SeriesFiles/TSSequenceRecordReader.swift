import Platform
import Sequences

/// A reader of `.ts` files, the format of sktime and aeon, and of `.arff` files in the layouts of the UCR and UEA
/// archives: a series per line, below a header that describes them.
///
/// ```swift
/// let series = try TSSequenceRecordReader(FileSplit("GunPoint", extensions: ["ts"]))
/// let found = try SeriesLabels(statedIn: series)
/// let classes = try found.classes()                                   // in the order of the header
/// let labels = SeriesLabelReader(found, as: .classes(classes))
/// ```
/// The extension of a file says which format it has. What the header says is checked against the series: the number of
/// dimensions, lengths, missing values and classes. `?` and `NaN` are missing values; at the end of a series in an
/// `.arff` file, in all dimensions, they are no steps. Timestamps are rejected. The files are read once when the reader is
/// made, for an index of 32 bytes per series; after that, any series is read directly.
public struct TSSequenceRecordReader: SequenceRecordReader {
  /// The dimensions, called by their 0-based numbers.
  public let schema: SequenceSchema
  let index: TSIndex
  private let missingValues: MissingValues

  /// Makes a reader of the files of `split`, and reads all of their headers.
  ///
  /// - Parameters:
  ///   - split: The files, in order. They have the same dimensions, and the same labels.
  ///   - missingValues: The handling of missing values, and further texts that mean "missing".
  ///   - policy: The handling of faults. A line is a series: there are no rows to skip in it.
  /// - Throws: Any error of the split; `FileError`; `RecordError` if a header is incomplete, contradicts itself or those
  ///   of other files, or if there is no series.
  public init(
    _ split: any InputSplit, missingValues: MissingValues = .rejected, policy: ErrorPolicy = .raise
  ) throws {
    index = try TSIndex(split)
    self.missingValues = missingValues
    var options = Signature()
    options.add("how sequences are told apart", "a line of a .ts or .arff file")
    var missing = Fingerprint()
    missing.combine(missingValues.policy == .nan ? "nan" : "refused")
    missing.combine(missingValues.tokens)
    options.add("what is a missing value", missing)
    if !policy.raisesEverything { options.add("the error policy", policy.description) }
    schema = SequenceSchema(
      columns: (0..<index.dimensions.count).map(String.init), options: options, policy: policy)
  }

  /// The files, in the split's order.
  public var locations: [SequenceLocation] { index.locations }

  /// The headers of the files.
  package var headers: [TSHeader] { index.headers }

  /// The number of series in all files.
  public var count: Int { index.entries.count }

  /// The index, the options, and the sizes of the files.
  public var signature: Signature {
    var signature = indexSignature
    signature.add(schema.options)
    signature.addSizes(of: locations)
    return signature
  }

  /// Makes a cursor for one thread.
  public func makeCursor() -> some SequenceCursor {
    TSCursor(index, missingValues: missingValues, policy: schema.policy)
  }

  /// Returns the file, the line of the series, and its key: the 0-based number of the series, after the file's own key
  /// if there are several files: "a/0".
  public func source(of index: Int) -> SequenceRecord.Source { self.index.source(of: index) }

  /// Returns the path of the file relative to the directory of the split, without extensions, followed by `:` and the
  /// 0-based number of the series in the file.
  public func exampleKey(of index: Int) -> String { self.index.exampleKey(of: index) }

  /// Returns the exact location of one value and its text, by reading the line again.
  public func position(of index: Int, row: Int, column: Int) -> SequenceRecord.Position {
    let entry = self.index.entries[index]
    let path = locations[Int(entry.file)].path
    var position = SequenceRecord.Position(path: path, line: entry.line)
    let buffer = FileBuffer()
    var line = TSLine()
    guard let text = try? self.index.text(of: Int(entry.file)),
      (try? buffer.read(entry.range, of: text)) != nil
    else { return position }
    let bytes = Array(buffer.bytes)
    guard (try? line.divide(bytes, bytes.indices, self.index.header(of: index))) != nil,
      line.dimensions.indices.contains(column)
    else { return position }
    let fields = TSLine.values(bytes, line.dimensions[column])
    guard fields.indices.contains(row) else { return position }
    position.column = fields[row].lowerBound + 1
    position.text = String(decoding: bytes[fields[row]], as: UTF8.self)
    position.offset = entry.offset + fields[row].lowerBound
    return position
  }
}
