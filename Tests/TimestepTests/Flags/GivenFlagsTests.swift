import ArgumentParser
import Platform
import TestSupport
import Testing

@testable import TimestepCommand

struct GivenFlagsTests {
  /// Returns the message about a command line; `nil` if the flags break no rule.
  private func message(_ words: [String]) -> String? {
    do { try GivenFlags(words).check() } catch { return error.message }
    return nil
  }

  @Test func flagsAreReadAsTheParserReadsThem() throws {
    let words = [
      "convert", "--output=a=b", "--header", "--missing", "--", "--missing", "-1", "--features", "--", "x",
      "--nosuch", "y", "--labels",
    ]
    let given = GivenFlags(words)
    #expect(given.command == .convert)
    #expect(
      given.flags.map { "\($0.definition.name) \($0.value ?? "nil")" } == [
        "output a=b", "header nil", "missing --", "missing -1", "features --", "labels nil",
      ])
    #expect(
      given.words == [
        "convert", "--output=a=b", "--header", "--missing=--", "--missing", "-1", "--features=--", "x",
        "--nosuch", "y", "--labels",
      ])
    #expect(GivenFlags(["convert", "a", "--", "--header"]).flags.isEmpty)
    #expect(GivenFlags(["convert", "a", "--", "--header"]).words == ["convert", "a", "--", "--header"])
    #expect(GivenFlags([]).words == [] && GivenFlags(["help", "convert"]).command == nil)
  }

  /// What is written is found, whatever the order and the form.
  @Test func whatIsWrittenIsFound() {
    var random = SplitMix(state: 3)
    for command in FlagDefinition.Command.allCases {
      let flags = FlagDefinition.all.filter { $0.commands.contains(command) }
      guard !flags.isEmpty else { continue }
      for _ in 0..<10 {
        let chosen = (0..<6).map { _ in flags[Int(random.next(below: UInt64(flags.count)))] }
        var words = [command.rawValue]
        var expected: [String] = []
        for flag in chosen {
          let value = ["--", "-1", "x", "a=b", "", "--x"][Int(random.next(below: 6))]
          let name = flag.alias.map { random.next(below: 2) == 0 ? $0 : flag.name } ?? flag.name
          if flag.kind == .toggle {
            words.append("--\(name)")
          } else if random.next(below: 2) == 0 {
            words.append("--\(name)=\(value)")
          } else {
            words += ["--\(name)", value]
          }
          expected.append(flag.kind == .toggle ? flag.name : "\(flag.name) \(value)")
        }
        let found = GivenFlags(words).flags.map { $0.definition.name + ($0.value.map { " \($0)" } ?? "") }
        #expect(found == expected, "\(words)")
      }
    }
  }

  /// Every flag with one value, in every command, under both of its names.
  @Test func aFlagWithOneValueIsRejectedWhenGivenTwice() {
    for flag in FlagDefinition.all {
      for command in flag.commands {
        let words = [command.rawValue] + sampleWords(of: flag) + sampleWords(of: flag, value: "a b")
        let found = message(words)
        guard flag.kind != .toggle, !flag.isRepeated else {
          #expect(found?.contains("twice") != true, "\(words)")
          continue
        }
        #expect(
          found
            == "\(flag.spelling) is given twice, with \(shellQuoted(words[2])) and 'a b': expected one value; leave one out"
        )
      }
    }
    #expect(
      message(["inspect", "--batch", "1", "--step=2"])
        == "--batch is given twice, with 1 and 2: expected one value; leave one out")
  }

  @Test func theWordsOfHelpBreakNoRule() throws {
    _ = try RootCommand.command(["train", "--resume", "--help"])
    _ = try RootCommand.command(["help", "train"])
    let error = #expect(throws: ValidationError.self) { try RootCommand.command(["help", "nosuch"]) }
    #expect(
      error?.message
        == "there is no command \"nosuch\": expected convert, stream, inspect, train, evaluate, predict, import, demo, diff or plugins"
    )
    let near = #expect(throws: ValidationError.self) { try RootCommand.command(["help", "trian"]) }
    #expect(near?.message.hasSuffix("; did you mean \"train\"?") == true)
  }
}
