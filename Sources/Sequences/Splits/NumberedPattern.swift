import Platform

/// A path with one placeholder for a number: `data/x_%d.csv`, or `data/x_%03d.csv` for zero-padded numbers.
struct NumberedPattern: Hashable, Sendable {
  /// The pattern as it was given.
  let text: String
  /// The text before and after the number.
  private let before: String
  private let after: String
  /// The number of characters that numbers are padded to with zeros; 0 without padding.
  private let width: Int

  /// Parses `text`.
  ///
  /// - Throws: `UsageError` if it has no placeholder, several, or an unsupported one.
  init(_ text: String) throws(UsageError) {
    let expected = "expected one %d, or one %0Nd with one digit N from 1 to 9,"
    let bytes = Array(text.utf8)
    let found = Self.placeholders(in: bytes)
    func name(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
    guard let location = found.first else {
      throw UsageError(
        pattern: text,
        "the pattern has no placeholder for a number: \(expected) found none; write for example data/x_%d.csv"
      )
    }
    guard found.count == 1 else {
      let all = found.map(name).joined(separator: " and ")
      throw UsageError(
        pattern: text, "the pattern has several placeholders for a number: \(expected) found \(all)")
    }
    let placeholder = name(location)
    let digits = placeholder.dropFirst().dropLast()
    guard digits.isEmpty || (digits.utf8.count == 2 && digits.first == "0" && digits != "00"),
      let width = digits.isEmpty ? 0 : Int(digits)
    else {
      throw UsageError(
        pattern: text,
        "the placeholder for a number is not supported: \(expected) found \(placeholder); "
          + "use %d for plain numbers, %03d for numbers padded with zeros to 3 digits")
    }
    self.text = text
    self.width = width
    before = String(decoding: bytes[..<location.lowerBound], as: UTF8.self)
    after = String(decoding: bytes[location.upperBound...], as: UTF8.self)
  }

  /// Returns the placeholders for numbers in a text.
  ///
  /// They include everything that printf would read as an integer, so that `%5d` is rejected rather than
  /// taken as a name.
  static func placeholders(in bytes: [UInt8]) -> [Range<Int>] {
    bytes.indices.filter { bytes[$0] == UInt8(ascii: "%") }.compactMap { start in
      let end = bytes[(start + 1)...].firstIndex { !"+-#.0123456789".utf8.contains($0) }
      guard let end, bytes[end] == UInt8(ascii: "d") else { return nil }
      return start..<(end + 1)
    }
  }

  /// The glob that matches the files of all numbers.
  var glob: String {
    func literal(_ text: String) -> String {
      text.reduce(into: "") { $0 += "*?[\\".contains($1) ? "\\\($1)" : "\($1)" }
    }
    return literal(before) + "[0-9]*" + literal(after)
  }

  /// The number of bytes before the number.
  var literalCount: Int { before.utf8.count }

  /// Returns the path for `number`.
  func path(_ number: Int) -> String { before + digits(number) + after }

  /// The directory that contains the number, or the first path component with the number.
  private var directory: String {
    let directory = before[..<MemberPath.directoryEnd(in: before)]
    if directory.isEmpty { return "." }
    return directory.count > 1 && directory.last == "/" ? String(directory.dropLast()) : String(directory)
  }

  /// Returns true if listing the directory is likely to be faster than checking `count` paths: one check
  /// takes as long as ten names.
  func isListingFaster(than count: Int) -> Bool {
    count > 16 && !after.contains("/") && Directory.entryEstimate(of: directory) / 10 < count
  }

  /// Returns `number` as printf writes it for the placeholder: a minus sign counts towards the width.
  private func digits(_ number: Int) -> String {
    let sign = number < 0 ? "-" : ""
    let digits = String(number.magnitude)
    return sign + String(repeating: "0", count: max(0, width - sign.count - digits.count)) + digits
  }

  /// Returns the numbers for which an entry exists, in ascending order, each with its file kind if the
  /// listing includes it.
  ///
  /// It lists the directory once instead of checking every number in the range: a mistyped range of billions
  /// is answered at once.
  ///
  /// - Throws: `FileError` if the directory cannot be listed.
  func numbersOnDisk() throws(FileError) -> [(number: Int, kind: Directory.Kind?)] {
    let prefix = Array(before[MemberPath.directoryEnd(in: before)...].utf8)
    // If the number is in a directory's name, the rest of the path does not affect the listing.
    let suffix = Array(after.utf8.prefix { $0 != UInt8(ascii: "/") })
    let isFileName = !after.contains("/")
    var numbers: [(number: Int, kind: Directory.Kind?)] = []
    for (name, kind) in try FileTree.entries(in: directory) {
      guard let number = number(in: name.utf8Span.span, between: prefix, and: suffix) else { continue }
      if isFileName {
        numbers.append((number, kind))
      } else if try FileTree.kind(of: path(number)) == .file {
        numbers.append((number, .file))
      }
    }
    return numbers.sorted { $0.number < $1.number }
  }

  /// Returns the number in a name, if it is written as for the placeholder: `%d` stands only for `7`, not for `07` or `+7`.
  ///
  /// Bytes, not characters: a listing has as many names as there are files.
  private func number(in name: Span<UInt8>, between prefix: [UInt8], and suffix: [UInt8]) -> Int? {
    let (start, end) = (prefix.count, name.count - suffix.count)
    guard start < end else { return nil }
    for index in prefix.indices where name[index] != prefix[index] { return nil }
    for index in suffix.indices where name[end + index] != suffix[index] { return nil }
    let isNegative = name[start] == UInt8(ascii: "-")
    let first = isNegative ? start + 1 : start
    guard first < end else { return nil }
    var number = 0
    for index in first..<end {
      let digit = Int(name[index]) - Int(UInt8(ascii: "0"))
      guard (0...9).contains(digit) else { return nil }
      let (tens, isTooLarge) = number.multipliedReportingOverflow(by: 10)
      let (sum, overflows) = tens.addingReportingOverflow(isNegative ? -digit : digit)
      guard !isTooLarge, !overflows else { return nil }
      number = sum
    }
    // A sign counts towards the width.
    let isPadded = name[first] == UInt8(ascii: "0") && end - first > 1
    guard isPadded ? end - start == width : end - start >= width, !isNegative || number != 0 else {
      return nil
    }
    return number
  }
}

/// Returns numbers in the usual notation, `3, 7-9`; after twenty runs, the rest is only counted.
func compressedList(_ runs: [ClosedRange<Int>]) -> String {
  var text = runs.prefix(20).map { run in
    switch run.upperBound - run.lowerBound {
    case 0: "\(run.lowerBound)"
    case 1: "\(run.lowerBound), \(run.upperBound)"
    default: "\(run.lowerBound)-\(run.upperBound)"
    }
  }.joined(separator: ", ")
  if runs.count > 20 { text += " and \(runs.count - 20) more such runs" }
  return text
}

/// Returns the runs of `range` that are missing from `numbers`, which ascend.
func gaps(in range: ClosedRange<Int>, besides numbers: [Int]) -> [ClosedRange<Int>] {
  var runs: [ClosedRange<Int>] = []
  var next: Int? = range.lowerBound
  for number in numbers where range.contains(number) {
    if let next, next < number { runs.append(next...(number - 1)) }
    next = number < range.upperBound ? number + 1 : nil
  }
  if let next { runs.append(next...range.upperBound) }
  return runs
}
