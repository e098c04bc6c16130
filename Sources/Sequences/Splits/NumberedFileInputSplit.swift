import Platform

/// Files whose names differ in a number: `data/myInput_%d.csv` for every number in a range, including both
/// ends.
///
/// ```swift
/// let split = try NumberedFileInputSplit("data/myInput_%d.csv", 0...9)
/// try split.locations()  // data/myInput_0.csv with key "0", ... data/myInput_9.csv with key "9"
/// ```
///
/// `%d` stands for plain numbers, `%0Nd` with one digit N for numbers padded with zeros to N characters. The
/// pairing key is the number in plain decimal, so that `x_%d.csv` pairs with `y_%03d.csv`.
public struct NumberedFileInputSplit: InputSplit, Hashable {
  /// The numbers, including both ends.
  public let range: ClosedRange<Int>
  private let numbered: NumberedPattern

  /// The pattern as it was given.
  public var pattern: String { numbered.text }

  /// The directory before the number.
  public var directory: String? {
    Sequences.directory(of: pattern, before: numbered.literalCount)
  }

  /// Makes a split of the files of `pattern` for every number in `range`.
  ///
  /// - Throws: `UsageError` if the pattern does not have exactly one placeholder of a supported form.
  public init(_ pattern: String, _ range: ClosedRange<Int>) throws(UsageError) {
    numbered = try NumberedPattern(pattern)
    self.range = range
  }

  /// Makes a split of the files of `pattern` for every number in `range`, which excludes its end.
  ///
  /// - Throws: `UsageError` if the pattern is invalid or the range is empty.
  public init(_ pattern: String, _ range: Range<Int>) throws(UsageError) {
    guard !range.isEmpty else {
      throw UsageError(
        pattern: pattern,
        "the range of numbers is empty: expected at least one number, "
          + "found \(range.lowerBound)..<\(range.upperBound); name the first and the last number")
    }
    try self.init(pattern, range.lowerBound...(range.upperBound - 1))
  }

  /// Makes a split of the files of `pattern` for the numbers from `first` through `last`, as typed by a user.
  ///
  /// Forming `9...0` traps in Swift; here it throws.
  ///
  /// - Throws: `UsageError` if the pattern is invalid or the range is reversed.
  public init(_ pattern: String, from first: Int, through last: Int) throws(UsageError) {
    guard first <= last else {
      throw UsageError(
        pattern: pattern,
        "the range of numbers is reversed: expected the smaller number first, "
          + "found \(first)...\(last); write \(last)...\(first)")
    }
    try self.init(pattern, first...last)
  }

  /// Makes a split of the existing files of `pattern`: all numbers from the lowest through the highest.
  ///
  /// Negative numbers are not searched for: `run%d.csv` does not mean `run-1.csv`.
  ///
  /// - Throws: `UsageError` if the pattern is invalid; `RecordError` if there are no files or numbers
  ///   in between are missing; `FileError` if the directory cannot be listed.
  public init(_ pattern: String) throws {
    let numbered = try NumberedPattern(pattern)
    let present = try numbered.numbersOnDisk().map(\.number).filter { $0 >= 0 }
    guard let first = present.first, let last = present.last else {
      throw RecordError(
        .missingFile, path: pattern,
        "no file matches the pattern: expected at least one, such as \(numbered.path(0)), found none; "
          + "check the pattern and the working directory")
    }
    range = first...last
    self.numbered = numbered
    try checkComplete(present, isRangeGiven: false)
  }

  /// Returns true if a text has a placeholder for a number, even one that is not supported; every other `%`
  /// is a part of a name.
  package static func isPattern(_ text: String) -> Bool {
    !NumberedPattern.placeholders(in: Array(text.utf8)).isEmpty
  }

  /// Returns the files in the order of their numbers.
  ///
  /// - Throws: `RecordError` naming all numbers whose files are missing; `FileError` if the directory cannot
  ///   be listed.
  public func locations() throws -> [SequenceLocation] {
    // One listing finds all missing files even if the range is billions long; in a directory with many other
    // files, checking single paths is faster, and the first missing one ends the checks.
    let isListed = numbered.isListingFaster(than: fileCount)
    if try isListed || !range.allSatisfy({ try FileTree.kind(of: numbered.path($0)) == .file }) {
      let listing = try numbered.numbersOnDisk()
      if isListed, try isComplete(listing) { return range.map(location) }
      let present = listing.map(\.number)
      let files = try present.filter { try FileTree.kind(of: numbered.path($0)) == .file }
      // If only directories are in the way, "missing" would puzzle a user who sees the names.
      if gaps(in: range, besides: present).isEmpty,
        let other = try present.first(where: {
          try range.contains($0) && FileTree.kind(of: numbered.path($0)) == .directory
        })
      {
        throw RecordError(
          .missingFile, path: numbered.path(other),
          "is a directory where a file was expected, for number \(other) of \(range.lowerBound)..."
            + "\(range.upperBound); put the file in its place, or name another range")
      }
      try checkComplete(files, isRangeGiven: true)
    }
    return range.map(location)
  }

  /// The number of files, capped at the greatest Int.
  private var fileCount: Int {
    let (distance, isBeyond) = range.upperBound.subtractingReportingOverflow(range.lowerBound)
    return isBeyond || distance == .max ? .max : distance + 1
  }

  private func location(_ number: Int) -> SequenceLocation {
    SequenceLocation(path: numbered.path(number), key: String(number))
  }

  /// Returns true if `listing`, whose numbers ascend, has a file for every number.
  private func isComplete(_ listing: [(number: Int, kind: Directory.Kind?)]) throws -> Bool {
    let within = listing.drop { $0.number < range.lowerBound }.prefix { $0.number <= range.upperBound }
    return try within.count == fileCount
      && within.allSatisfy { try ($0.kind ?? FileTree.kind(of: numbered.path($0.number))) == .file }
  }

  /// Checks that every number has a file.
  ///
  /// - Parameters:
  ///   - present: The numbers that have one, in ascending order.
  ///   - isRangeGiven: True if the caller named the range.
  private func checkComplete(_ present: [Int], isRangeGiven: Bool) throws(RecordError) {
    let missing = gaps(in: range, besides: present)
    guard let first = missing.first else { return }
    let isOne = missing.count == 1 && first.count == 1
    let glob =
      "read those that exist with the glob '\(numbered.glob)'\(isRangeGiven ? " and no range" : "")"
    throw RecordError(
      .missingFile, path: pattern,
      "\(isOne ? "a file is" : "files are") missing: expected a file for every number of "
        + "\(range.lowerBound)...\(range.upperBound), found none for \(compressedList(missing)); "
        + "add \(isOne ? "it" : "them")"
        + (present.contains { $0 >= 0 } ? ", name another range, or \(glob)" : " or name another range"))
  }
}
