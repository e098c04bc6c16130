/// One flag of the command line, as the table of all flags describes it.
///
/// The parser takes its help texts from the table. The rules about flags that need or exclude each other, and
/// the names and types that other descriptions of a run use, follow from it too.
package struct FlagDefinition: Sendable {
  /// The commands, by their names on the command line.
  package enum Command: String, Sendable, CaseIterable {
    case convert, stream, inspect, train, evaluate, predict, `import`, demo, diff, plugins
  }

  /// The available types of values, as JSON has them.
  package enum Kind: Sendable {
    /// True or false: the flag has no value on the command line.
    case toggle
    /// A whole number.
    case integer
    /// A number.
    case number
    /// A text.
    case text
  }

  /// The ways in which a command uses a file, directory or pattern that a flag names.
  package enum Path: Sendable {
    /// The command reads it.
    case read
    /// The command writes it, and may also read it.
    case written
  }

  /// The subjects that rules about several flags refer to.
  package enum Topic: Sendable {
    /// The sequences, and how they become batches.
    case files
    /// How the rows of several files belong together.
    case joins
    /// The form of label files.
    case labelFormat
    /// The form of CSV files.
    case format
    /// The columns to read, and what they contain.
    case columns
    /// The sequences in one file.
    case grouping
    /// The choice and order of the examples in a batch.
    case batching
    /// The handling of faults in the data.
    case faults
    /// The layers of a network.
    case layers
    /// The updates of a network's parameters.
    case optimizer
  }

  /// The sets of flags of which a command takes only one.
  package enum Alternative: Sendable {
    /// The meaning of labels.
    case labelMeaning
    /// The sequences in one file.
    case grouping
    /// The columns to read.
    case columns
    /// The source of labels.
    case labelSource
  }

  /// The name without hyphens in front: "batch-size".
  package let name: String
  /// Another spelling that is accepted.
  package let alias: String?
  /// The type of the value.
  package let kind: Kind
  /// True if the flag can be given several times: its values are a list.
  package let isRepeated: Bool
  /// The use of the file that the value names; `nil` if the value is not a path.
  package let path: Path?
  /// The commands that take the flag.
  package let commands: [Command]
  /// The subject, for rules about several flags.
  package let topic: Topic?
  /// The key in the JSON of a data contract that holds the value's effect; `nil` if a model does not store
  /// it.
  package let contractKey: String?
  /// The name of the flag without which this one has no effect.
  package let needs: String?
  /// The reason for `needs`, where it is not obvious.
  package let reason: String?
  /// The set of flags of which only one can be given.
  package let alternative: Alternative?
  /// False if data set files do not set the flag: in this command, the name means something else than in others, or the
  /// flag names the file itself.
  package let isForFiles: Bool
  /// The value without the flag, as it is written on the command line; `nil`: none.
  package let defaultValue: String?
  /// The help text.
  package let help: String

  init(
    _ name: String, alias: String? = nil, _ kind: Kind, isRepeated: Bool = false, path: Path? = nil,
    of commands: [Command], topic: Topic? = nil, contractKey: String? = nil, needs: String? = nil,
    because reason: String? = nil, alternative: Alternative? = nil, forFiles isForFiles: Bool = true,
    default defaultValue: String? = nil, help: String
  ) {
    (self.name, self.alias, self.kind, self.isRepeated) = (name, alias, kind, isRepeated)
    (self.path, self.commands, self.topic, self.contractKey) = (path, commands, topic, contractKey)
    (self.needs, self.reason, self.alternative) = (needs, reason, alternative)
    (self.isForFiles, self.defaultValue, self.help) = (isForFiles, defaultValue, help)
  }

  /// The help text with the default, if the flag always has a value.
  package var text: String {
    guard let defaultValue else { return help }
    let isWord = defaultValue.allSatisfy { $0.isLetter || $0.isNumber || $0 == "." }
    // A model keeps how the data was written.
    let ofModel = contractKey == nil ? "" : ", or the model's"
    return help + " Default: \(isWord ? defaultValue : "\"\(defaultValue)\"")\(ofModel)."
  }

  /// The flag as it is written on the command line: "--batch-size".
  package var spelling: String { "--\(name)" }

  /// Returns the definition of the flag `name`; `nil` if there is none.
  ///
  /// - Parameter command: The command that takes it; without one, the most general definition is returned.
  package static func named(_ name: String, of command: Command? = nil) -> FlagDefinition? {
    byName[name]?.first { command.map($0.commands.contains) ?? true }
  }

  /// The flags of evaluate whose effect a model stores, in a sentence.
  package static let inContract = list { $0.contractKey != nil && !$0.isAboutForm }

  /// The flags of evaluate about how files are written that a model stores, in a sentence.
  package static let inFileSettings = list(where: \.isAboutForm)

  /// True if a model stores the flag as it is written, for other files that are written in the same way.
  package var isFileSetting: Bool { contractKey == "fileSettings" }

  /// True if a model stores the flag, and other files may need another value.
  private var isAboutForm: Bool { isFileSetting || contractKey == "notation" }

  private static func list(where isListed: (FlagDefinition) -> Bool) -> String {
    let names = all.filter { $0.commands.contains(.evaluate) && isListed($0) }.map(\.spelling)
    return names.dropLast().joined(separator: ", ") + " and " + (names.last ?? "")
  }

  private static let byName = Dictionary(grouping: all, by: \.name)
}

extension [FlagDefinition.Command] {
  /// The commands that read sequences.
  static let data: [FlagDefinition.Command] = [.convert, .stream, .inspect, .train, .evaluate]

  /// The commands that read features, with labels or without them.
  static let features = data + [.predict]

  /// True if all commands that read sequences are among these.
  var areOfData: Bool { starts(with: [FlagDefinition.Command].data) }
}
