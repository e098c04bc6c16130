import ArgumentParser
import Platform
import Timestep

// Explains words that are neither flags nor values: misspelled flags, and what a shell makes of a pattern without quotes.
extension GivenFlags {
  /// Rejects words that are neither flags nor values.
  func checkStrays() throws {
    guard let command else { return }
    // Before anything is missed that a misspelled flag would have given.
    if let unknown = strays.lazy.map(\.word).first(where: Self.isUnknownFlag) {
      let name = String(unknown.dropFirst(2).prefix { $0 != "=" })
      let known = FlagDefinition.all.filter { $0.commands.contains(command) }.map(\.name)
      throw ValidationError(
        "Unknown option '--\(escapedText(name.utf8))'"
          + (nearestName(to: name, among: known).map { ". Did you mean '--\($0)'?" } ?? ""))
    }
    // What begins with one hyphen is left to the parser.
    if strays.contains(where: { $0.word.hasPrefix("-") }) { return }
    // No flag takes the first word as its value, or the words after it.
    let given = flags.filter(\.isGiven)
    let isLocated =
      (command == .inspect || command == .import)
      && strays.first.map { $0.flagCount == 0 || given[$0.flagCount - 1].value == nil } ?? false
    let words = strays.dropFirst(isLocated ? 1 : 0)
    guard let first = words.first else { return }
    // Where flags could be, a pattern stands without its flag; after a flag, the shell has expanded its value.
    let isFirst = first.flagCount == 0
    let run = words.prefix { $0.flagCount == first.flagCount }.map(\.word)
    let before = isFirst ? nil : given[first.flagCount - 1]
    let flag = before?.value == nil ? nil : before
    let expanded = (isLocated && isFirst ? [self.words[1]] : [flag?.value].compactMap { $0 }) + run
    var problem = "\"\(escapedText(first.word.utf8))\" is not a flag: expected "
    problem += isFirst ? "flags, or a data set file (JSON) as the first argument" : "flags"
    problem += ", found " + (run.count > 1 ? "\(run.count) words" : try finding(first.word))
    let pattern = Self.pattern(of: expanded).map { pattern in
      " (\(flag.map { "\($0.definition.spelling) " } ?? "")\(shellQuoted(pattern)))"
    }
    if let pattern {
      problem += "; a shell expands a pattern, so quote the pattern\(pattern)"
    } else if try !isFirst && DataSetFile.isOne(first.word) {
      problem += "; give it directly after \"\(command.rawValue)\""
    } else if try Directory.kind(of: first.word) == .directory {
      let words = "timestep inspect \(shellQuoted(first.word))"
      problem += "; \"\(words)\" says which flags describe it"
    } else {
      problem += "; give it after the flag it belongs to, and quote the pattern if it is one"
    }
    throw ValidationError(problem)
  }

  /// Returns true for a word that looks like a flag, and is none of the parser's own.
  private static func isUnknownFlag(_ word: String) -> Bool {
    word.hasPrefix("--") && word.count > 2
      && !["help", "version", "generate-completion-script", "experimental-dump-help"].contains {
        word.dropFirst(2).hasPrefix($0)
      }
  }

  /// Returns what a word is, for a message.
  private func finding(_ word: String) throws -> String {
    switch try Directory.kind(of: word) {
    case .directory: return "a directory"
    case .missing: return "the name of no file"
    case .file:
      return try DataSetFile.isOne(word) ? "a data set file" : "a file that does not begin with {"
    }
  }

  /// Returns a pattern that matches these names of files; `nil` if there is only one, or they have nothing in common.
  static func pattern(of names: [String]) -> String? {
    guard names.count > 1, let first = names.first else { return nil }
    var (start, end) = (first[...], first[...])
    for name in names.dropFirst() {
      start = start.commonPrefix(with: name)
      end = end.commonSuffix(with: name)
    }
    // The two must not overlap in the shortest name.
    end = end.suffix(max(0, (names.map(\.count).min() ?? 0) - start.count))
    // A star matches within one directory.
    let inner = names.map { $0.dropFirst(start.count).dropLast(end.count) }
    guard !start.isEmpty || !end.isEmpty, !inner.contains(where: { $0.contains("/") }) else { return nil }
    return "\(start)*\(end)"
  }
}

extension GivenFlags.Flag {
  /// True if the command line gives the flag.
  fileprivate var isGiven: Bool { if case .commandLine = origin { true } else { false } }
}

extension Substring {
  fileprivate func commonPrefix(with other: String) -> Substring {
    prefix(zip(self, other).prefix { $0 == $1 }.count)
  }

  fileprivate func commonSuffix(with other: String) -> Substring {
    suffix(zip(reversed(), other.reversed()).prefix { $0 == $1 }.count)
  }
}
