import Platform

/// The labels of whole sequences, as their source states them: a text for each sequence of another reader.
///
/// ```swift
/// let features = try CSVSequenceRecordReader(FileSplit("train"))        // train/run/a.csv, train/walk/a.csv, ...
/// let found = try SeriesLabels(foldersOf: features)
/// let classes = try found.classes()                                     // run, walk
/// let labels = SeriesLabelReader(found, as: .classes(classes))
/// let batches = try SequenceBatches(
///   features: features, labels: .reader(labels, .oneHot(names: classes.names)), alignment: .end)
/// ```
/// Held-out data gets the classes of the training data: `SeriesLabelReader(others, as: .classes(classes))`.
public struct SeriesLabels: Sendable {
  /// The label of one sequence.
  struct Entry: Sendable {
    let key, exampleKey: String
    /// The label, or the reason why there is none.
    let label: Result<LabelText, RecordError>
  }

  /// The labels: those of sequences, in the order of their reader, and then those that no sequence belongs to.
  let entries: [Entry]
  /// The number of labels of sequences.
  private let ownCount: Int
  /// The name of the column of labels.
  let column: String
  /// The meaning of the texts, if their source states it: the classes that it lists, or numbers.
  public let meaning: LabelMeaning?

  /// Makes labels.
  ///
  /// - Parameters:
  ///   - labels: The label of every sequence of `features`; `nil`: the sequence has none, which pairing reports.
  ///   - lonely: Labels that belong to no sequence, which pairing reports.
  ///   - meaning: The meaning of the texts, if their source states it.
  ///   - policy: The handling of sequences without a label; those that it does not leave out are thrown.
  package init(
    _ labels: [Result<LabelText, RecordError>?], of features: any SequenceRecordReader,
    lonely: [LabelText] = [],
    column: String = "label", meaning: LabelMeaning? = nil, policy: ErrorPolicy
  ) throws(RecordError) {
    var entries: [Entry] = []
    for (index, label) in labels.enumerated() {
      guard let label else { continue }
      if case .failure(let error) = label, policy[error.kind] != .skipSequence { throw error }
      entries.append(
        Entry(
          key: features.source(of: index).key, exampleKey: features.exampleKey(of: index), label: label))
    }
    ownCount = entries.count
    entries += lonely.map {
      Entry(key: $0.lonelyKey, exampleKey: $0.text, label: .failure($0.namesNoSequence))
    }
    (self.entries, self.column, self.meaning) = (entries, column, meaning)
  }

  /// The texts of the labels, in the order of their sequences.
  ///
  /// - Throws: `RecordError` about a sequence without one.
  package var texts: [String] {
    get throws(RecordError) {
      var texts: [String] = []
      for entry in entries[..<ownCount] { texts.append(try entry.label.get().text) }
      return texts
    }
  }

  /// Returns the classes that the labels name, in natural order: `run2` before `run10`, and numbers by their size; if their
  /// source lists the classes, these in its order.
  ///
  /// - Parameters:
  ///   - keys: The pairing keys of the sequences that count; `nil`: all.
  ///   - missing: The texts that are no labels.
  /// - Throws: `RecordError` if there are none, or if two texts are the same number, such as 1 and 1.0.
  public func classes(of keys: Set<String>? = nil, missing: [String] = []) throws(RecordError) -> Vocabulary {
    if case .classes(let vocabulary)? = meaning { return vocabulary }
    let labels = entries[..<ownCount].compactMap { entry in
      keys?.contains(entry.key) ?? true ? try? entry.label.get() : nil
    }
    return try Vocabulary(naming: labels, missing: missing)
  }
}

extension SeriesLabels {
  /// Takes the name of the folder of each sequence's file as its label: `walk` for `data/walk/a.csv`.
  ///
  /// - Parameters:
  ///   - features: The sequences.
  ///   - policy: The handling of files without a folder (`RecordError.Kind.noMatch`).
  /// - Throws: `RecordError` about the first such file, unless the policy leaves out its sequences.
  public init(foldersOf features: any SequenceRecordReader, policy: ErrorPolicy = .raise) throws(RecordError)
  {
    let below = (0..<features.count).map { SequenceNames.folder(of: $0, in: features) }
    let hasFolders = below.contains { $0 != nil }
    let labels = (0..<features.count).map { index -> Result<LabelText, RecordError> in
      let path = features.source(of: index).path
      // A file beside the folders of classes is in the folder of the data, which is no class.
      let names = MemberPath(path)?.member ?? path
      let own = hasFolders ? nil : names.split(separator: "/").dropLast().last { $0 != "." }.map(String.init)
      guard let folder = below[index] ?? own, folder != ".." else {
        return .failure(
          RecordError(
            .noMatch, path: path,
            "the file is in no folder of a class: expected the name of its folder as its class, found none; move it into "
              + "one, such as train/walk/a.csv, or leave out such files (\(Remedy.skipSequences))"))
      }
      return .success(LabelText(folder, path: path))
    }
    try self.init(labels, of: features, policy: policy)
  }

  /// Takes a part of the name of each sequence's file as its label.
  ///
  /// ```swift
  /// let found = try SeriesLabels(namesOf: features, matching: #"_c(\d+)_"#)   // 7 for a_c7_b.csv
  /// ```
  /// - Parameters:
  ///   - features: The sequences.
  ///   - pattern: A regular expression whose first group is the label. It is searched for in the path of the file
  ///     relative to the directory of its split; the sequence of a grouped file adds `:GROUP`.
  ///   - policy: The handling of names that do not match (`RecordError.Kind.noMatch`).
  /// - Throws: `UsageError` if the pattern cannot be read or has no group; `RecordError` about the first name that does
  ///   not match, unless the policy leaves out its sequences.
  public init(
    namesOf features: any SequenceRecordReader, matching pattern: String, policy: ErrorPolicy = .raise
  ) throws {
    let regex: Regex<AnyRegexOutput>
    do {
      regex = try Regex(pattern).matchingSemantics(.unicodeScalar)
    } catch {
      throw UsageError(
        "the pattern of names cannot be read: expected a regular expression, found \"\(escapedText(pattern.utf8))\" "
          + "(\(error)); correct it")
    }
    guard Self.hasGroup(pattern) else {
      throw UsageError(
        "the pattern of names has no group: expected one in parentheses around the class, found "
          + "\"\(escapedText(pattern.utf8))\"; write for example _c([0-9]+)_")
    }
    let labels = (0..<features.count).map { index -> Result<LabelText, RecordError> in
      let path = features.source(of: index).path
      let name = SequenceNames.relativePath(of: index, in: features)
      let match = try? regex.firstMatch(in: name)
      guard let group = match?.output.dropFirst().first?.substring, !group.isEmpty else {
        return .failure(
          RecordError(
            .noMatch, path: path, text: escapedText(name.utf8),
            "the name has no class: expected a match of \(escapedText(pattern.utf8)) with a text in its first group, found "
              + "\"\(escapedText(name.utf8))\"; correct the pattern or the name, or leave out such files "
              + "(\(Remedy.skipSequences))"))
      }
      return .success(LabelText(group, path: path))
    }
    try self.init(labels, of: features, policy: policy)
  }

  /// Returns true if a pattern has a group that captures.
  private static func hasGroup(_ pattern: String) -> Bool {
    var rest = pattern.unicodeScalars[...]
    var isInSet = false
    while let next = rest.popFirst() {
      switch next {
      case "\\": _ = rest.popFirst()
      case "[": isInSet = true
      case "]": isInSet = false
      case "(" where !isInSet:
        guard rest.first == "?" else { return true }
        // A group with a name captures; look-behind and others do not.
        let after = rest.dropFirst()
        if after.first == "P"
          || after.first == "<" && !"=!".unicodeScalars.contains(after.dropFirst().first ?? "=")
        {
          return true
        }
      default: break
      }
    }
    return false
  }
}
