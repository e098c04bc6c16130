import Timestep

/// Feature files, and label files with the same names but for a word or a directory.
struct PairGuess {
  let features: [FolderSurvey.File]
  let labels: [FolderSurvey.File]
  let featurePattern: FilePattern
  let labelPattern: FilePattern
  /// Why the second ones are the labels.
  let reason: String
  /// True if both could as well be features: the axes x and y.
  let isDoubtful: Bool

  /// Words in names, and in headers, that mean labels.
  static let labelWords: Set<String> = [
    "l", "label", "labels", "lab", "lbl", "y", "target", "targets", "class", "classes", "annotation",
    "annotations", "gt",
    "truth", "out", "output", "outputs", "cls", "activity", "klasse",
  ]
  private static let featureWords: Set<String> = [
    "f", "feature", "features", "x", "data", "input", "inputs", "in", "signal", "signals", "seq", "sequence",
    "sequences",
  ]

  /// Files that could be pairs, of which either may be the labels.
  struct Candidate {
    let first, second: [FolderSurvey.File]
    /// The words that distinguish them.
    let words: (String, String)
  }

  /// Finds the pairs that the files of `data` consist of; `nil` if they do not.
  ///
  /// - Parameters:
  ///   - data: The files without tables and other parts.
  ///   - folder: All files, which patterns must not name too.
  ///   - look: Reads the beginnings of some files.
  init?(_ data: FolderSurvey, among folder: FolderSurvey, look: ([FolderSurvey.File]) throws -> [TextSample])
    rethrows
  {
    for candidate in Self.candidates(in: data) {
      guard let (isSecond, reason, isDoubtful) = try Self.labels(candidate, look) else { continue }
      let (features, labels) =
        isSecond ? (candidate.first, candidate.second) : (candidate.second, candidate.first)
      let inDirectories = Set(features.map(\.directory)) != Set(labels.map(\.directory))
      let hasSameStems = Set(features.map(\.stem)) == Set(labels.map(\.stem))
      guard
        let one = FilePattern(features, in: folder, keepsDirectory: inDirectories && hasSameStems),
        let other = FilePattern(labels, in: folder, keepsDirectory: inDirectories && hasSameStems)
      else { continue }
      (self.features, self.labels, featurePattern, labelPattern) = (features, labels, one, other)
      (self.reason, self.isDoubtful) = (reason, isDoubtful)
      return
    }
    return nil
  }

  /// Returns the ways in which the files are two sets with the same names.
  static func candidates(in folder: FolderSurvey) -> [Candidate] {
    var candidates: [Candidate] = []
    let byDirectory = Dictionary(grouping: folder.files, by: \.directory)
    if byDirectory.count == 2, let one = byDirectory.keys.min(), let other = byDirectory.keys.max(),
      let first = byDirectory[one], let second = byDirectory[other], first.count == second.count
    {
      // The names may differ in a word too.
      func keys(_ files: [FolderSurvey.File]) -> Set<String>? {
        let stems = Set(files.map(\.stem))
        guard let table = NameTable(Array(stems)), table.names.count == stems.count else { return stems }
        return Set(
          table.names.map { name in
            name.pieces.indices.filter { table.values[$0].count > 1 || stems.count == 1 }.map {
              name.pieces[$0].text
            }
            .joined(separator: "/")
          })
      }
      if Set(first.map(\.stem)) == Set(second.map(\.stem)) || keys(first) == keys(second) {
        candidates.append(Candidate(first: first, second: second, words: (one, other)))
      }
    }
    guard byDirectory.count == 1, let table = NameTable(folder.files.map(\.stem)),
      table.names.count == folder.files.count
    else { return candidates }
    for index in table.values.indices where table.values[index].count == 2 {
      let words = table.values[index].keys.sorted()
      let groups = Dictionary(grouping: zip(folder.files, table.orderedNames(folder.files.map(\.stem)))) {
        $0.1.pieces[index].text
      }
      guard let first = groups[words[0]], let second = groups[words[1]], first.count == second.count,
        Set(first.map { $0.1.replacing(index, with: "") })
          == Set(second.map { $0.1.replacing(index, with: "") })
      else { continue }
      candidates.append(
        Candidate(first: first.map(\.0), second: second.map(\.0), words: (words[0], words[1])))
    }
    return candidates
  }

  /// Returns which files are the labels, why, and whether both may be features; `nil` if neither are labels.
  ///
  /// The names decide. Only if they say nothing does the shape of the files.
  private static func labels(
    _ candidate: Candidate, _ look: ([FolderSurvey.File]) throws -> [TextSample]
  ) rethrows -> (isSecond: Bool, reason: String, isDoubtful: Bool)? {
    let samples = (try look(candidate.first), try look(candidate.second))
    var (one, other) = (Shape(samples.0), Shape(samples.1))
    // A comma in one set is the decimal sign if it is in the other one.
    if one.dialect.decimal == ",", other.dialect.decimal != "," {
      other = Shape(samples.1, beside: one.dialect)
    } else if other.dialect.decimal == ",", one.dialect.decimal != "," {
      one = Shape(samples.0, beside: other.dialect)
    }
    let fits = (first: one.canLabel(other), second: other.canLabel(one))
    let words = (Set(candidate.words.0.words), Set(candidate.words.1.words))
    let own = (words.0.subtracting(words.1), words.1.subtracting(words.0))
    let isLabel = (!own.0.isDisjoint(with: labelWords), !own.1.isDisjoint(with: labelWords))
    let isFeature = (!own.0.isDisjoint(with: featureWords), !own.1.isDisjoint(with: featureWords))
    if isLabel.0 != isLabel.1 {
      let (word, found) = isLabel.1 ? (candidate.words.1, own.1) : (candidate.words.0, own.0)
      let areAxes =
        found.allSatisfy { $0.count == 1 } && !fits.first && !fits.second
        && one.fieldCount == other.fieldCount && !(isLabel.1 ? other : one).hasFlagsOnly
      return (isLabel.1, "\"\(word)\" means labels, and the names are the same otherwise", areAxes)
    }
    let byShape = "every file has one column, with the labels of the file of the same name"
    if isFeature.0 != isFeature.1 {
      return (isFeature.0 ? fits.second : fits.first) ? (isFeature.0, byShape, false) : nil
    }
    return fits.first == fits.second ? nil : (fits.second, byShape, false)
  }

  /// What the files of a set have in common.
  struct Shape {
    let dialect: Dialect
    let fieldCount: Int
    let rowCounts: [Int]
    /// True if the files were read to their ends.
    let areWhole: Bool
    /// The header; `nil`: there is none.
    let names: [String]?
    /// The name of the first column with timestamps, or else with numbers called times that never go back; `nil`: there is
    /// none.
    let timeColumn: String?
    /// True if every row can be a series.
    let isWide: Bool
    /// True if the cells are texts, or few whole numbers.
    let isDiscrete: Bool
    /// True if all cells are 0 or 1.
    let hasFlagsOnly: Bool

    init(_ samples: [TextSample], beside other: Dialect? = nil) {
      let guess = DialectGuess(samples, beside: other)
      let tables = samples.map { TableSample($0, guess).withoutStrays(guess) }
      dialect = guess.dialect
      fieldCount = guess.fieldCount
      areWhole = tables.allSatisfy(\.isWhole)
      names = tables.first?.names
      timeColumn =
        names == nil
        ? nil
        : Clock(of: (0..<guess.fieldCount).map { ColumnSurvey($0, of: tables, guess.dialect) })?.column.name
      rowCounts = tables.map(\.rows.count)
      isWide =
        guess.fieldCount >= 24
        && SeriesGuess.areOfOneKind(
          (0..<guess.fieldCount).map { ColumnSurvey($0, of: tables, guess.dialect) })
      hasFlagsOnly = tables.allSatisfy { $0.rows.allSatisfy { $0.allSatisfy { $0 == "0" || $0 == "1" } } }
      let column = ColumnSurvey(0, of: tables, guess.dialect)
      isDiscrete =
        fieldCount == 1
        && (column.kind == .category || column.kind == .text
          || column.isWhole && column.numberCount > 0 && column.values.count <= 64)
    }

    /// Returns true if the files may have as many rows as others.
    func hasSameRows(as others: Shape) -> Bool {
      !areWhole || !others.areWhole || rowCounts == others.rowCounts
    }

    /// Returns true if files of this shape can be the labels of others.
    func canLabel(_ others: Shape) -> Bool {
      let isSingle = rowCounts.allSatisfy { $0 == 1 } && others.rowCounts.contains { $0 > 1 }
      let isPerRow = rowCounts == others.rowCounts
      let isSmaller = fieldCount < others.fieldCount || fieldCount == others.fieldCount && fieldCount == 1
      return isSmaller && (isSingle || isPerRow || isDiscrete)
        && (isSingle || isDiscrete && !others.isDiscrete || fieldCount < others.fieldCount)
    }
  }
}

extension NameTable {
  /// Returns the pieces of names in the order of `stems`.
  fileprivate func orderedNames(_ stems: [String]) -> [NamePieces] { stems.map(NamePieces.init) }
}

extension String {
  /// The words of the last part of a path, in lower case: two of `myLabels`.
  var words: [String] {
    NamePieces(split(separator: "/").last.map(String.init) ?? self).pieces.filter { $0.kind == .letters }
      .flatMap { piece in
        var words: [String] = []
        for character in piece.text {
          if words.isEmpty || character.isUppercase && words.last?.last?.isUppercase == false {
            words.append("")
          }
          words[words.count - 1].append(character)
        }
        return words.map { $0.lowercased() }
      }
  }

  /// The last word of a path or a name, in lower case.
  var lastWord: String { words.last ?? lowercased() }
}
