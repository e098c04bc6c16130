import ArgumentParser
import CSV
import Platform
import Timestep

// Finds labels in names, in tables, and in columns that repeat them.
extension DataOptions {
  /// Returns the labels that names, a table or a repeated column give the sequences of `features`; `nil` if the flags name
  /// no such source.
  ///
  /// - Parameters:
  ///   - features: The sequences of all parts, with all of their columns.
  ///   - contract: The properties that a model already knows.
  ///   - rule: The sequences that classes are collected from.
  ///   - others: Other data that shares the table.
  func sourcedLabels(
    of features: any SequenceRecordReader, _ contract: DataContract?, _ rule: CollectionRule,
    sharing others: [DataOptions]
  ) throws -> (any SequenceRecordReader)? {
    if labelSource.repeatsLabel {
      return try RepeatedLabelReader(
        features, columns: labelNames(in: features).map { try position(of: $0, in: features) })
    }
    let missing = labelSource.missingTexts
    if let found = try timedLabels(of: features, contract, rule, sharing: others) {
      let meaning = try meaning(contract) {
        try found.classes(of: collectedSequences(of: features, by: rule, contract), missing: missing)
      }
      return TimedLabelReader(found, of: features, as: meaning, missing: missing)
    }
    guard let found = try seriesLabels(of: features, contract, rule, sharing: others) else { return nil }
    let meaning = try meaning(contract, stated: found.meaning) {
      try found.classes(of: trainingKeys(of: features, rule, contract), missing: missing)
    }
    return SeriesLabelReader(found, as: meaning, missing: missing)
  }

  /// Returns the class of every sequence of `features`, of all parts, if names or a table say which; otherwise `nil`.
  ///
  /// Label files do not: the parts of the same files are the same with and without them.
  func classes(of features: any SequenceRecordReader, _ contract: DataContract?) throws -> [Int?]? {
    let missing = labelSource.missingTexts
    guard !regression, contract?.labels.encoding != .values, labelSource.labelTable?.time == nil,
      let found = try seriesLabels(
        of: features, contract, CollectionRule(partKey: partKey(contract)), sharing: []),
      found.meaning != .numbers
    else { return nil }
    let all = try LabelMeaning.classes(found.classes(missing: missing))
    return SeriesLabelReader(found, as: all, missing: missing).classes(of: features)
  }

  /// Returns true if the texts of a column that repeats labels are to be collected as classes.
  func collectsRepeatedClasses(_ contract: DataContract?) -> Bool {
    let known = contract?.labels.encoding ?? DataContract.Labels.Encoding.none
    return labelSource.repeatsLabel && !describesLabels && known == DataContract.Labels.Encoding.none
      && labelVocabulary(contract) == nil
  }

  private func seriesLabels(
    of features: any SequenceRecordReader, _ contract: DataContract?, _ rule: CollectionRule,
    sharing others: [DataOptions]
  ) throws -> SeriesLabels? {
    switch labelSource.labelsFrom {
    case .folder?: return try SeriesLabels(foldersOf: features, policy: faults.policy)
    case .name(let pattern)?:
      return try SeriesLabels(namesOf: features, matching: pattern, policy: faults.policy)
    case nil: break
    }
    guard let argument = labelSource.labelTable else {
      guard stateLabels else { return nil }
      return try SeriesLabels(
        statedIn: describedFeatures(), missing: labelSource.missingTexts, policy: faults.policy)
    }
    // By their places, the series of the others would have the same rows.
    if argument.namesNoSeries, !others.isEmpty {
      throw ValidationError(
        "--label-table \(argument.path): its rows name no series (key=\(LabelTable.Columns.rowNumber)), so it cannot be that of "
          + "training, validation and test series at once: expected one set of series; give a table with a column of their names"
      )
    }
    let table = try table(argument.path)
    return try SeriesLabels(
      table: table, columns: argument.columns(in: table), of: features, policy: faults.policy,
      elsewhere: names(in: others, contract, rule))
  }

  private func timedLabels(
    of features: any SequenceRecordReader, _ contract: DataContract?, _ rule: CollectionRule,
    sharing others: [DataOptions]
  ) throws -> TimedLabels? {
    let elsewhere = names(in: others, contract, rule)
    if let argument = labelSource.labelIntervals {
      return try TimedLabels(
        intervals: table(argument.path), columns: argument.columns, start: argument.start, end: argument.end,
        of: features, outside: labelSource.outside, policy: faults.policy, elsewhere: elsewhere)
    }
    guard let argument = labelSource.labelTable, let time = argument.time else { return nil }
    let table = try table(argument.path)
    return try TimedLabels(
      table: table, columns: argument.columns(in: table), time: time, of: features,
      policy: faults.policy, elsewhere: elsewhere)
  }

  /// Reads a table of labels.
  func table(_ path: String) throws -> LabelTable {
    do {
      return try LabelTable(
        path, skippingLines: labelSkipLines ?? 0, header: labelHeader ?? .present,
        notation: notationFlags.labelNotation)
    } catch let error as RecordError where error.kind == .header {
      throw error.ofLabels(nil, classCount: nil)
    }
  }

  /// Returns a function that finds a text among the names of other sequences, which are read only if it is called.
  func names(
    in others: [DataOptions], _ contract: DataContract?, _ rule: CollectionRule
  ) -> (String) throws -> Bool {
    var names: [SequenceNames]?
    return { text in
      let known =
        try names
        ?? others.map { SequenceNames(try $0.allFeatures(contract: contract, collecting: rule)) }
      names = known
      return known.contains { !$0.sequences(named: text).isEmpty }
    }
  }

  /// Returns the meaning of the texts of labels: from the flags, or else from a model, or else what their source states, or
  /// else the classes that `classes` collects.
  func meaning(
    _ contract: DataContract?, stated: LabelMeaning? = nil, classes: () throws -> Vocabulary
  ) throws -> LabelMeaning {
    if regression { return .numbers }
    if let vocabulary = labelVocabulary(contract) { return .classes(vocabulary) }
    if areClassNumbers(contract) { return .classNumbers }
    if contract?.labels.encoding == .values { return .numbers }
    return try stated ?? .classes(classes())
  }

  /// Returns the pairing keys of the sequences of the training part that the policy does not leave out; `nil`: all.
  func trainingKeys(
    of features: any SequenceRecordReader, _ rule: CollectionRule, _ contract: DataContract?
  ) throws -> Set<String>? {
    let training = try collectedSequences(of: features, by: rule, contract)
    return training.count == features.count ? nil : Set(training.map { features.source(of: $0).key })
  }

  /// The columns of the table that are placed beside every step, from the flags or else from a model.
  func staticColumns(_ contract: DataContract?) -> [String] {
    labelSource.static?.names ?? contract?.staticColumns ?? []
  }

  /// Returns what flags call the columns of the table that are placed beside every step: their names, and what --static
  /// calls them.
  func attributeReferences(_ contract: DataContract?) throws -> Set<String> {
    let references = staticColumns(contract)
    // Without categories, nothing refers to them, and the table need not be read.
    guard !references.isEmpty, contract != nil || !columns.category.isEmpty,
      let argument = labelSource.labelTable
    else { return Set(references) }
    let table = try table(argument.path)
    return Set(references + (try references.map { table.columns[try table.position(of: $0)] }))
  }

  /// Returns the sequences with the attributes that the flags, or else a model, take from the table.
  ///
  /// - Parameters:
  ///   - contract: The properties that a model already knows.
  ///   - rule: The sequences that categories are collected from.
  func withAttributes(
    _ features: any SequenceRecordReader, _ contract: DataContract?, _ rule: CollectionRule
  ) throws -> any SequenceRecordReader {
    let names = staticColumns(contract)
    if names.isEmpty { return features }
    guard let argument = labelSource.labelTable else {
      throw ValidationError(
        "the model requires the columns \(names.joined(separator: ", ")) of a table: expected one with these columns and the labels, found "
          + "none; give it (\(Remedy.labelTable))")
    }
    let table = try table(argument.path)
    var attributes = try StaticAttributes(
      table: table, key: argument.key, columns: names, of: features)
    if transforms.fillsMissing || contract?.transforms?.fillsMissing == true {
      attributes.missing = [""] + layout.missing
    }
    for (index, name) in attributes.columns.enumerated() {
      if let known = contract?.encodings?[name] {
        attributes.encodings[name] = known
      } else if let category = columns.category.first(where: { $0.name == name || $0.name == names[index] }) {
        let texts =
          try category.values
          ?? attributes.texts(
            ofColumn: index,
            in: collectedSequences(of: features, by: rule, contract))
        attributes.encodings[name] = .category(
          Vocabulary(texts, unknown: columns.unknownCategory ?? .error))
      }
    }
    func adding(_ reader: some SequenceRecordReader) throws -> any SequenceRecordReader {
      try StaticColumnsSequenceRecordReader(reader, attributes)
    }
    return try adding(features)
  }

  /// Returns the features without the columns that the labels have been taken from.
  func withoutLabelColumns(_ features: any SequenceRecordReader) throws -> any SequenceRecordReader {
    guard labelSource.repeatsLabel else { return features }
    let labels = Set(try labelNames(in: features).map { try position(of: $0, in: features) })
    let kept = features.columns.indices.filter { !labels.contains($0) }
    guard !kept.isEmpty else {
      throw RecordError(
        .mismatch, path: features.source(of: 0).path,
        "has label columns only; at least one column must be left for the features")
    }
    func keeping(_ reader: some SequenceRecordReader) -> any SequenceRecordReader {
      ColumnSubsetSequenceRecordReader(reader, columns: kept)
    }
    return keeping(features)
  }

  /// Says which categories and classes were collected from the data, in the order of their numbers.
  func noteCollected(in contract: DataContract) {
    columns.noteCollectedCategories(in: contract)
    guard hasLabels, labelSource.isGiven, !describesLabels, let vocabulary = contract.labelVocabulary else {
      return
    }
    RunNotes.write(
      "labels: \(vocabulary.collected(pluralized(vocabulary.names.count, "class", "classes")))")
  }
}

extension Vocabulary {
  /// The most categories in a line.
  private static let namedCount = 20

  /// Returns the first names, and how many there are, in words.
  ///
  /// - Parameter count: The number of names with its noun.
  func collected(_ count: String) -> String {
    let listed = names.prefix(Self.namedCount).map { escapedText($0.utf8) }.joined(separator: ", ")
    let rest = names.count - Self.namedCount
    return "\(count) collected from the training data: \(listed)\(rest > 0 ? " and \(rest) more" : "")"
  }
}
