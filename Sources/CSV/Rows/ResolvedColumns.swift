import Platform
import Sequences

/// The conversion of a field of a row.
enum CSVRole: Sendable, Hashable {
  case number
  /// The number of a class, which must not be rounded.
  case classNumber
  /// Not a value: a key, or a column that was not requested.
  case dropped
  case encoded(ColumnEncoding)

  /// True if the texts are classes.
  var isCategory: Bool {
    if case .encoded(.category) = self { return true }
    return false
  }
}

/// The columns of a file with their roles.
struct ResolvedColumns: Sendable, Hashable {
  /// The role of every field of a row.
  private(set) var roles: [CSVRole]
  /// True if every field is a number, in file order, which permits a faster path.
  private(set) var isPlain: Bool
  /// The field of every value column.
  private(set) var fields: [Int]
  /// The index of every value column in file order; `nil` if the order is the same.
  private(set) var order: [Int]?
  /// The names of the value columns.
  let columns: [String]
  /// The fields of labels, whose faults have other remedies.
  private(set) var labelFields: Set<Int>
  /// The names of all fields.
  private(set) var fileColumns: [String]
  /// The names of all fields in the file, before any was renamed.
  private(set) var fileNames: [String]
  /// The encodings of columns that are not numbers, by name.
  let encodings: [String: ColumnEncoding]
  /// The fields of timestamps, in column order; rows must be in the order of the first one.
  private(set) var timeFields: [TimeField]
  /// True if rows are sorted by the first field of timestamps.
  let sortsByTime: Bool
  /// True if some fields tell the rows of several sequences apart.
  let isGrouped: Bool
  /// For every field, true if it is a label that may be missing; empty if there is none.
  private let optionalFields: [Bool]
  /// The texts of missing labels.
  private let missingLabels: [[UInt8]]
  /// True if a missing label may be a number, so that numbers must be compared with the texts.
  let missingLabelsMayBeNumbers: Bool
  /// The columns that are values.
  private let selection: CSVColumns.Selection

  /// A field of timestamps.
  struct TimeField: Sendable, Hashable {
    /// The field of a row, and the column of values that it becomes.
    var field, column: Int
    var encoding: TimestampEncoding
  }

  /// Makes columns from all of `columns`, some of which are encoded.
  init(columns: [String], encodings: [String: ColumnEncoding]) {
    roles = columns.map { encodings[$0].map(CSVRole.encoded) ?? .number }
    isPlain = roles.allSatisfy { $0 == .number }
    (fields, order, fileColumns, fileNames) = (Array(columns.indices), nil, columns, columns)
    self.columns = columns
    labelFields = []
    self.encodings = encodings.filter { columns.contains($0.key) }
    timeFields = Self.timeFields(fields, roles)
    (sortsByTime, isGrouped) = (false, false)
    (optionalFields, missingLabels, missingLabelsMayBeNumbers) = ([], [], false)
    selection = .all
  }

  private static func timeFields(_ fields: [Int], _ roles: [CSVRole]) -> [TimeField] {
    fields.enumerated().compactMap { column, field in
      guard case .encoded(.time(let encoding)) = roles[field] else { return nil }
      return TimeField(field: field, column: column, encoding: encoding)
    }
  }

  /// Finds `columns` among `names`, of which they are a part, some of them encoded.
  ///
  /// - Returns: `nil` if one is not there, or there twice.
  init?(columns: [String], of names: [String], encodings: [String: ColumnEncoding]) {
    let fields = columns.compactMap { names.firstIndex(of: $0) }
    guard fields.count == columns.count,
      !zip(columns, fields).contains(where: { name, field in names[(field + 1)...].contains(name) })
    else { return nil }
    var chosen = CSVColumns(.keep(fields.map { "@\($0)" }))
    for (name, field) in zip(columns, fields) { chosen.encodings["@\(field)"] = encodings[name] }
    guard let resolved = try? ResolvedColumns(chosen, of: names, key: [], path: "", line: 1) else {
      return nil
    }
    self = resolved
  }

  /// Finds `columns` among the file's `names`; the fields `key` are not values.
  ///
  /// - Throws: `RecordError` if a reference is unknown or ambiguous, if two columns of values have the same
  ///   name, or if no column is left.
  init(_ columns: CSVColumns, of names: [String], key: [Int], path: String, line: Int) throws(RecordError) {
    let all = try Self.newNames(columns, of: names, path: path, line: line)
    func index(_ reference: String) throws(RecordError) -> Int {
      try ColumnReference(reference).position(among: names, renamed: all, path: path, line: line)
    }
    func indices(_ references: [String]) throws(RecordError) -> [Int] {
      var found: [Int] = []
      for reference in references { found.append(try index(reference)) }
      return found
    }
    var excluded = Set(try indices(columns.excluded))
    switch columns.selection {
    case .all: fields = names.indices.filter { !key.contains($0) && !excluded.contains($0) }
    case .keep(let kept): fields = try indices(kept).filter { !excluded.contains($0) }
    case .drop(let dropped):
      excluded.formUnion(try indices(dropped))
      fields = names.indices.filter { !key.contains($0) && !excluded.contains($0) }
    }
    guard !fields.isEmpty, Set(fields).count == fields.count, !fields.contains(where: key.contains) else {
      throw RecordError(
        .header, path: path, line: line,
        "the columns of values cannot be these: expected one or more, each once, and not the one to group by, found "
          + "\(fields.isEmpty ? "none" : quoted(fields.map { names[$0] })); name others")
    }
    if let (first, second) = Self.namesakes(fields, in: all) {
      let newName = (2...).lazy.map { "\(all[second])\($0)" }.first { !all.contains($0) } ?? ""
      throw RecordError(
        .header, path: path, line: line,
        "columns @\(first) and @\(second) have the same name: expected distinct names, found "
          + "\"\(escapedText(all[second].utf8))\" twice; rename one (\(Remedy.rename("\(second)", escapedText(newName.utf8, limit: nil)))) "
          + "or leave one out (\(Remedy.dropColumn("\(second)")))")
    }
    fileColumns = all
    fileNames = names
    self.columns = fields.map { all[$0] }
    var roles = [CSVRole](repeating: .dropped, count: names.count)
    for field in fields { roles[field] = .number }
    var encodings: [String: ColumnEncoding] = [:]
    for (name, encoding) in columns.encodings.sorted(by: { $0.key < $1.key }) {
      let field = try index(name)
      switch roles[field] {
      case .number, .classNumber: roles[field] = .encoded(encoding)
      case .dropped:
        throw RecordError(
          .header, path: path, line: line,
          "column \"\(escapedText(name.utf8))\" is not read: expected a column of values for categories, timestamps or an offset, found one "
            + "that is dropped; keep it, and leave it out of the features once it was read "
            + "(\(Remedy.dropLater(escapedText(all[field].utf8, limit: nil)))), or say nothing of its texts (category, time, offset)"
        )
      case .encoded:
        throw RecordError(
          .header, path: path, line: line,
          "column @\(field) has two encodings: expected one, found a second one by the name "
            + "\"\(escapedText(name.utf8))\"; name the column once")
      }
      encodings[all[field]] = encoding
    }
    let fields = fields
    func selected(_ selection: CSVColumns.Selection) throws(RecordError) -> [Int] {
      switch selection {
      case .all: return fields
      case .keep(let kept): return try indices(kept)
      case .drop(let dropped):
        let others = Set(try indices(dropped))
        return fields.filter { !others.contains($0) }
      }
    }
    for field in try selected(columns.classNumbers) where roles[field] == .number {
      roles[field] = .classNumber
    }
    var labelFields: Set<Int> = []
    for label in columns.labels {
      do throws(RecordError) { labelFields.insert(try index(label)) } catch { continue }
    }
    self.labelFields = labelFields
    order = Self.order(fields)
    var optionalFields: [Bool] = []
    for field in try selected(columns.optional) {
      if optionalFields.isEmpty { optionalFields = names.map { _ in false } }
      optionalFields[field] = true
    }
    self.optionalFields = optionalFields
    missingLabels = columns.missingLabels.map { Array(trimmed($0.utf8)) }
    missingLabelsMayBeNumbers =
      !optionalFields.isEmpty && missingLabels.contains { CSVParser.preciseNumber($0) != nil }
    isPlain = order == nil && optionalFields.isEmpty && roles.allSatisfy { $0 == .number }
    selection = columns.selection
    (self.roles, self.encodings) = (roles, encodings)
    timeFields = Self.timeFields(fields, roles)
    (sortsByTime, isGrouped) = (columns.sortsByTime, !key.isEmpty)
    guard !sortsByTime || !timeFields.isEmpty else {
      throw RecordError(
        .header, path: path, line: line,
        "rows cannot be sorted by time: expected a column of timestamps, found none; name it (\(Remedy.timeColumn))"
      )
    }
  }

  /// Returns the names of a file's columns once some are renamed.
  ///
  /// - Throws: `RecordError` if a reference is unknown or ambiguous, if a column is renamed twice, or if a new name means a
  ///   position.
  static func newNames(
    _ columns: CSVColumns, of names: [String], path: String, line: Int
  ) throws(RecordError) -> [String] {
    var all = names
    for (old, new) in columns.renamed.sorted(by: { $0.key < $1.key }) {
      let field = try ColumnReference(old).position(among: names, renamed: all, path: path, line: line)
      guard all[field] == names[field] else {
        throw RecordError(
          .header, path: path, line: line,
          "column @\(field) is renamed twice: expected one new name, found \"\(escapedText(all[field].utf8))\" and "
            + "\"\(escapedText(new.utf8))\"; rename it once")
      }
      guard ColumnReference.position(in: new) == nil else {
        throw RecordError(
          .header, path: path, line: line,
          "column @\(field) cannot be called \"\(escapedText(new.utf8))\": expected a name, found what means a position; "
            + "choose a name without the @")
      }
      all[field] = new
    }
    return all
  }

  /// Returns the index of every one of `fields` in file order; `nil` if that is their order.
  private static func order(_ fields: [Int]) -> [Int]? {
    let sorted = fields.sorted()
    return sorted == fields ? nil : fields.map { field in sorted.firstIndex(of: field) ?? 0 }
  }

  /// Returns the same columns of a file that has them in other places.
  ///
  /// - Parameters:
  ///   - places: The field of every value column there.
  ///   - names: The names of all fields there.
  func moved(to places: [Int], of names: [String]) -> ResolvedColumns {
    var moved = self
    moved.roles = [CSVRole](repeating: .dropped, count: names.count)
    moved.fileColumns = names
    moved.fileNames = names
    for (place, field) in zip(places, fields) {
      moved.roles[place] = roles[field]
      moved.fileColumns[place] = fileColumns[field]
    }
    moved.labelFields = Set(zip(places, fields).filter { labelFields.contains($0.1) }.map(\.0))
    moved.fields = places
    moved.order = Self.order(places)
    moved.isPlain = moved.order == nil && moved.roles.allSatisfy { $0 == .number }
    moved.timeFields = Self.timeFields(places, moved.roles)
    return moved
  }

  /// The columns of rows without their last fields, which are not values; `nil` if the last field is one.
  var withoutDroppedEnd: ResolvedColumns? {
    guard let last = fields.max(), last + 1 < roles.count else { return nil }
    var first = self
    first.roles.removeSubrange((last + 1)...)
    first.isPlain = first.order == nil && first.roles.allSatisfy { $0 == .number }
    return first
  }

  /// Returns one of the `names` of another file that would be a value, but is not among the `known` names; `nil` if there
  /// is none.
  func unselected(_ names: [String], besides known: [String], _ key: [Int]) -> String? {
    if case .keep = selection { return nil }
    return names.indices.first { !known.contains(names[$0]) && !key.contains($0) }.map { names[$0] }
  }

  /// Returns two of `fields` that have the same name, or `nil`.
  private static func namesakes(_ fields: [Int], in names: [String]) -> (Int, Int)? {
    var seen: [String: Int] = [:]
    for field in fields.sorted() {
      if let first = seen.updateValue(field, forKey: names[field]) { return (first, field) }
    }
    return nil
  }

  /// Returns true if field `index` is a label that is missing, given its text.
  func isMissingLabel(_ text: some BidirectionalCollection<UInt8>, _ index: Int) -> Bool {
    guard index < optionalFields.count, optionalFields[index] else { return false }
    let text = trimmed(text)
    return text.isEmpty || missingLabels.contains { $0.elementsEqual(text) }
  }

  /// True if a column has labels that may be missing.
  var mayLackLabels: Bool { !optionalFields.isEmpty }

  /// The names of the columns of labels that may be missing.
  var optionalColumns: Set<String> {
    Set(optionalFields.indices.filter { optionalFields[$0] }.map { fileColumns[$0] })
  }

  /// Reorders the values of whole rows from file order to column order.
  func reorder(_ values: inout [Float]) {
    guard let order else { return }
    var row = [Float](repeating: 0, count: order.count)
    for start in stride(from: 0, to: values.count, by: order.count) {
      for (column, location) in order.enumerated() { row[column] = values[start + location] }
      values.replaceSubrange(start..<start + order.count, with: row)
    }
  }

  /// Reorders cells accordingly, given as ascending indices into all values.
  func reorder(cells: inout [Int]) {
    guard let order, !cells.isEmpty else { return }
    var columns = order
    for (column, location) in order.enumerated() { columns[location] = column }
    cells = cells.map { $0 / order.count * order.count + columns[$0 % order.count] }.sorted()
  }

  /// Adds its settings, aspect by aspect; adds nothing if all fields are numbers with the file's names.
  ///
  /// Class numbers are not mentioned: the values are those of other numbers.
  func addAspects(to signature: inout Signature) {
    let isPlain = order == nil && roles.allSatisfy { $0 == .number || $0 == .classNumber }
    if !isPlain {
      let roles = zip(fileColumns, roles).map { name, role in
        switch role {
        case .number, .classNumber: "\(name)"
        case .dropped: "-\(name)"
        case .encoded(let encoding): "\(name): \(encoding.signatureText)"
        }
      }
      var hash = Fingerprint()
      hash.combine(roles)
      hash.combine(columns)
      for case .encoded(.category(let vocabulary)) in self.roles { hash.combine(vocabulary.names) }
      signature.add("the columns that are read, or how their texts become numbers", hash)
    }
    if sortsByTime { signature.add("the order of rows", "by time") }
    if !optionalFields.isEmpty {
      var hash = Fingerprint()
      hash.combine(optionalColumns.sorted())
      hash.combine(missingLabels.map { String(decoding: $0, as: UTF8.self) })
      signature.add("the labels that may be missing", hash)
    }
  }
}

extension ResolvedColumns {
  /// Returns the schema of a reader with these columns.
  func sequenceSchema(
    _ notation: TextNotation, options: Signature, policy: ErrorPolicy
  ) -> SequenceSchema {
    var schema = SequenceSchema(
      columns: columns, fileColumns: fileColumns, encodings: encodings, optionalColumns: optionalColumns,
      options: options, policy: policy)
    schema.namesBefore = fileNames
    schema.isSortedByTime = sortsByTime
    return schema.noting(notation)
  }
}
