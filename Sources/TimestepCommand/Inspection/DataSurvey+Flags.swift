import Platform
import Timestep

// Concludes flags from what the files contain.
extension DataSurvey {
  /// What the files do not tell, and the flags of each reading.
  struct Conclusion {
    /// The command of each reading, the likeliest first.
    var commands: [SuggestedCommand] = []
    /// What is not certain, in words.
    var uncertain: [String] = []
    /// What looks like a mistake, in words.
    var suspicious: [String] = []
    /// The classes in order with their counts; empty if labels are no classes.
    var classes: [(name: String, count: Int)] = []

    /// Adds the command of another reading of the files.
    ///
    /// - Parameters:
    ///   - words: The reading.
    ///   - own: That of the first command.
    ///   - isFirst: True if the other one is likelier.
    ///   - change: Makes the command of the first one.
    mutating func add(
      _ words: String, beside own: String, isFirst: Bool = false, _ change: (inout SuggestedCommand) -> Void
    ) {
      var other = commands[0]
      change(&other)
      other.variant = words
      commands[0].variant = commands[0].variant ?? own
      commands.insert(other, at: isFirst ? 0 : commands.count)
    }
  }

  /// Returns the flags that read the files, and what is in doubt.
  func conclusion() -> Conclusion {
    var conclusion = Conclusion()
    let first = sources.first
    conclusion.commands = [command(first, dialect, in: &conclusion)]
    if dialects.count > 1 {
      let others = dialects.map(\.description)
      conclusion.uncertain.append(others.joined(separator: "; or "))
      var ignored = Conclusion()
      let other = command(first, dialects[1], in: &ignored)
      conclusion.add(dialects[1].description, beside: dialect.description) { $0 = other }
    }
    for source in sources.dropFirst() {
      conclusion.uncertain.append("labels: \(first?.words ?? ""); or \(source.words)")
      var ignored = Conclusion()
      let other = command(source, dialect, in: &ignored)
      conclusion.add("labels in \(source.words)", beside: "labels in \(first?.words ?? "")") { $0 = other }
    }
    addReadings(of: first, to: &conclusion)
    for (words, survey) in alternatives {
      let own = series.isDoubtful ? "every row is a series" : reading
      conclusion.uncertain.append("layout: \(own); or \(words)")
      guard let other = survey.conclusion().commands.first else { continue }
      conclusion.add(words, beside: own) { $0 = other }
    }
    if let forecast { conclusion.commands.append(forecast) }
    findSuspicious(&conclusion)
    return conclusion
  }

  /// How the files are read, in words.
  private var reading: String {
    if case .files(let labels)? = sources.first {
      return "\(escapedText(labels.pattern.text.utf8, limit: nil)) are the labels"
    }
    return others.isEmpty
      ? "every file is a series"
      : "the series are the rows of \(([pattern.text] + others.map(\.pattern)).joined(separator: ", "))"
  }

  /// Adds a command for every other reading of the labels and of timestamps.
  private func addReadings(of source: LabelSourceGuess?, to conclusion: inout Conclusion) {
    if let meaning = source.flatMap({ self.meaning(of: $0) }), meaning.readings.count > 1 {
      conclusion.uncertain.append("labels: \(meaning.readings.map(\.name).joined(separator: ", or "))")
      let own = Set(meaning.readings[0].flags.map(\.name))
      conclusion.add(
        "labels are \(meaning.readings[1].name)", beside: "labels are \(meaning.readings[0].name)"
      ) { command in
        command.flags.removeAll { own.contains($0.name) }
        command.flags += meaning.readings[1].flags
      }
    }
    if case .table(let table)? = source {
      func add(_ flag: SuggestedFlag, instead: (SuggestedFlag) -> Bool, _ words: String, _ own: String) {
        conclusion.uncertain.append("labels: \(own); or \(words)")
        conclusion.add(words, beside: own) { command in
          command.flags.removeAll(where: instead)
          command.flags.append(flag)
        }
      }
      if let (column, isDoubtful) = clock(of: table), isDoubtful {
        add(
          SuggestedFlag("time", "\(reference(column))=unix", because: "intervals are times"),
          instead: { _ in false }, "intervals are in the unit of \(shown(column))",
          "intervals are row numbers")
      }
      if table.interval != nil, !unnamed(in: table).isEmpty {
        add(
          SuggestedFlag("outside", "none", because: "steps in no interval are a class too"),
          instead: { $0.name == "on-error" && $0.value == "unpaired=skip-sequence" },
          "steps in no interval are a class of their own", "series without an interval are left out")
      }
    }
    if series.layout == .files, others.isEmpty, tables.contains(where: { $0.blockCount > 1 }) {
      conclusion.uncertain.append("layout: blank lines mean nothing; or they separate series")
      // One file is rather a list of series.
      conclusion.add(
        "blank lines separate series", beside: "blank lines mean nothing", isFirst: files.count == 1
      ) { command in
        command.flags.removeAll { $0.name == "on-error" && $0.value == "blank-line=skip-row" }
        command.flags.append(SuggestedFlag("separator", "", because: "blank lines are between the series"))
      }
    }
    if let (shorter, other) = doubtfulAlignment(source) {
      conclusion.uncertain.append(
        "alignment: label files are \(shorter) than feature files, and begin or end with them")
      conclusion.add("aligned at the start", beside: "aligned at the end") { command in
        command.flags = command.flags.map { $0.name == "align" ? other : $0 }
      }
    }
    for column in features(besides: source) {
      guard case .time(let formats) = column.kind, formats.count > 1 else { continue }
      let texts = formats.prefix(2).map { $0.flagText ?? "iso8601" }
      conclusion.uncertain.append("column \(shown(column)): \(texts.joined(separator: ", or "))")
      conclusion.add(
        "\(shown(column)) is \(texts[1])", beside: "\(shown(column)) is \(texts[0])"
      ) { command in
        command.flags = command.flags.map { flag in
          flag.name == "time" && flag.value?.hasSuffix("=\(texts[0])") == true
            ? SuggestedFlag("time", "\(reference(column))=\(texts[1])", because: flag.reason) : flag
        }
      }
    }
  }

  /// Returns the value of `--join-on` for a column, whose name may contain a colon.
  static func joinText(_ column: String) -> String { column.contains(":") ? "\(column):previous" : column }

  /// Returns the flags for one reading.
  func command(
    _ source: LabelSourceGuess?, _ dialect: Dialect, in conclusion: inout Conclusion
  ) -> SuggestedCommand {
    var flags = [SuggestedFlag("features", pattern.text, because: pattern.reason)]
    for set in others {
      flags.append(
        SuggestedFlag("features", set.pattern, because: "its columns belong to the same series"))
    }
    if let joinColumn {
      flags.append(
        SuggestedFlag(
          "join-on", joinsNearest ? "\(joinColumn):nearest" : Self.joinText(joinColumn),
          because: "the files have rows of their own, and times tell which belong together"))
    }
    switch series.layout {
    case .files: break
    case .rows: flags.append(SuggestedFlag("one-series-per-row", because: series.reason))
    case .groups(let keys, let restart, let areScattered):
      let names =
        (restart ? ["file"] : []) + keys.map { TableSample.reference($0, names: tables.first?.names) }
      flags.append(SuggestedFlag("group-by", names.joined(separator: ","), because: series.reason))
      if areScattered {
        flags.append(SuggestedFlag("sort", because: "the rows of a series do not lie together"))
      }
    }
    flags += labelFlags(source, in: &conclusion)
    flags += formatFlags(dialect)
    flags += columnFlags(besides: source)
    var command = SuggestedCommand(flags: flags)
    command.hasLabels =
      switch source {
      case nil, .absent?: false
      default: true
      }
    if let widest = features(besides: source).filter({ $0.kind == .number && $0.numberCount > 0 }).max(by: {
      $0.maximum - $0.minimum < $1.maximum - $1.minimum
    }) {
      command.trainingFlags.append(
        SuggestedFlag(
          "normalize", "standardize",
          because:
            "networks learn better from columns of one scale; \(shown(widest)) is from \(widest.minimum.short) to \(widest.maximum.short)"
        ))
    }
    for part in heldOut {
      let held = self.flags(of: part, source)
      command.trainingFlags += held
      if held.isEmpty { conclusion.suspicious.append(remark(on: part, source)) }
    }
    return command
  }

  /// Returns the flags for a held-out part; none if its labels are not found as those of the training part are.
  private func flags(
    of part: (name: String, survey: DataSurvey), _ source: LabelSourceGuess?
  ) -> [SuggestedFlag] {
    let other = part.survey
    guard other.others.count == others.count, other.columns.count == columns.count else { return [] }
    var flags = ([other.pattern.text] + other.others.map(\.pattern)).map {
      SuggestedFlag("\(part.name)-features", $0, because: "the name says so")
    }
    switch source {
    case .files?:
      guard case .files(let labels)? = other.sources.first else { return [] }
      flags.append(
        SuggestedFlag(
          "\(part.name)-labels", labels.pattern.text, because: "they are the labels of the \(part.name) part")
      )
    case .table(let table)?:
      if table.isInOrder || ownTable(of: other, beside: table) != nil { return [] }
      func names(in survey: DataSurvey) -> Set<String> {
        let keys = series.keyColumns.first.map { key in
          Set(survey.tables.first?.rows.map { $0[key] } ?? [])
        }
        return table.keys.intersection(keys ?? Set(survey.files.flatMap(table.names(of:))))
      }
      let found = names(in: other)
      // Files with the same names are other ones; a folder may be a person with recordings in both parts.
      guard !found.isEmpty, table.folders != nil || found.isDisjoint(with: names(in: self)) else { return [] }
    case .folder?, .name?, .column?, .oneHot?, .absent?, nil: break
    }
    return flags
  }

  /// Returns the table that labels a held-out part alone; `nil` if there is none.
  private func ownTable(of part: DataSurvey, beside training: LabelTableGuess) -> LabelTableGuess? {
    guard case .table(let table)? = part.sources.first, table.file != training.file else { return nil }
    return table
  }

  /// Returns why a held-out part is not in the command.
  private func remark(on part: (name: String, survey: DataSurvey), _ source: LabelSourceGuess?) -> String {
    let pattern = part.survey.pattern.text
    let words = "the \(part.name) part (\(escapedText(pattern.utf8, limit: nil)))"
    guard case .table(let training)? = source else {
      return "\(words) has other columns, or its labels are not found: it is not in the command"
    }
    guard let table = ownTable(of: part.survey, beside: training) else {
      return
        "\(words) has other columns, or no labels of its own in \(escapedText(training.file.path.utf8, limit: nil)): it is not in "
        + "the command"
    }
    let arguments = flags(of: table).map { " \($0.words)" }.joined()
    return
      "\(words) has a table of its own, and is not in the command: evaluate the model on it (timestep evaluate --model model.st "
      + "--features \(shellQuoted(pattern))\(arguments))"
  }

  private func formatFlags(_ dialect: Dialect) -> [SuggestedFlag] {
    var flags: [SuggestedFlag] = []
    let skipped = guess.skippedLineCount + (guess.hasShortHeader || guess.numbersColumns ? 1 : 0)
    if skipped > 0 {
      let reason =
        guess.hasShortHeader
        ? "the header is one name short"
        : guess.numbersColumns ? "the first line numbers the columns" : "the lines above are no rows"
      flags.append(SuggestedFlag("skip-lines", "\(skipped)", because: reason))
    }
    if guess.hasHeader, !guess.hasShortHeader {
      let names = guess.names.prefix(4).joined(separator: ", ")
      flags.append(
        SuggestedFlag(
          "header", because: "the first line has names: \(names)\(guess.names.count > 4 ? ", ..." : "")"))
      if Set(tables.map { $0.names ?? [] }).count > 1 {
        flags.append(
          SuggestedFlag("columns-by-name", because: "the columns have another order in some files"))
      }
    }
    switch dialect.delimiter {
    case ",", "": break
    case "\t": flags.append(SuggestedFlag("delimiter", "\\t", because: "a tab separates the fields"))
    case "space": flags.append(SuggestedFlag("delimiter", "space", because: "blanks separate the fields"))
    default: flags.append(SuggestedFlag("delimiter", dialect.delimiter, because: "it separates the fields"))
    }
    if dialect.delimiter.isEmpty, dialect.decimal == "," {
      // A row is one field, which must not end at the comma.
      flags.append(
        SuggestedFlag("delimiter", ";", because: "a comma is the decimal sign, and rows have one field"))
    }
    if dialect.decimal != "." {
      flags.append(SuggestedFlag("decimal", String(dialect.decimal), because: "numbers have a decimal comma"))
    }
    if let thousands = dialect.thousands {
      flags.append(
        SuggestedFlag("thousands", String(thousands), because: "it separates groups of three digits"))
    }
    if let encoding = samples.lazy.compactMap(\.encoding.flag).first {
      flags.append(SuggestedFlag("encoding", encoding, because: "the bytes are not UTF-8"))
    }
    return flags
  }
}
