import Platform

/// The meaning of the texts of labels.
public enum LabelMeaning: Sendable, Hashable {
  /// Names of classes: the value of a text is its index in the list.
  case classes(Vocabulary)
  /// The numbers of classes, from 0.
  case classNumbers
  /// Numbers, for regression.
  case numbers

  /// The encoding of a column of such labels; `nil` if they are numbers.
  var encoding: ColumnEncoding? {
    guard case .classes(let vocabulary) = self else { return nil }
    return .category(vocabulary)
  }

  /// Returns the value of a text; NaN if it is one of the texts `missing`.
  ///
  /// - Throws: `RecordError` with the location of the text if it has no value.
  func value(of label: LabelText, missing: [String]) throws(RecordError) -> Float {
    let text = label.text
    if missing.contains(text) { return .nan }
    if text.isEmpty {
      throw label.error(
        .missingValue,
        "the label is missing: expected \(expectation), found an empty field; fill it in, leave out its series "
          + "(\(Remedy.skipSequences)), or declare that labels may be missing (\(Remedy.labelMissing("NA")))")
    }
    if case .classes(let vocabulary) = self {
      if let index = vocabulary.index(of: text) { return Float(index) }
      throw label.error(
        .unknownCategory,
        "label \(label.quoted) is not a known category: expected \(expectation), found \(label.quoted); correct it, name all "
          + "classes before training (\(Remedy.labelCategories)), or leave out its series (\(Remedy.skipSequences))"
          + suggestion(for: text, among: vocabulary.names))
    }
    guard let precise = decimalNumber(text) else {
      throw label.error(
        .notANumber,
        "label \(label.quoted) is not a number: expected \(expectation), found \(label.quoted); correct it")
    }
    // Rounded once, from the text.
    guard let value = Float(text), value.isFinite else {
      throw label.error(
        .outOfRange,
        "label \(label.quoted) is out of range: expected a magnitude up to 3.4028235e38, found \(label.quoted); rescale the "
          + "labels")
    }
    if self == .classNumbers, value == value.rounded(), Double(value) != precise {
      throw label.error(
        .classIndex,
        "label \(label.quoted) is not a class number: expected a whole number from 0 that is exact in Float, found "
          + "\(label.quoted), which would be rounded; number the classes from 0")
    }
    return value
  }

  private var expectation: String {
    switch self {
    case .classes(let vocabulary): "one of \(vocabulary.shown())"
    case .classNumbers: "a class number from 0"
    case .numbers: "a number"
    }
  }

  /// The meaning in words, for signatures.
  var description: String {
    switch self {
    case .classes(let vocabulary): "classes \(vocabulary.names) \(vocabulary.unknown.rawValue)"
    case .classNumbers: "class numbers"
    case .numbers: "numbers"
    }
  }
}

extension Vocabulary {
  /// Makes the list of the classes that texts name, in natural order: `run2` before `run10`, and numbers by their size.
  ///
  /// - Parameter missing: The texts that are no labels; an empty text is none either.
  /// - Throws: `RecordError` if there are none, or if two texts are the same number.
  package init(naming labels: some Sequence<LabelText>, missing: [String] = []) throws(RecordError) {
    var first: [String: LabelText] = [:]
    var path = "labels"
    for label in labels {
      path = label.path
      if label.text.isEmpty || missing.contains(label.text) || first[label.text] != nil { continue }
      first[label.text] = label
    }
    guard !first.isEmpty else {
      throw RecordError(
        .empty, path: path, "there is no label: expected at least one class, found none; add the labels")
    }
    let numbers = first.mapValues { decimalNumber($0.text) }
    guard numbers.values.allSatisfy({ $0 != nil }) else {
      self.init(first.keys.sorted(by: naturallyPrecedes))
      return
    }
    let sorted = first.values.sorted { one, other in
      let (own, next) = (numbers[one.text] ?? nil, numbers[other.text] ?? nil)
      return (own ?? 0) == (next ?? 0)
        ? naturallyPrecedes(one.text, other.text) : (own ?? 0) < (next ?? 0)
    }
    for (one, other) in zip(sorted, sorted.dropFirst()) where numbers[one.text] == numbers[other.text] {
      throw other.error(
        .labelConflict,
        "label \(other.quoted) is the same number as \(one.quoted) in \(one.location): expected one text for each class, "
          + "found two; write them alike, or say that labels are class numbers (\(Remedy.classCount))")
    }
    self.init(sorted.map(\.text))
  }
}
