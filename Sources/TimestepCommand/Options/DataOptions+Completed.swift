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
    return try noted.withColumns(of: contract, forPredictions)
  }

  /// Returns the options with the positions that the model's flags name as they are in files without the columns of labels.
  private func movingPositions(of contract: DataContract) throws -> DataOptions {
    guard let labels = contract.source?.labels, !labels.isEmpty, features.count < 2,
      let known = contract.source?.fileColumns ?? contract.source?.columns,
      let files = try features.first.map(split) ?? plugins.split(plugins.inputSplit, flag: "--input-split"),
      let names = (try? files.locations().first).flatMap({ namesInFile($0) }),
      names.count == known.count - labels.count, !header || Set(labels).isDisjoint(with: names)
    else { return self }
    let places = labels.compactMap(known.firstIndex)
    func moved(_ reference: String) -> String {
      guard let place = try? ColumnReference(reference).position(among: known),
        known[place] != reference || !header
      else { return reference }
      return "@\(place - places.count { $0 < place })"
    }
    func isOfModel(_ name: String) -> Bool {
      guard case .model? = GivenFlags.current.flags.last(where: { $0.definition.name == name })?.origin else {
        return false
      }
      return true
    }
    var options = self
    if isOfModel("group-by") { options.layout.groupBy = layout.groupBy.map { NameList($0.names.map(moved)) } }
    if isOfModel("rename") { options.columns.rename = columns.rename.map { $0.named(moved($0.name)) } }
    return options
  }

  private func withColumns(of contract: DataContract, _ forPredictions: Bool) throws -> DataOptions {
    guard plugins.reader == nil, !areDescribed else { return self }
    let labels = forPredictions ? contract.source?.labels ?? [] : []
    if layout.linePattern != nil || layout.oneSeriesPerRow || features.count > 1 {
      return forPredictions ? withoutLabelColumns(labels, contract) : self
    }
    guard
      let files = try features.first.map(split) ?? plugins.split(plugins.inputSplit, flag: "--input-split"),
      let first = try? files.locations().first
    else { return self }
    let statics = contract.staticColumns ?? []
    let wanted = (contract.source?.columns ?? contract.columns).filter {
      !statics.contains($0) && !labels.contains($0)
    }
    let known = contract.source?.fileColumns ?? (labels.isEmpty ? nil : contract.source?.columns)
    for header in header ? [CSVHeader.present] : [.none, .present] {
      guard let names = fileColumns(of: first, header), Set(wanted).isSubset(of: names) else { continue }
      var options = self
      options.header = header == .present
      let isKnown = names == known || forPredictions && names == known?.filter { !labels.contains($0) }
      if columns.keepColumns == nil, columns.dropColumns == nil, isKnown {
        options.columns.keepColumns = NameList(
          wanted.compactMap(names.firstIndex).map { "@\($0)" } + labelPositions(among: names, besides: wanted)
        )
      }
      return options
    }
    if forPredictions, header, let names = fileColumns(of: first, .present),
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

  /// Returns the options without the columns of labels, where files have several columns for a series, or patterns name
  /// them.
  private func withoutLabelColumns(_ labels: [String], _ contract: DataContract) -> DataOptions {
    guard columns.keepColumns == nil, columns.dropColumns == nil else { return self }
    var (options, dropped) = (self, labels)
    if layout.oneSeriesPerRow, case .text(let label)? = contract.fileSettings?["label-column"] {
      let first = try? features.first.map(split)?.locations().first
      let names = first.flatMap { fileColumns(of: $0, header ? .present : .none) }
      let columns = label.split(separator: ",").map(String.init)
      let isName = !columns.contains { Int($0) != nil || $0.hasPrefix("@") }
      // A file of predictions may have no labels: names tell, or rows with so many fields less than those of the training.
      let hasLabel =
        isName && header
        ? names?.contains(columns[0]) ?? true
        : names.map { $0.count + columns.count != contract.rowWidth } ?? true
      if hasLabel { dropped += columns }
      if !isName, hasLabel, names?.count != contract.rowWidth {
        RunNotes.write(
          "column \(label) of every row, the label of the training data, is left out: files without labels need such a "
            + "column too, with any value")
      }
    }
    if !dropped.isEmpty { options.columns.dropColumns = NameList(dropped) }
    return options
  }

  /// Returns the names of all columns of a file, renamed as the flags say; `nil` if they cannot be read.
  private func fileColumns(of file: SequenceLocation, _ header: CSVHeader) -> [String]? {
    var columns = CSVColumns()
    for pair in self.columns.rename { columns.renamed[pair.name] = pair.newName }
    // With repaired values, texts are no faults.
    let reader = try? CSVSequenceRecordReader(
      CollectionInputSplit([file]), skippingLines: skipLines, header: header,
      notation: notationFlags.notation,
      columns: columns, policy: ErrorPolicy(.repair(.constant(0))))
    return reader?.schema.fileColumns
  }

  /// Returns encodings that a model knows by the names of columns, with the references that flags have for these, such as
  /// `@1`.
  func keyed(
    _ known: [String: ColumnEncoding], by columns: ColumnOptions, in file: SequenceLocation
  ) -> [String: ColumnEncoding] {
    let references = columns.category.map(\.name) + columns.time.map(\.name) + columns.offset.map(\.name)
    guard references.contains(where: { known[$0] == nil }),
      let names = fileColumns(of: file, header ? .present : .none)
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

  /// Returns references to the columns of `--label-column` that are not among `wanted`.
  private func labelPositions(among names: [String], besides wanted: [String]) -> [String] {
    (labelColumn?.names ?? []).compactMap { try? ColumnReference($0).position(among: names) }
      .filter { !wanted.contains(names[$0]) }.map { "@\($0)" }
  }
}

extension DataContract {
  /// Returns the advice to leave out columns of `data` that a model does not know, if it has all that the model knows;
  /// otherwise nothing.
  func remedy(for data: DataContract) -> String {
    let wanted = source?.columns ?? columns
    let found = data.source?.columns ?? data.columns
    let others = found.filter { !wanted.contains($0) }
    guard !others.isEmpty, Set(wanted).isSubset(of: found) else { return "" }
    let dropped = (GivenFlags.current.value(of: "drop-columns").map { [$0] } ?? []) + others
    return
      "leave out the columns that it does not know (\(Remedy.readWithoutColumns(dropped.joined(separator: ",")))), or "
  }
}
