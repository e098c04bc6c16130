import CSV
import Sequences
import Timestep

// Completes the flags with what a model knows of its files.
extension DataOptions {
  /// Returns the options with the notation of a model's training data, with a header, and with the columns of the model,
  /// where it requires them.
  ///
  /// A header is assumed if the model's columns are found only in one. The columns are those of the model if the
  /// files have the same columns as those it was trained on. Flags come first.
  ///
  /// - Parameter forPredictions: True if labels are not read: files may be without their columns, which are left out
  ///   otherwise.
  func completed(by contract: DataContract, forPredictions: Bool = false) throws -> DataOptions {
    var noted = self
    noted.notationFlags = notationFlags.completed(by: contract.notation)
    if forPredictions { noted = try noted.movingPositions(of: contract) }
    return try noted.withColumns(of: contract, forPredictions: forPredictions) { unknown in
      let dropped = (columns.dropColumns?.names ?? []) + unknown
      return
        "leave out what the model does not know (\(Remedy.readWithoutColumns(dropped.joined(separator: ","))))"
    }
  }

  /// Returns the options with the positions that the model's flags name as they are in files without the columns of labels.
  private func movingPositions(of contract: DataContract) throws -> DataOptions {
    guard let labels = contract.source?.labels, !labels.isEmpty, features.count < 2,
      let known = contract.source?.fileColumns ?? contract.source?.columns,
      let names = (try? firstFile()).flatMap({ columnNames(in: $0) }),
      names.count == known.count - labels.count, !header || Set(labels).isDisjoint(with: names)
    else { return self }
    let places = labels.compactMap(known.firstIndex)
    func moved(_ reference: String) -> String {
      guard let place = try? ColumnReference(reference).position(among: known),
        known[place] != reference || !header
      else { return reference }
      return "@\(place - places.count { $0 < place })"
    }
    var options = self
    if isOfModel("group-by") { options.layout.groupBy = layout.groupBy.map { NameList($0.names.map(moved)) } }
    if isOfModel("rename") {
      options.columns.rename = columns.rename.filter { !labels.contains($0.newName) }.map {
        $0.named(moved($0.name))
      }
    }
    return options
  }

  /// Returns true if a flag about columns is not given, but from the model.
  private func isOfModel(_ name: String) -> Bool {
    guard case .model? = GivenFlags.current.flags.last(where: { $0.definition.name == name })?.origin else {
      return false
    }
    return true
  }

  /// Returns the options with the columns of the training data, in their order.
  ///
  /// What the training left out is left out, beside what flags leave out.
  ///
  /// - Parameters:
  ///   - contract: That of the training data.
  ///   - forPredictions: True if labels are not read.
  ///   - remedy: Returns what helps against columns that the training data does not have.
  /// - Throws: `RecordError` about such columns, or another order.
  func withColumns(
    of contract: DataContract, forPredictions: Bool = false, remedy: ([String]) -> String
  ) throws -> DataOptions {
    guard plugins.reader == nil, !areDescribed else { return self }
    let labels = forPredictions ? contract.source?.labels ?? [] : []
    if layout.oneSeriesPerRow, features.count < 2 { return try withFields(of: contract, forPredictions) }
    if layout.linePattern != nil { return withoutColumns(labels) }
    let statics = contract.staticColumns ?? []
    let wanted = (contract.source?.columns ?? contract.columns).filter {
      !statics.contains($0) && !labels.contains($0)
    }
    let known = contract.source?.fileColumns ?? contract.source?.columns ?? wanted
    if features.count > 1 { return try withJoinedColumns(wanted, of: known) }
    guard let first = try? firstFile() else { return self }
    if isOfModel("rename") {
      let all = columnNames(in: first) ?? []
      let own = renaming(only: wanted) { (try? ColumnReference($0).position(among: all)) != nil }
      if own.columns.rename.count < columns.rename.count {
        return try own.withColumns(of: contract, forPredictions: forPredictions, remedy: remedy)
      }
    }
    for header in header ? [CSVHeader.present] : [.none, .present] {
      guard let names = columnNames(in: first, header, renamed: true), Set(wanted).isSubset(of: names) else {
        continue
      }
      var options = self
      options.header = header == .present
      // Without a header, only as many columns as in the training are the same ones.
      if header == .present
        || columns.dropColumns == nil
          && (names == known || forPredictions && names == known.filter { !labels.contains($0) })
      {
        try options.choose(
          wanted, of: known, among: names, in: first, labels: contract.source?.labels ?? [], remedy)
      }
      return options
    }
    if forPredictions, header, let names = columnNames(in: first, .present, renamed: true),
      let missing = wanted.first(where: { !names.contains($0) })
    {
      throw RecordError(
        .mismatch, path: first.path, line: skipLines + 1,
        "has no column \"\(escapedText(missing.utf8))\", which the model requires: expected \(wanted.count) columns of its "
          + "features, found \(names.count) columns; give files with the columns of the training data"
          + suggestion(for: missing, among: names))
    }
    return self
  }

  /// Chooses the columns that the training read, unless flags say which ones are kept.
  ///
  /// - Parameters:
  ///   - wanted: The columns that the training read.
  ///   - known: All columns of its files.
  ///   - names: The columns of the files, `wanted` among them.
  ///   - labels: The columns of labels of the training, whose places do not matter.
  private mutating func choose(
    _ wanted: [String], of known: [String], among names: [String], in file: SequenceLocation,
    labels: [String],
    _ remedy: ([String]) -> String
  ) throws(RecordError) {
    guard columns.keepColumns == nil else { return }
    func positions(_ references: [String]) -> [Int] {
      references.compactMap { try? ColumnReference($0).position(among: names) }
    }
    let dropped = columns.dropColumns?.names ?? []
    let left = positions(dropped)
    // The reader says which of these columns is not there.
    guard left.count == dropped.count else { return }
    let labelColumns = positions(labelColumn?.names ?? []).filter { !wanted.contains(names[$0]) }
    let others = left + labelColumns + positions(layout.keyColumns)
    let unknown = names.indices.filter { !known.contains(names[$0]) && !others.contains($0) }.map {
      names[$0]
    }
    func fault(_ problem: String) -> RecordError {
      RecordError(.mismatch, path: file.path, line: skipLines + 1, problem)
    }
    if !unknown.isEmpty {
      throw fault(
        "there are columns that the training data does not have: expected columns among \(quoted(known)), found \(quoted(unknown)) too; \(remedy(unknown))"
      )
    }
    func features(of columns: [String]) -> [String] {
      columns.filter { wanted.contains($0) && !labels.contains($0) }
    }
    let (expected, found) = (features(of: known), features(of: names))
    if found != expected, !columns.columnsByName {
      throw fault(
        "the columns have another order than in the training data: expected \(quoted(expected)), found \(quoted(found)); "
          + "find them by name (\(Remedy.columnsByName))")
    }
    let kept = wanted.compactMap(names.firstIndex).filter { !left.contains($0) }
    columns.keepColumns = NameList((kept + labelColumns).map { "@\($0)" })
    columns.dropColumns = nil
  }

  /// Returns the options for files to join without the columns that the training of a model left out, or that are labels.
  ///
  /// - Parameters:
  ///   - wanted: The columns that the model reads.
  ///   - known: All columns of the files that it was trained on.
  private func withJoinedColumns(_ wanted: [String], of known: [String]) throws -> DataOptions {
    let files = try columnsOfFiles()
    func isThere(_ column: String) -> Bool { files.contains { $0.has(column) } }
    let labels = labelColumn?.names ?? []
    return renaming(only: wanted, isThere).withoutColumns(
      known.filter { !wanted.contains($0) && !labels.contains($0) && isThere($0) })
  }

  /// Returns the options without the model's new names of columns that are neither there nor wanted.
  private func renaming(only wanted: [String], _ isThere: (String) -> Bool) -> DataOptions {
    guard isOfModel("rename") else { return self }
    var options = self
    options.columns.rename.removeAll { pair in
      // A name that several files have gets the name of its files in front.
      !isThere(pair.name) && !wanted.contains { $0 == pair.newName || $0.hasSuffix("_" + pair.newName) }
    }
    return options
  }

  /// Returns the options without further columns, unless flags say which ones are kept.
  private func withoutColumns(_ names: [String]) -> DataOptions {
    guard columns.keepColumns == nil, !names.isEmpty else { return self }
    let given = columns.dropColumns?.names ?? []
    var options = self
    options.columns.dropColumns = NameList(given + names.filter { !given.contains($0) })
    return options
  }

  /// Returns the options for rows that are series: the fields that are no values are those of the model's training.
  ///
  /// - Parameter forPredictions: True if labels are not read: files may be without them.
  private func withFields(of contract: DataContract, _ forPredictions: Bool) throws -> DataOptions {
    let file = try firstFile()
    let names = file.flatMap { columnNames(in: $0, renamed: true) }
    guard let references = contract.labelReferences else {
      return try withFields(of: contract, in: file, names, labels: [], hasLabels: false)
    }
    guard forPredictions else {
      return try withFields(of: contract, in: file, names, labels: references, hasLabels: true)
    }
    let known = contract.seriesRow
    let own = references.compactMap { reference in known?.others.first { $0.isMeant(by: reference) } }
    let isNamed = header && (own.isEmpty ? references.allSatisfy { Int($0) == nil && $0.first != "@" } : true)
    let labelNames = own.isEmpty ? references : own.map(\.name)
    // Names tell whether there are labels, or rows with so many fields less than those of the training.
    let hasLabels =
      isNamed
      ? names?.contains { labelNames.contains($0) } ?? true
      : names.map { known == nil || $0.count != (known?.width ?? 0) - references.count } ?? true
    var options = try withFields(of: contract, in: file, names, labels: references, hasLabels: hasLabels)
    if hasLabels {
      // The reader leaves out the labels, whatever the columns are.
      options.labelColumn = NameList(isNamed ? labelNames : references)
      if !isNamed, names?.count != known?.width {
        RunNotes.write(
          "column \(references.joined(separator: ",")) of every row, the label of the training data, is left out: files without labels need such a "
            + "column too, with any value")
      }
    } else {
      options.labelColumn = nil
    }
    return options
  }

  /// Returns the options without the fields that the model's training dropped, unless flags choose the columns.
  private func withFields(
    of contract: DataContract, in file: SequenceLocation?, _ names: [String]?, labels: [String],
    hasLabels: Bool
  ) throws -> DataOptions {
    guard columns.keepColumns == nil, columns.dropColumns == nil, let known = contract.seriesRow, let file,
      let names
    else { return self }
    let dropped = known.others.filter { field in !labels.contains { field.isMeant(by: $0) } }
    let labelPlaces = known.others.filter { field in labels.contains { field.isMeant(by: $0) } }.map(
      \.position)
    func moved(_ position: Int) -> Int {
      hasLabels ? position : position - labelPlaces.count { $0 < position }
    }
    var options = self
    if header, dropped.contains(where: { $0.name != "\($0.position)" }) {
      let found = dropped.map(\.name).filter(names.contains)
      if let missing = dropped.first(where: { !names.contains($0.name) }),
        names.count == known.width - (hasLabels ? 0 : labels.count)
      {
        throw RecordError(
          .mismatch, path: file.path, line: skipLines + 1,
          "has no column \"\(escapedText(missing.name.utf8))\", which the training of the model left out: expected the columns of its "
            + "rows, found \(quoted(names)); name the columns that are no values (\(Remedy.dropNamedColumn("NAME")))"
        )
      }
      if !found.isEmpty { options.columns.dropColumns = NameList(found) }
    } else if !dropped.isEmpty {
      options.columns.dropColumns = NameList(dropped.map { "@\(moved($0.position))" })
    }
    if let order = known.order, names.count == known.width - (hasLabels ? 0 : labels.count) {
      (options.columns.keepColumns, options.columns.dropColumns) = (
        NameList(order.map { "@\(moved($0))" }), nil
      )
    }
    return options
  }

  private func firstFile() throws -> SequenceLocation? {
    try features.first.map(split)?.locations().first
      ?? plugins.split(plugins.inputSplit, flag: "--input-split")?.locations().first
  }

  /// Returns the names of all columns of a file; `nil` if they cannot be read.
  ///
  /// - Parameters:
  ///   - header: Whether the file has a header; `nil`: as the flags say.
  ///   - renamed: True if the flags rename columns.
  func columnNames(in file: SequenceLocation, _ header: CSVHeader? = nil, renamed: Bool = false) -> [String]?
  {
    var columns = CSVColumns(.keep(["@0"]))
    if renamed { for pair in self.columns.rename { columns.renamed[pair.name] = pair.newName } }
    // With repaired values, texts are no faults.
    let reader = try? CSVSequenceRecordReader(
      CollectionInputSplit([file]), skippingLines: skipLines,
      header: header ?? (self.header ? .present : .none), notation: notationFlags.notation, columns: columns,
      policy: ErrorPolicy(.repair(.missing)))
    return reader?.schema.fileColumns
  }

  /// Returns encodings that a model knows by the names of columns, with the references that flags have for these, such as
  /// `@1`.
  func keyed(
    _ known: [String: ColumnEncoding], by columns: ColumnOptions, in file: SequenceLocation
  ) -> [String: ColumnEncoding] {
    let references = columns.category.map(\.name) + columns.time.map(\.name) + columns.offset.map(\.name)
    guard references.contains(where: { known[$0] == nil }),
      let names = columnNames(in: file, renamed: true)
    else { return known }
    var result = known
    for reference in references {
      guard let place = try? ColumnReference(reference).position(among: names), names[place] != reference,
        let encoding = result.removeValue(forKey: names[place])
      else { continue }
      result[reference] = encoding
    }
    return result
  }
}

extension DataContract {
  /// The columns of labels, as `--label-column` of the training named them; `nil` if it did not.
  var labelReferences: [String]? {
    guard case .text(let text)? = fileSettings?["label-column"] else { return nil }
    return text.split(separator: ",").map(String.init)
  }

  /// Returns the advice to leave out columns of `data` that a model does not know, or to read them in the order of the
  /// model; nothing if that does not help.
  func remedy(for data: DataContract) -> String {
    let wanted = source?.columns ?? columns
    let found = data.source?.columns ?? data.columns
    let others = found.filter { !wanted.contains($0) }
    guard Set(wanted).isSubset(of: found) else { return "" }
    if !others.isEmpty {
      let dropped = (GivenFlags.current.value(of: "drop-columns").map { [$0] } ?? []) + others
      return
        "leave out the columns that it does not know (\(Remedy.readWithoutColumns(dropped.joined(separator: ",")))), or "
    }
    guard columns != data.columns, Set(columns) == Set(data.columns) else { return "" }
    return "read the columns in its order (\(Remedy.keepColumns(wanted.joined(separator: ",")))), or "
  }
}

extension SeriesRow.Field {
  /// Returns true if a flag for columns means the field.
  fileprivate func isMeant(by reference: String) -> Bool {
    if let place = ColumnReference.position(in: reference) { return place == position }
    return reference == name || reference == "\(position)"
  }
}
