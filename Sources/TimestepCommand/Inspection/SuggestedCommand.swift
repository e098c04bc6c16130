import Platform
import Timestep

/// A flag of a command to run, and the reason for it.
struct SuggestedFlag: Hashable {
  /// The name without hyphens.
  let name: String
  /// The value; `nil` for a toggle.
  let value: String?
  /// Why the data needs it.
  let reason: String

  /// Makes a flag; the table of flags must contain it.
  init(_ name: String, _ value: String? = nil, because reason: String) {
    (self.name, self.value, self.reason) = (name, value, reason)
  }

  /// The flag as a shell reads it.
  var words: String {
    guard let value else { return "--\(name)" }
    // A value that begins with a hyphen is joined, so that it is not taken for a flag.
    return value.hasPrefix("-") ? shellQuoted("--\(name)=\(value)") : "--\(name) \(shellQuoted(value))"
  }
}

/// A command line that reads data, with the reason for each flag.
struct SuggestedCommand {
  /// What distinguishes it from the others; `nil` if it is the only one.
  var variant: String?
  /// What it is for; `nil`: the same as the first one, in another reading of the files.
  var purpose: String?
  /// The flags about the data.
  var flags: [SuggestedFlag] = []
  /// Further flags for a training.
  var trainingFlags: [SuggestedFlag] = []
  /// True if the data has labels, so that a network can be trained.
  var hasLabels = false

  /// The command that writes the data as batches.
  func conversion(program: String) -> String {
    ([program, "convert"] + flags.map(\.words) + ["--output batches"]).joined(separator: " ")
  }

  /// The command that trains on the data; `nil` without labels.
  func training(program: String) -> String? {
    guard hasLabels else { return nil }
    return ([program, "train"] + (flags + trainingFlags).map(\.words) + ["--model model.st"]).joined(
      separator: " ")
  }

  /// The flags for a data set file: those of the training, or without labels of the conversion.
  var given: [GivenFlags.Flag] {
    (flags + (hasLabels ? trainingFlags : [])).compactMap { flag in
      FlagDefinition.named(flag.name).map { GivenFlags.Flag(definition: $0, value: flag.value) }
    }
  }

  /// The reasons, a line for each flag that another command does not have.
  func reasons(besides other: SuggestedCommand? = nil) -> String {
    let known = other.map { Set($0.flags + $0.trainingFlags) } ?? []
    let own = (flags + (hasLabels ? trainingFlags : [])).filter { !known.contains($0) }
    return own.map { "    \($0.words): \(escapedText($0.reason.utf8, limit: nil))\n" }.joined()
  }
}
