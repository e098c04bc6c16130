import Sequences

/// The conversion of a field of a row.
enum CSVRole: Sendable, Hashable {
  case number
  /// Not a value: a key, or a column that was not requested.
  case dropped
  case encoded(ColumnEncoding)
}

/// The columns of a file with their roles.
struct ResolvedColumns: Sendable, Hashable {
  /// The role of every field of a row.
  private(set) var roles: [CSVRole]
  /// True if every field is a number, in file order, which permits a faster path.
  let isPlain: Bool
  /// The field of every value column.
  let fields: [Int]
  /// The index of every value column in file order; `nil` if the order is the same.
  let order: [Int]?
  /// The names of the value columns.
  let columns: [String]
  /// The names of all fields.
  let fileColumns: [String]
  /// The encodings of columns that are not numbers, by name.
  let encodings: [String: ColumnEncoding]

  /// Makes columns from all of `columns`, some of which are encoded.
  init(columns: [String], encodings: [String: ColumnEncoding]) {
    roles = columns.map { encodings[$0].map(CSVRole.encoded) ?? .number }
    isPlain = roles.allSatisfy { $0 == .number }
    (fields, order, fileColumns) = (Array(columns.indices), nil, columns)
    self.columns = columns
    self.encodings = encodings.filter { columns.contains($0.key) }
  }

  /// Finds `columns` among the file's `names`; the field `key` is not a value.
  ///
  /// - Throws: `RecordError` if a name is unknown or occurs twice, or if no column is left.
  init(_ columns: CSVColumns, of names: [String], key: Int?, path: String, line: Int) throws(RecordError) {
    func index(_ name: String) throws(RecordError) -> Int {
      if let index = fieldIndex(name, among: names) { return index }
      throw RecordError(
        .header, path: path, line: line,
        "there is no column \"\(escapedText(name.utf8))\": expected one of \(shown(names)), found none of that name"
          + (nearestName(to: name, among: names) == nil
            ? "; name one of them" : suggestion(for: name, among: names)))
    }
    switch columns.selection {
    case .all: fields = names.indices.filter { $0 != key }
    case .keep(let kept):
      var found: [Int] = []
      for name in kept { found.append(try index(name)) }
      fields = found
    case .drop(let dropped):
      var excluded: Set<Int> = []
      for name in dropped { excluded.insert(try index(name)) }
      fields = names.indices.filter { $0 != key && !excluded.contains($0) }
    }
    guard !fields.isEmpty, Set(fields).count == fields.count, !fields.contains(where: { $0 == key }) else {
      throw RecordError(
        .header, path: path, line: line,
        "the columns of values cannot be these: expected one or more, each once, and not the one to group by, found "
          + "\(fields.isEmpty ? "none" : shown(fields.map { names[$0] })); name others")
    }
    var all = names
    for (old, new) in columns.renamed.sorted(by: { $0.key < $1.key }) { all[try index(old)] = new }
    guard Set(all).count == all.count else {
      throw RecordError(
        .header, path: path, line: line,
        "two columns would have the same name: expected distinct names, found \(shown(all)); rename another way"
      )
    }
    fileColumns = all
    self.columns = fields.map { all[$0] }
    var roles = [CSVRole](repeating: .dropped, count: names.count)
    for field in fields { roles[field] = .number }
    var encodings: [String: ColumnEncoding] = [:]
    for (name, encoding) in columns.encodings.sorted(by: { $0.key < $1.key }) {
      let field = try index(name)
      guard roles[field] != .dropped else {
        throw RecordError(
          .header, path: path, line: line,
          "column \"\(escapedText(name.utf8))\" is not read: expected a column of values for categories or timestamps, found one "
            + "that is dropped; keep it, or remove its encoding")
      }
      roles[field] = .encoded(encoding)
      encodings[all[field]] = encoding
    }
    let sorted = fields.sorted()
    order = sorted == fields ? nil : fields.map { field in sorted.firstIndex(of: field) ?? 0 }
    isPlain = order == nil && roles.allSatisfy { $0 == .number }
    (self.roles, self.encodings) = (roles, encodings)
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
  func addAspects(to signature: inout Signature) {
    if !isPlain {
      let roles = zip(fileColumns, roles).map { name, role in
        switch role {
        case .number: "\(name)"
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
  }
}

/// Returns the field with a name or, if no field has it, the field with that 0-based index as text.
func fieldIndex(_ name: String, among names: [String]) -> Int? {
  names.firstIndex(of: name) ?? Int(name).flatMap { names.indices.contains($0) ? $0 : nil }
}

/// Returns names as messages list them.
private func shown(_ names: [String]) -> String {
  let first = names.prefix(12).map { "\"\(escapedText($0.utf8))\"" }.joined(separator: ", ")
  return names.count > 12 ? "\(first), ... (\(names.count) in all)" : first
}

extension ResolvedColumns {
  /// The schema of a reader with these columns.
  func sequenceSchema(options: Signature) -> SequenceSchema {
    SequenceSchema(columns: columns, fileColumns: fileColumns, encodings: encodings, options: options)
  }
}
