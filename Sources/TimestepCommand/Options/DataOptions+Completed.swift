import CSV
import Timestep

// Completes the flags with what a model knows of its files.
extension DataOptions {
  /// Returns the options with the notation of a model's training data, with a header, and with the columns of the model,
  /// where it requires them.
  ///
  /// A header is assumed if the model's columns are found only in one. The columns are those of the model if the
  /// files have the same columns as those it was trained on. Flags come first.
  func completed(by contract: DataContract) throws -> DataOptions {
    var noted = self
    noted.notationFlags = notationFlags.completed(by: contract.notation)
    return try noted.withColumns(of: contract)
  }

  private func withColumns(of contract: DataContract) throws -> DataOptions {
    guard plugins.reader == nil, layout.linePattern == nil, !layout.oneSeriesPerRow,
      features.count < 2, !areDescribed,
      let files = try features.first.map(split) ?? plugins.split(plugins.inputSplit, flag: "--input-split"),
      let first = try? files.locations().first
    else { return self }
    let statics = contract.staticColumns ?? []
    let wanted = (contract.source?.columns ?? contract.columns).filter { !statics.contains($0) }
    for header in header ? [CSVHeader.present] : [.none, .present] {
      guard let names = fileColumns(of: first, header), Set(wanted).isSubset(of: names) else { continue }
      var options = self
      options.header = header == .present
      if columns.keepColumns == nil, columns.dropColumns == nil, names == contract.source?.fileColumns {
        options.columns.keepColumns = NameList(
          wanted.compactMap(names.firstIndex).map { "@\($0)" } + labelPositions(among: names, besides: wanted)
        )
      }
      return options
    }
    return self
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

  /// Returns references to the columns of `--label-column` that are not among `wanted`.
  private func labelPositions(among names: [String], besides wanted: [String]) -> [String] {
    (labelColumn?.names ?? []).compactMap { try? ColumnReference($0).position(among: names) }
      .filter { !wanted.contains(names[$0]) }.map { "@\($0)" }
  }
}

extension DataOptions {
  /// Returns the options with the columns of a model's features alone, if the files have its label columns too.
  func leavingOutLabels(of contract: DataContract) throws -> DataOptions {
    guard let source = contract.source, !source.labels.isEmpty, features.count == 1, !areDescribed,
      layout.linePattern == nil, !layout.oneSeriesPerRow,
      let first = try? features.first.map(split)?.locations().first,
      let names = fileColumns(of: first, header ? .present : .none), Set(source.labels).isSubset(of: names)
    else { return self }
    var options = self
    let wanted = source.columns.filter { !source.labels.contains($0) }
    options.columns.keepColumns = NameList(wanted.compactMap(names.firstIndex).map { "@\($0)" })
    return options
  }
}
