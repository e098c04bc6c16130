import ArgumentParser
import CSV
import Platform
import Sequences
import Timestep

/// What a look at `.ts` and `.arff` files tells, whose headers say how they are read.
struct TSSurvey {
  private let folder: FolderSurvey
  private let files: [FolderSurvey.File]
  private let headers: [TSHeader]
  private let features: ReaderSurvey
  /// The classes in the order of the header, with the number of series of each.
  private let classes: [Inspection.Class]
  /// What looks like a mistake, in words.
  private let suspicious: [String]
  /// The flags that read the files.
  let command: SuggestedCommand

  /// Looks at the files at `location`.
  ///
  /// - Returns: `nil` if these are other files.
  /// - Throws: `RecordError` or `FileError` if there is nothing to read.
  init?(_ location: String) throws {
    let folder = try FolderSurvey(location)
    guard folder.files.allSatisfy({ TSFormat(path: "x\($0.suffix)") != nil }) else { return nil }
    let parts = FolderParts(folder)
    (self.folder, files) = (folder, parts?.training ?? folder.files)
    guard let pattern = FilePattern(files, in: folder) else {
      throw RecordError(
        .mismatch, path: location,
        "the names of the \(pluralized(files.count, "data file")) have no pattern: expected names that one pattern matches, found "
          + "others beside them; inspect the files one by one")
    }
    var suspicious: [String] = []
    let options = try DataOptions.parse(["--features", pattern.text])
    // Every fault is left out, and the first one is shown.
    let leavingOut = ErrorPolicy(.skipSequence)
    let reader = try TSSequenceRecordReader(
      options.split(pattern.text), missingValues: .nan, policy: leavingOut)
    headers = reader.headers
    do {
      features = try ReaderSurvey(reader)
    } catch let error as RecordError {
      suspicious.append(error.description)
      features = try ReaderSurvey(reader, leavingOut)
    }
    let found = try SeriesLabels(statedIn: reader, policy: leavingOut)
    var counts: [String: Int] = [:]
    if case .classes(let vocabulary)? = found.meaning {
      let labels = SeriesLabelReader(found, as: .classes(vocabulary))
      var record = SequenceRecord()
      for index in 0..<labels.count {
        do {
          try labels.read(index, into: &record)
          counts[vocabulary.names[Int(record.values[0])], default: 0] += 1
        } catch let error as RecordError {
          if suspicious.isEmpty { suspicious.append(error.description) }
        }
      }
      classes = vocabulary.names.map { Inspection.Class(name: $0, labels: counts[$0] ?? 0) }
    } else {
      classes = []
    }
    for label in classes where label.labels < 3 {
      suspicious.append("class \(escapedText(label.name.utf8)) has \(pluralized(label.labels, "label")) only")
    }
    for (suffix, count) in folder.ignored.sorted(by: { $0.key < $1.key }) {
      suspicious.append(
        "\(pluralized(count, "file")) of the kind \"\(escapedText(suffix.utf8))\" \(count == 1 ? "is" : "are") not read"
      )
    }
    self.suspicious = suspicious
    command = Self.command(pattern, features, parts?.test, in: folder, hasLabels: found.meaning != nil)
  }

  private static func command(
    _ pattern: FilePattern, _ features: ReaderSurvey, _ test: [FolderSurvey.File]?, in folder: FolderSurvey,
    hasLabels: Bool
  ) -> SuggestedCommand {
    var command = SuggestedCommand(flags: [SuggestedFlag("features", pattern.text, because: pattern.reason)])
    command.hasLabels = hasLabels
    if features.missingCount > 0 {
      command.flags.append(
        SuggestedFlag(
          "transform", "fill",
          because: "\(pluralized(features.missingCount, "value is", "values are")) missing"))
    }
    command.trainingFlags.append(
      SuggestedFlag("normalize", "standardize", because: "networks learn better from columns of one scale"))
    // Archives have the parts of a problem in files beside each other.
    let sibling = folder.location.replacing("_TRAIN.", with: "_TEST.")
    let hasSibling =
      !folder.isDirectory && sibling != folder.location && (try? FileTree.kind(of: sibling)) == .file
    if let text = hasSibling ? sibling : test.flatMap({ FilePattern($0, in: folder)?.text }) {
      command.trainingFlags.append(SuggestedFlag("test-features", text, because: "the name says so"))
    }
    return command
  }

  /// The layout of the files, in words.
  private var layout: String {
    "a series per line, below the header of \(headers[0].format == .ts ? "a .ts file" : "an .arff file")"
  }

  /// The labels, in words.
  private var labels: String? {
    switch headers[0].labels {
    case .none: nil
    case .classes: "the class after each series"
    case .numbers: "the number after each series"
    }
  }

  /// The report for people.
  func text(program: String) -> String {
    var text =
      "data: \(pluralized(files.count, "file")) in \(escapedText(folder.location.utf8, limit: nil)); all series were read\n"
    text += "layout: \(layout)\n"
    if let name = headers[0].name { text += "problem: \(escapedText(name.utf8))\n" }
    text += "labels: \(labels ?? "none")\n"
    text += features.text(title: "features")
    if !classes.isEmpty {
      let total = classes.reduce(0) { $0 + $1.labels }
      let shown = classes.prefix(20).map {
        "\(escapedText($0.name.utf8)) \($0.labels) (\(Int((Double($0.labels) / Double(max(1, total)) * 100).rounded())) %)"
      }
      let rest = classes.count - shown.count
      text += "classes: \(shown.joined(separator: ", "))\(rest > 0 ? " and \(rest) more" : "")\n"
    }
    for line in suspicious { text += "suspicious: \(line)\n" }
    text += "next\n"
    if let training = command.training(program: program) { text += "  \(training)\n" }
    return text + "  \(command.conversion(program: program))\n" + command.reasons()
  }

  /// The report for programs.
  func inspection(program: String) -> Inspection {
    var inspection = Inspection(
      columns: features.jsonColumns, sequences: features.lengths.count, lengths: features.jsonLengths,
      batches: Inspection.Batches(count: 0), classes: classes.isEmpty ? nil : classes,
      command: command.conversion(program: program))
    inspection.commands = [
      Inspection.Command(
        command: command.conversion(program: program), training: command.training(program: program),
        reading: nil,
        flags: command.flags.map { Inspection.Flag(flag: $0.words, reason: $0.reason) })
    ]
    inspection.survey = Inspection.Survey(
      files: files.count, filesRead: files.count, isComplete: true, delimiter: ",", decimal: ".",
      thousands: nil,
      header: true, skippedLines: 0, encoding: "utf-8", layout: layout, labels: labels, uncertain: [],
      suspicious: suspicious)
    return inspection
  }
}
