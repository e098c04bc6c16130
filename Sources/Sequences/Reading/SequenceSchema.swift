/// The description of a reader's sequences: their columns, and how they were read and transformed.
///
/// A reader that wraps another one returns the other's schema with its own change, so nothing is lost on the
/// way to the model file.
///
/// ```swift
/// SequenceSchema(columns: ["x", "y"], options: ["the sampling rate": "50 Hz"])
/// ```
public struct SequenceSchema: Sendable, Hashable {
  /// The column names, common to all sequences; a column without a name is called by its 0-based index.
  public var columns: [String]
  /// The names of all columns of the data, including those that are not part of the sequences, such as keys.
  ///
  /// `--label-column` counts these columns.
  public var fileColumns: [String]
  /// The names of `fileColumns` in the data, before any was renamed.
  package var namesBefore: [String]
  /// The encodings of columns whose texts are not numbers, by the column names in the data.
  public var encodings: [String: ColumnEncoding]
  /// The columns whose values may be missing (NaN): where a label is, its step has none.
  public var optionalColumns: Set<String>
  /// The columns that are constant within a sequence: attributes of the whole sequence, which statistics count once.
  public private(set) var staticColumns: [String] = []
  /// How the files are written, which a model stores; plain CSV, unless a reader says otherwise.
  package var notation = TextNotation.plain
  /// The transforms applied to whole sequences since they were read, which a model stores and repeats; `nil`
  /// if there are none.
  public private(set) var transforms: TransformPipeline?
  /// The column names before the transforms.
  public private(set) var columnsRead: [String]
  /// True if the sequences are parts of longer ones, such as windows.
  package var isPartial = false
  /// True if sequences may have missing values that no transform has filled: batches then look for them.
  package var mayHaveGaps = false
  /// True if the rows of a sequence were sorted by time.
  package var isSortedByTime = false
  /// The longest time between neighbouring rows of a sequence, in nanoseconds, if longer ones end it; otherwise `nil`.
  package var longestGap: Int?
  /// The shape of the windows that sequences are; `nil`: they are whole, or pieces.
  package var window: WindowShape?
  /// The fields of a row, if every row of a file is a sequence; otherwise `nil`.
  package var seriesRow: SeriesRow?
  /// The options that the data is read with; if one of them changes, a cache of the data is rebuilt.
  public var options: Signature
  /// The handling of faults in the data, which batches of the sequences take over.
  ///
  /// A reader that does not skip or repair anything by itself can say here what becomes of its errors.
  public var policy: ErrorPolicy

  /// Makes the schema of a reader that applies no transforms.
  ///
  /// - Parameters:
  ///   - columns: The column names.
  ///   - fileColumns: The names of all columns of the data; `nil`: those of the sequences.
  ///   - encodings: The encodings of columns whose texts are not numbers.
  ///   - optionalColumns: The columns whose values may be missing (NaN).
  ///   - options: The options that the data is read with.
  ///   - policy: The handling of faults in the data.
  public init(
    columns: [String], fileColumns: [String]? = nil, encodings: [String: ColumnEncoding] = [:],
    optionalColumns: Set<String> = [], options: Signature = Signature(), policy: ErrorPolicy = .raise
  ) {
    (self.columns, columnsRead, self.fileColumns) = (columns, columns, fileColumns ?? columns)
    namesBefore = self.fileColumns
    (self.encodings, self.optionalColumns) = (encodings, optionalColumns)
    (self.options, self.policy) = (options, policy)
  }

  /// True if the data names its columns, as a header does.
  package var namesColumns: Bool { fileColumns != fileColumns.indices.map { "\($0)" } }

  /// Returns the position of a column of the data, given its name in the data, its new name, or its position.
  ///
  /// - Throws: `ColumnReference.Fault` if no column or more than one could be meant.
  package func fileColumn(_ reference: String) throws(ColumnReference.Fault) -> Int {
    try ColumnReference(reference).position(among: namesBefore, renamed: fileColumns)
  }

  /// Returns the name that a column of the data has now, given as `fileColumn` takes it; `reference` itself if it means none.
  package func name(of reference: String) -> String {
    (try? fileColumn(reference)).map { fileColumns[$0] } ?? reference
  }

  /// Returns true if a column is constant within a sequence: an attribute, or what transforms have made of one.
  package func isStatic(_ column: Int) -> Bool {
    if staticColumns.isEmpty { return false }
    guard let transforms else { return staticColumns.contains(columns[column]) }
    let source = try? transforms.sourceColumn(of: column, columns: columnsRead)
    return source.map { staticColumns.contains(columnsRead[$0]) } ?? false
  }

  /// Returns the schema of the same sequences with further columns of attributes.
  ///
  /// - Parameter fingerprint: Identifies the values of the attributes.
  func adding(
    attributes names: [String], encodings: [String: ColumnEncoding], _ fingerprint: Fingerprint
  ) -> SequenceSchema {
    var schema = self
    schema.columns += names
    schema.columnsRead += names
    schema.staticColumns += names
    schema.encodings.merge(encodings) { first, _ in first }
    schema.options.add("the attributes of the sequences", fingerprint)
    return schema
  }

  /// Returns the schema of the same sequences with only `columns`.
  func keeping(_ columns: [String]) -> SequenceSchema {
    var schema = self
    (schema.columns, schema.columnsRead) = (columns, columns)
    schema.encodings = encodings.filter { columns.contains($0.key) }
    schema.optionalColumns = optionalColumns.intersection(columns)
    schema.staticColumns.removeAll { !columns.contains($0) }
    schema.options.add("the columns that are kept", "\(columns)")
    return schema
  }

  /// Returns the schema of data that is written in `notation`.
  package func noting(_ notation: TextNotation) -> SequenceSchema {
    var schema = self
    schema.notation = notation
    return schema
  }

  /// The notation of numbers; `nil`: that of plain CSV.
  var numbers: NumberNotation? { NumberNotation(notation) }

  /// True if a column has timestamps.
  package var hasTimes: Bool { encodings.values.contains { if case .time = $0 { true } else { false } } }

  /// Returns the schema of the same sequences after `pipeline`, which makes `columns` of them.
  func transformed(by pipeline: TransformPipeline, into columns: [String]) -> SequenceSchema {
    var schema = self
    schema.columns = columns
    schema.transforms = TransformPipeline((transforms?.transforms ?? []) + pipeline.transforms)
    schema.options.add("the transforms", pipeline.summary)
    if !pipeline.transforms.allSatisfy(\.keepsRows) {
      // A cache that was made when dropped rows were not recorded must not be used.
      schema.options.add("the numbering of rows after transforms", "as in the data")
    }
    return schema
  }

  /// The classes of the columns that hold class indices, by the columns' names.
  package var classes: [String: Vocabulary] {
    get throws { try (transforms ?? TransformPipeline()).outputClasses(encodings, columns: columnsRead) }
  }

  /// The encodings of the columns as they are now: of those that hold class indices, and of others as they were read.
  var currentEncodings: [String: ColumnEncoding] {
    get throws {
      var encodings = encodings.filter { if case .category = $0.value { false } else { true } }
      for (name, vocabulary) in try classes { encodings[name] = .category(vocabulary) }
      return encodings
    }
  }

  /// Returns descriptions of what was done to a column since it was read, in order: its encoding, and every
  /// transform.
  public func changes(ofColumn column: Int) -> [String] {
    let source = (try? transforms?.sourceColumn(of: column, columns: columnsRead)) ?? column
    let encoding = columnsRead.indices.contains(source) ? encodings[columnsRead[source]] : nil
    return (encoding.map { ["\($0)"] } ?? []) + (transforms?.transforms.map(\.summary) ?? [])
  }
}
