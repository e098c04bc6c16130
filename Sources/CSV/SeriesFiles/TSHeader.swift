import Platform
import Sequences

/// The statements of a `.ts` or `.arff` header about the series below it; `nil` where it states nothing.
package struct TSHeader: Sendable {
  /// The labels that every series has.
  package enum Labels: Hashable, Sendable {
    /// Series have no labels.
    case none
    /// One of the classes, in the order of the header.
    case classes([String])
    /// A number to predict.
    case numbers
  }

  /// A number that the series must have, and the statement that says so.
  struct Expectation: Sendable {
    let count: Int
    let basis: String
  }

  let path: String
  /// The format.
  package let format: TSFormat
  /// The name of the problem.
  package fileprivate(set) var name: String?
  /// The labels.
  package fileprivate(set) var labels = Labels.none
  /// The line that states the labels.
  fileprivate(set) var labelsLine = 1
  /// True if all series have one length.
  package fileprivate(set) var isEqualLength: Bool?
  /// The number of dimensions.
  fileprivate(set) var dimensions: Expectation?
  /// The number of steps of every series.
  fileprivate(set) var steps: Expectation?
  /// The statement that no value is missing.
  fileprivate(set) var withoutMissing: String?
  /// True if the dimensions of a series are one quoted text.
  fileprivate(set) var isRelational = false
  /// The location of the first line after the header.
  fileprivate(set) var end = CSVLocation()

  /// True if every series ends with a label.
  var hasLabels: Bool { labels != .none }

  /// The statement about the classes, for messages.
  var classList: String { "the header lists in line \(labelsLine)" }

  /// Reads the header of the file at `path`, and no more of it than that needs.
  ///
  /// - Throws: `FileError` if the file cannot be read; `RecordError` if its extension says no format, or as for the header
  ///   of a reader.
  package init(ofFileAt path: String) throws {
    guard let format = TSFormat(path: path) else { throw TSFormat.unknown(path) }
    var count = 64 << 10
    while true {
      let (bytes, isWhole) = try TextFile.beginning(of: path, count: count)
      // Of a header that is cut off, the end is missing.
      if isWhole || bytes.lastIndex(of: 0x0A).map({ Self.isComplete(bytes[..<$0]) }) == true {
        try self.init(bytes, format: format, path: path)
        return
      }
      count *= 4
    }
  }

  /// Returns true if a line is the one after which the series begin.
  private static func isComplete(_ bytes: ArraySlice<UInt8>) -> Bool {
    bytes.split(separator: 0x0A).contains { line in
      let text = line.drop { $0 == 0x20 || $0 == 0x09 }
      return text.count >= TSFormat.dataTag.utf8.count
        && zip(text, TSFormat.dataTag.utf8).allSatisfy { $0 == $1 || $0 | 0x20 == $1 }
    }
  }

  /// Reads the header of the file at `path`, whose text is `bytes`.
  ///
  /// - Throws: `RecordError` with line and column if the header is incomplete, contradicts itself, or describes series
  ///   that cannot be read.
  init<Text: RandomAccessCollection<UInt8>>(
    _ bytes: Text, format: TSFormat, path: String
  ) throws(RecordError) where Text.Index == Int {
    (self.path, self.format) = (path, format)
    let isMarked = bytes.starts(with: CSVLocation.byteOrderMark)
    var reader = TSHeaderReader(path: path, offset: isMarked ? CSVLocation.byteOrderMark.count : 0)
    switch format {
    case .ts: try readTags(bytes, &reader)
    case .arff: try readAttributes(bytes, &reader)
    }
    end = CSVLocation(offset: reader.offset, line: reader.line + 1)
  }
}

// The tags of `.ts` files.
extension TSHeader {
  private static let tags = [
    "@problemName", "@timeStamps", "@missing", "@univariate", "@dimensions", "@equalLength", "@seriesLength",
    "@classLabel", "@targetLabel", "@data",
  ]

  private mutating func readTags<Text: RandomAccessCollection<UInt8>>(
    _ bytes: Text, _ reader: inout TSHeaderReader
  ) throws(RecordError) where Text.Index == Int {
    /// The tags that were read, by their lower-case names.
    var found: [String: (words: [TSHeaderReader.Word], line: Int)] = [:]
    while true {
      guard let words = try reader.nextLine(bytes) else { throw reader.missingData }
      let tag = words[0]
      guard tag.text.hasPrefix("@") else { throw reader.notHeader(tag) }
      var name = tag.text.lowercased()
      if name == "@dimension" { name = "@dimensions" }
      if name == TSFormat.dataTag {
        guard words.count == 1 else {
          throw reader.error(
            words[1],
            "the series begin on the line after @data: expected nothing else on its line, found \(words[1].quoted)"
          )
        }
        break
      }
      guard let known = Self.tags.first(where: { $0.lowercased() == name }) else {
        // Other programs write more tags.
        let near = suggestion(for: tag.text, among: Self.tags)
        if near.isEmpty { continue }
        throw reader.error(
          tag, "\(tag.quoted) is an unknown tag: expected a tag of .ts files, found \(tag.quoted)\(near)")
      }
      if name == "@problemname" {
        self.name = words.dropFirst().map(\.text).joined(separator: " ")
        continue
      }
      if let earlier = found.updateValue((words, reader.line), forKey: name) {
        throw reader.error(
          tag,
          "\(known) is given twice: expected one line, found another in line \(earlier.line); leave one out")
      }
      guard words.count > 1 else {
        throw reader.error(
          tag,
          "\(known) has no value: expected \(["@dimensions", "@seriesLength"].contains(known) ? "a number" : "true or false")"
            + " after it, found the end of the line")
      }
    }
    func flag(_ name: String) throws(RecordError) -> Bool? {
      guard let (words, line) = found[name.lowercased()] else { return nil }
      switch words[1].text.lowercased() {
      case "true": return true
      case "false": return false
      default:
        throw reader.error(
          words[1], line: line,
          "\(name) is \(words[1].quoted): expected true or false, found \(words[1].quoted)")
      }
    }
    func number(_ name: String) throws(RecordError) -> Expectation? {
      guard let (words, line) = found[name.lowercased()] else { return nil }
      guard let count = Int(words[1].text), count > 0 else {
        throw reader.error(
          words[1], line: line,
          "\(name) is \(words[1].quoted): expected a whole number from 1, found \(words[1].quoted)")
      }
      return Expectation(count: count, basis: "\"\(name) \(count)\" in line \(line)")
    }
    if try flag("@timeStamps") == true, let (words, line) = found["@timestamps"] {
      throw reader.error(
        words[1], line: line,
        "values with timestamps cannot be read from .ts files: expected \"@timeStamps false\" and values alone, found "
          + "\"@timeStamps true\"; leave out the timestamps, or write rows of CSV with a column of timestamps "
          + "(\(Remedy.timeColumn))")
    }
    if try flag("@missing") == false {
      withoutMissing = "\"@missing false\" in line \(found["@missing"]?.line ?? 1)"
    }
    dimensions = try number("@dimensions")
    if let isUnivariate = try flag("@univariate"), let line = found["@univariate"]?.line {
      if let dimensions, isUnivariate != (dimensions.count == 1), let (words, own) = found["@dimensions"] {
        throw reader.error(
          words[1], line: own,
          "the header contradicts itself: expected the number of dimensions that \"@univariate \(isUnivariate)\" in line "
            + "\(line) says, found \(dimensions.count); correct one of them")
      }
      if isUnivariate { dimensions = Expectation(count: 1, basis: "\"@univariate true\" in line \(line)") }
    }
    isEqualLength = try flag("@equalLength")
    let steps = try number("@seriesLength")
    // Of unequal series, some files give the longest.
    if isEqualLength != false { self.steps = steps }
    try readLabels(found, reader, hasClasses: flag("@classLabel"), hasTarget: flag("@targetLabel"))
  }

  private mutating func readLabels(
    _ found: [String: (words: [TSHeaderReader.Word], line: Int)], _ reader: TSHeaderReader, hasClasses: Bool?,
    hasTarget: Bool?
  ) throws(RecordError) {
    labelsLine = (hasTarget == true ? found["@targetlabel"] : found["@classlabel"])?.line ?? 1
    switch (hasClasses, hasTarget) {
    case (true?, true?):
      throw reader.error(
        found["@targetlabel"]?.words[1], line: labelsLine,
        "the header contradicts itself: expected \"@classLabel true\" for classes or \"@targetLabel true\" for numbers, "
          + "found both; leave one out")
    case (nil, nil):
      throw reader.error(
        nil, line: reader.line,
        "the header does not say whether series end with a label: expected @classLabel or @targetLabel before @data, found "
          + "neither; add \"@classLabel true\" and the classes, \"@targetLabel true\", or \"@classLabel false\""
      )
    case (_, true?): labels = .numbers
    case (true?, _):
      guard let words = found["@classlabel"]?.words, words.count > 2 else {
        throw reader.error(
          found["@classlabel"]?.words[1], line: labelsLine,
          "the header lists no class: expected the classes after \"@classLabel true\", found none; add them")
      }
      try list(Array(words[2...]), reader, line: labelsLine)
    default: labels = .none
    }
  }

  /// Takes the classes in the order of the header.
  fileprivate mutating func list(
    _ words: [TSHeaderReader.Word], _ reader: TSHeaderReader, line: Int
  ) throws(RecordError) {
    var known: Set<String> = []
    for word in words where !known.insert(word.text).inserted {
      throw reader.error(
        word, line: line,
        "class \(word.quoted) is listed twice: expected distinct classes, found it again; leave one out")
    }
    (labels, labelsLine) = (.classes(words.map(\.text)), line)
  }
}

// The attributes of `.arff` files.
extension TSHeader {
  /// An attribute of a data line.
  private struct Attribute {
    enum Kind: Equatable { case number, classes, series(steps: Int) }

    let name: TSHeaderReader.Word
    let line: Int
    var kind: Kind
    var classes: [TSHeaderReader.Word] = []

    /// The name without digits, which is the same for all steps of a series.
    var shape: [Character] { name.text.lowercased().filter { !$0.isNumber } }
  }

  private mutating func readAttributes<Text: RandomAccessCollection<UInt8>>(
    _ bytes: Text, _ reader: inout TSHeaderReader
  ) throws(RecordError) where Text.Index == Int {
    var attributes: [Attribute] = []
    /// The number of steps of the open relational attribute.
    var inner: Int?
    while true {
      guard let words = try reader.nextLine(bytes) else { throw reader.missingData }
      let tag = words[0]
      switch tag.text.lowercased() {
      case TSFormat.dataTag:
        guard inner == nil else {
          throw reader.error(
            tag, "the relational attribute has no end: expected @end before @data, found none; add it")
        }
        try take(attributes, reader)
        return
      case "@relation": name = words.dropFirst().map(\.text).joined(separator: " ")
      case "@end":
        guard let steps = inner, let last = attributes.indices.last else {
          throw reader.error(
            tag, "there is nothing to end: expected @end after a relational attribute, found none")
        }
        attributes[last].kind = .series(steps: steps)
        inner = nil
      case "@attribute":
        guard words.count > 2 else {
          throw reader.error(
            tag,
            "the attribute has no type: expected \"@attribute NAME TYPE\", found \(words.count - 1) of these two"
          )
        }
        let type = words[2]
        var attribute = Attribute(name: words[1], line: reader.line, kind: .number)
        switch type.text.lowercased() {
        case "numeric", "real", "integer": break
        case "relational" where inner == nil:
          inner = 0
          attributes.append(attribute)
          continue
        case _ where type.text.hasPrefix("{"):
          attribute.kind = .classes
          attribute.classes = try reader.nominalValues(in: bytes)
        default:
          throw reader.error(
            type,
            "attribute \(words[1].quoted) has the type \(type.quoted): expected numeric, relational, or the classes as "
              + "{a,b}, found \(type.quoted); series are numbers")
        }
        if let steps = inner {
          guard attribute.kind == .number else {
            throw reader.error(
              type, "a step of a series is not a number: expected the type numeric, found \(type.quoted)")
          }
          inner = steps + 1
        } else {
          attributes.append(attribute)
        }
      default:
        guard tag.text.hasPrefix("@") else { throw reader.notHeader(tag) }
        throw reader.error(
          tag,
          "\(tag.quoted) is an unknown keyword: expected @relation, @attribute, @end or @data, found \(tag.quoted)"
            + suggestion(for: tag.text, among: ["@relation", "@attribute", "@end", "@data"]))
      }
    }
  }

  /// Takes what the attributes say.
  private mutating func take(_ attributes: [Attribute], _ reader: TSHeaderReader) throws(RecordError) {
    guard let last = attributes.last else {
      throw reader.error(
        nil, line: reader.line, "there is no attribute: expected one for each step before @data, found none")
    }
    var series = attributes
    if last.kind == .classes {
      try list(last.classes, reader, line: last.line)
      series.removeLast()
    } else if last.kind == .number, series.count > 1, series[series.count - 2].shape != last.shape {
      // A number with a name of its own is what the series are to predict.
      (labels, labelsLine) = (.numbers, last.line)
      series.removeLast()
    }
    if series.count == 1, case .series(let steps) = series[0].kind {
      isRelational = true
      guard steps > 0 else {
        throw reader.error(
          series[0].name, line: series[0].line,
          "the relational attribute has no steps: expected an attribute for each, found none")
      }
      self.steps = Expectation(count: steps, basis: "as attributes from line \(series[0].line) on")
      return
    }
    for attribute in series where attribute.kind != .number {
      throw reader.error(
        attribute.name, line: attribute.line,
        "attribute \(attribute.name.quoted) is not a step of a series: expected numeric attributes for all steps and then the "
          + "label, or one relational attribute and the label, found another order")
    }
    guard let first = series.first else {
      throw reader.error(
        last.name, line: last.line,
        "there is only a label: expected an attribute for each step before it, found none")
    }
    steps = Expectation(count: series.count, basis: "as attributes from line \(first.line) on")
    dimensions = Expectation(count: 1, basis: "no attribute is relational")
  }
}
