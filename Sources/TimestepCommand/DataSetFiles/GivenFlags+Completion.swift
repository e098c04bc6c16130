import Timestep

// Files complete a command line.
extension GivenFlags {
  /// Reads the words after the program's name, the data set file that the first of them may name, and what the model of
  /// `evaluate` or `predict` knows of the files.
  ///
  /// - Throws: An error about the file, or about the word in its place if that is not one.
  init(completing words: [String]) throws {
    var given = GivenFlags(words)
    guard let command = given.command, command.takesFlags, words.count > 1 else {
      self = given
      return
    }
    let first = words[1]
    if !first.hasPrefix("-"), try DataSetFile.isOne(first) {
      let file = try DataSetFile(first)
      given = given.withoutFirstWord().completed(by: try file.flags(of: command), turnedOff: file.turnedOff)
    }
    try given.checkStrays()
    let readsFiles =
      command == .evaluate
      || command == .predict
        && given.flags.contains { ["features", "input-split", "reader"].contains($0.definition.name) }
    if readsFiles, let model = given.value(of: "model") {
      // Without labels, how their files are written says nothing.
      let hasLabels = command == .evaluate || given.value(of: "label-table") != nil
      // Nor does how rows are joined with those of one set of files.
      let areJoined = command == .evaluate || given.flags.count { $0.definition.name == "features" } > 1
      let known = try DataSetFile(ofModel: model).flags(of: command)
      given = given.completed(
        by: known.filter {
          (hasLabels || $0.definition.topic != .labelFormat)
            && (areJoined || $0.definition.topic != .joins)
        })
    }
    if command == .train { given = try given.completedByOrigin() }
    self = given
  }

  /// Returns the flags with those that say which labels are missing in the training of the model that is trained further
  /// (`--from`), unless flags say what labels mean.
  private func completedByOrigin() throws -> GivenFlags {
    let meanings = ["classes", "label-categories", "regression", "multi-label", "one-hot"]
    guard let model = value(of: "from"), !flags.contains(where: { meanings.contains($0.definition.name) })
    else {
      return self
    }
    let rules = FlagRule.all.filter { $0.commands.contains(.train) }
    return completed(
      by: try DataSetFile(ofModel: model).flags(of: .train).filter { flag in
        ["label-missing", "outside"].contains(flag.definition.name)
          && !rules.contains { $0.lacks(flag, among: flags + [flag]) }
      })
  }
}

extension FlagDefinition.Command {
  /// True if the command takes flags, and so a data set file.
  var takesFlags: Bool { FlagDefinition.all.contains { $0.commands.contains(self) } }
}
