import ArgumentParser
import Timestep

/// The help of a command: examples first, then the flags that matter most, then all others by subject.
///
/// The flags come from the table, and the rest from the parser.
struct CommandHelp {
  /// A command line with what it does.
  struct Example: Sendable {
    /// What it does.
    let purpose: String
    /// The line, as a shell reads it.
    let line: String

    init(_ purpose: String, _ line: String) { (self.purpose, self.line) = (purpose, line) }
  }

  /// The command.
  let command: FlagDefinition.Command

  /// Makes the help that a command line asks for; `nil` if it asks for none, or for that of all commands.
  init?(askedBy words: [String]) {
    let given = GivenFlags(words)
    if words.first == "help" {
      guard let command = words.dropFirst().first.flatMap(FlagDefinition.Command.init) else { return nil }
      self.init(command)
    } else {
      guard let command = given.command, given.asksForHelp else { return nil }
      self.init(command)
    }
  }

  /// Makes the help of a command.
  init(_ command: FlagDefinition.Command) { self.command = command }

  /// Returns the text in lines of at most `width` characters, where words and examples permit.
  func text(width: Int) -> String {
    let configuration = parser.configuration
    var parts = [wrapped(configuration.abstract, indent: 0, width)]
    let lines = examples.map { "  # \($0.purpose)\n  \($0.line)" }
    parts.append("EXAMPLES:\n" + lines.joined(separator: "\n"))
    let flags = FlagDefinition.all.filter { $0.commands.contains(command) }
    let main = mainFlags.compactMap { name in flags.first { $0.name == name } }
    func section(_ heading: String, _ flags: [FlagDefinition]) {
      if flags.isEmpty { return }
      parts.append("\(heading.uppercased()):\n" + flags.map { entry($0, width) }.joined(separator: "\n"))
    }
    section(main.count < flags.count ? "The flags that matter most" : "Flags", main)
    for subject in FlagDefinition.Section.allCases {
      section(subject.rawValue, flags.filter { $0.section == subject && !mainFlags.contains($0.name) })
    }
    if !configuration.discussion.isEmpty { parts.append(wrapped(configuration.discussion, indent: 0, width)) }
    let usage = RootCommand.usageString(for: parser)
    parts.append("USAGE: \(usage)\n  \"timestep --help\" lists all commands.")
    return parts.joined(separator: "\n\n") + "\n"
  }

  private var parser: any ParsableCommand.Type {
    let found = RootCommand.configuration.subcommands.first {
      $0.configuration.commandName == command.rawValue
    }
    guard let found else { preconditionFailure("the parser does not know \(command.rawValue)") }
    return found
  }

  /// The width of the column of flags, as the parser has it.
  private static let flagWidth = 26

  /// Returns a flag with its value and its help text.
  private func entry(_ flag: FlagDefinition, _ width: Int) -> String {
    let names = [flag.spelling] + (flag.alias.map { ["--\($0)"] } ?? [])
    let value = flag.kind == .toggle ? "" : " <\(flag.name)>"
    let head = "  " + names.joined(separator: ", ") + value
    let text = wrapped(flag.text, indent: Self.flagWidth, width)
    guard head.count < Self.flagWidth else { return "\(head)\n\(text)" }
    return head + text.dropFirst(head.count)
  }

  /// Returns a text in lines that begin with `indent` blanks; its own line ends stay.
  private func wrapped(_ text: String, indent: Int, _ width: Int) -> String {
    let blanks = String(repeating: " ", count: indent)
    return text.split(separator: "\n", omittingEmptySubsequences: false).map { paragraph in
      var lines = [blanks]
      for word in paragraph.split(separator: " ") {
        let isFirst = lines[lines.count - 1].count == indent
        if !isFirst, lines[lines.count - 1].count + 1 + word.count > width {
          lines.append(blanks + word)
        } else {
          lines[lines.count - 1] += (isFirst ? "" : " ") + word
        }
      }
      return lines.joined(separator: "\n")
    }.joined(separator: "\n")
  }
}

// What each command's help begins with.
extension CommandHelp {
  /// The names of the flags that matter most, at most five.
  var mainFlags: [String] {
    switch command {
    case .convert: ["features", "labels", "classes", "align", "output"]
    case .stream: ["features", "labels", "classes", "align", "epochs"]
    case .inspect: ["features", "labels", "classes", "align", "json"]
    case .train: ["features", "labels", "classes", "model", "epochs"]
    case .evaluate: ["model", "features", "labels", "batches", "json"]
    case .predict: ["model", "features", "output", "header", "missing"]
    case .import: ["model", "keep-columns", "label-column", "label-categories", "align"]
    case .demo: ["fixtures"]
    case .diff, .plugins: []
    }
  }

  /// The examples: three where a command can do so many things.
  var examples: [Example] {
    switch command {
    case .convert:
      [
        Example(
          "one file per series, and a file with its class: data/f_0.csv, data/y_0.csv, ...",
          "timestep convert --features data/f_%d.csv --labels data/y_%d.csv --classes 3 --align end --output batches"
        ),
        Example(
          "all files of a folder, with a header, and numbers to predict in one of the columns",
          "timestep convert --features data --header --label-column load --regression --output batches"),
        Example(
          "the training part of a random division, for numpy",
          "timestep convert --features data --split 8,1,1 --part train --format npz --output batches"),
      ]
    case .stream:
      [
        Example(
          "40 epochs of shuffled batches to a program",
          "timestep stream --features data/f_%d.csv --labels data/y_%d.csv --classes 3 --align end --epochs 40 | python3 train.py"
        ),
        Example(
          "the batches that convert wrote, to a file",
          "timestep stream --batches batches --order file > batches.bin"),
        Example(
          "continue a stream that was cut off",
          "timestep stream --batches batches --start-epoch 3 --batch 17 --epochs 37 | python3 train.py"),
      ]
    case .inspect:
      [
        Example("what a folder contains, and the command that reads it", "timestep inspect data"),
        Example(
          "columns, lengths, classes, and the masks of a batch",
          "timestep inspect --features data/f_%d.csv --labels data/y_%d.csv --classes 3 --align end"),
        Example("the layers and the memory of a model", "timestep inspect --model walk.st"),
      ]
    case .train:
      [
        Example(
          "one file per series, and a file with its class: data/f_0.csv, data/y_0.csv, ...",
          "timestep train --features data/f_%d.csv --labels data/y_%d.csv --classes 3 --align end --split 8,1,1 --normalize standardize --epochs 40 --model walk.st"
        ),
        Example(
          "all files of a folder, with a header, and numbers to predict in one of the columns",
          "timestep train --features data --header --label-column load --regression --normalize standardize --model load.st"
        ),
        Example(
          "a long run that can be killed and resumed, with a page about it",
          "timestep train --batches batches --epochs 500 --checkpoints run --resume --report run.html --model walk.st"
        ),
      ]
    case .evaluate:
      [
        Example(
          "the model knows the classes, the alignment and how to normalize",
          "timestep evaluate --model walk.st --features test/f_%d.csv --labels test/y_%d.csv"),
        Example(
          "batches that convert wrote, as JSON", "timestep evaluate --model walk.st --batches batches --json"),
        Example(
          "the test part of the data that was divided for the training",
          "timestep evaluate --model walk.st --features data/f_%d.csv --labels data/y_%d.csv --split 8,1,1 --part test"
        ),
      ]
    case .predict:
      [
        Example("one prediction for every row of a file", "timestep predict --model walk.st < data/f_0.csv"),
        Example(
          "rows as a program writes them, with a header",
          "python3 sensor.py | timestep predict --model walk.st --header"
        ),
        Example(
          "all series of a folder, as a table",
          "timestep predict --model walk.st --features data/f_%d.csv --output predictions.csv"),
      ]
    case .import:
      [
        Example(
          "a model of Deeplearning4j, with the names of its classes",
          "timestep import model.zip --label-categories sit,walk,run --align end --model walk.st"),
        Example(
          "one that predicts numbers, with the names of its columns",
          "timestep import model.zip --keep-columns temperature,wind --label-column load --model load.st"),
        Example(
          "classes that are numbers, from two sigmoids of which one is true",
          "timestep import model.zip --classes 2 --model pair.st"),
      ]
    case .demo:
      [
        Example("in Timestep's checkout", "timestep demo"),
        Example("anywhere else", "timestep demo --fixtures timestep/Fixtures"),
        Example("the results alone", "timestep demo 2> progress.txt"),
      ]
    case .diff: [Example("the first update at which two runs differ", "timestep diff a.jsonl b.jsonl")]
    case .plugins: [Example("all names that --reader, --transform and others accept", "timestep plugins")]
    }
  }
}
