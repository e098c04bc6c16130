import ArgumentParser
import Sequences
import TestSupport
import Testing

@testable import TimestepCommand

struct FlagValueTests {
  /// Returns the message about a command line; `nil` if it is accepted.
  private func message(_ words: [String]) -> String? {
    do {
      _ = try RootCommand.command(words)
      return nil
    } catch {
      #expect(RootCommand.exitCode(for: error) == .validationFailure, "\(words)")
      return RootCommand.message(for: error)
    }
  }

  @Test(arguments: [
    ("--range 3...0", "the first number is greater than the last; write 0...3"),
    ("--range 0..1", "expected FIRST...LAST with three dots and numbers from 0, such as 0...9"),
    ("--range -1...2", "expected FIRST...LAST with three dots and numbers from 0, such as 0...9"),
    (
      "--on-error missing=repair:0",
      "there is no class of fault \"missing\": expected column-count, not-a-number, unknown-category, not-a-time, "
        + "out-of-range, not-finite or missing-value; did you mean \"missing-value\"?"
    ),
    (
      "--on-error not-anumber=skip",
      "there is no action \"skip\": expected raise, skip-row, skip-sequence, repair:missing, repair:VALUE or repair:clip"
    ),
    (
      "--on-error skip-rows",
      "there is no action \"skip-rows\": expected raise, skip-row, skip-sequence, repair:missing, repair:VALUE or "
        + "repair:clip; did you mean \"skip-row\"?"
    ),
    (
      "--on-error not-finite=repair:clip",
      "repair:clip cannot handle the class of fault not-finite: expected out-of-range"
    ),
    (
      "--error-budget 101%",
      "expected a number of sequences, such as 12, or a share from 0% to 100%, such as 0.1%"
    ),
    ("--window 8,0", "expected SIZE or SIZE,STRIDE, such as 100 or 100,50, each at least 1 step"),
    ("--keep-columns 0,0", "\"0\" is named twice"),
    ("--drop-columns a,b,", "a name is empty: expected names, such as a,b,c"),
    ("--rename =a", "expected OLD=NEW, such as 0=time"),
    ("--category =a,b", "expected NAME or NAME=A,B,C, the column's name first"),
    ("--category c=a,a", "\"a\" is named twice"),
    ("--time =unix", "expected NAME or NAME=FORMAT, the column's name first"),
    ("--unknown-category others", "expected error, ignore or other; did you mean \"other\"?"),
    ("--tail keeps", "expected drop, keep or align; did you mean \"keep\"?"),
    (
      "--batching budget:0",
      "expected none, sorted, buckets, auto, budget, or budget:CELLS with at least 1 cell; did you mean \"budget\"?"
    ),
    ("--shard 3/3", "shards are numbered from 0: the last of 3 is 2/3"),
    ("--shard 1-3", "expected I/K, such as 0/3 for the first of 3 shards"),
    (
      "--split 0,0",
      "expected two or three weights, such as 9,1 or 8,1,1, each at least 0 and one of them above 0"
    ),
    ("--split-seed -1", "expected a whole number from 0 to 18446744073709551615"),
    ("--classes two", "expected a whole number"),
    ("--reader :a=1", "expected NAME or NAME:key=value,..., the name first"),
    ("--transform fill:=1", "an option has no name: expected key=value after fill:"),
    ("--missing --header", "this is a flag: expected a value before it"),
    ("--missing --header=1", "this is a flag: expected a value before it"),
    ("--labels --help", "this is a flag: expected a value before it"),
  ])
  func aRefusedValueSaysWhy(words: String, reason: String) throws {
    let parts = words.split(separator: " ").map(String.init)
    let found = message(["convert", "--output", "o", "--features", "f"] + parts)
    let name = parts[0].dropFirst(2)
    #expect(found == "The value '\(parts[1])' is invalid for '--\(name) <\(name)>': \(reason)")
  }

  @Test(arguments: [
    ("--hidden 8,0", "expected the units of each layer, such as 64 or 64,64: whole numbers from 1 to 65536"),
    ("--cell gur", "expected lstm, graves, gru or rnn; did you mean \"gru\"?"),
    (
      "--class-weights 1,-1",
      "expected balanced, or a weight for each class, such as 1,5,1, each at least 0 and one of them above 0"
    ),
    ("--clip 0", "expected a number above 0, or none"), ("--clip nan", "expected a number above 0, or none"),
    ("--clip non", "expected a number above 0, or none"),
    ("--learning-rate fast", "expected a number"), ("--time-limit 1h", "expected a number"),
    ("--seed -1", "expected a whole number from 0 to 18446744073709551615"),
  ])
  func aRefusedValueOfTrainSaysWhy(words: String, reason: String) throws {
    let parts = words.split(separator: " ").map(String.init)
    let found = message(["train", "--model", "m", "--features", "f"] + parts)
    let name = parts[0].dropFirst(2)
    #expect(found == "The value '\(parts[1])' is invalid for '--\(name) <\(name)>': \(reason)")
  }

  /// The parser's own message has no reason.
  ///
  /// Parsing is slow in debug builds, where each flag gets one of the values.
  @Test func noFlagRefusesAValueWithoutAReason() {
    let values = ["", "?", "-1", "=", ",", "%"]
    for (number, flag) in FlagDefinition.all.filter({ $0.kind != .toggle }).enumerated() {
      guard let command = flag.commands.first else { continue }
      for value in isDebug ? [values[number % values.count]] : values {
        guard let message = message([command.rawValue, flag.spelling, value]) else { continue }
        let refusal = "The value '\(value)' is invalid for '\(flag.spelling) <\(flag.name)>'"
        if message.hasPrefix(refusal) { #expect(message.hasPrefix(refusal + ": "), "\(command)") }
        #expect(!message.hasPrefix("Missing value"), "\(command) \(flag.spelling)")
      }
    }
  }

  /// A name may contain colons, if a side follows it.
  @Test(arguments: [
    ("t", "t", "previous"), ("t:nearest", "t", "nearest"), ("a:b:previous", "a:b", "previous"),
    ("hh:mm:ss:nearest", "hh:mm:ss", "nearest"),
  ])
  func columnsToJoinOn(text: String, column: String, direction: String) throws {
    let argument = try JoinArgument(flag: text)
    #expect(argument.column == column && argument.direction.rawValue == direction)
    for wrong in [":nearest", "", "t:", "t:next", "hh:mm"] {
      #expect(throws: ValidationError.self) { try JoinArgument(flag: wrong) }
    }
  }

  @Test func aValueMayBeginWithAMinus() throws {
    let words = [
      "--features", "-f", "--missing", "-200", "--missing=--", "--missing", "--", "--labels", "l",
      "--label-categories", "-1,1",
      "--label-delimiter", "-",
    ]
    let parsed = try RootCommand.command(["convert", "--output", "o"] + words)
    let command = try #require(parsed as? ConvertCommand)
    #expect(command.data.features == ["-f"] && command.data.layout.missing == ["-200", "--", "--"])
    #expect(
      command.data.labelCategories?.names == ["-1", "1"] && command.data.notationFlags.labelDelimiter == "-")
  }

  @Test func aFlagAtTheEndHasNoValue() {
    #expect(message(["convert", "--output"]) == "Missing value for '--output <output>'")
  }
}
