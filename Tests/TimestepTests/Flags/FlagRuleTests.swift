import ArgumentParser
import Testing

@testable import TimestepCommand

/// Every rule is broken once in every command that it holds for.
struct FlagRuleTests {
  /// A flag as it can be written.
  private struct Sample {
    let words: [String]
    let flag: GivenFlags.Flag
  }

  /// The flags of every command.
  private let samples: [FlagDefinition.Command: [Sample]] = {
    var samples: [FlagDefinition.Command: [Sample]] = [:]
    for flag in FlagDefinition.all {
      let words = sampleWords(of: flag)
      let sample = Sample(
        words: words, flag: GivenFlags.Flag(definition: flag, value: words.count > 1 ? words[1] : nil))
      for command in flag.commands { samples[command, default: []].append(sample) }
    }
    return samples
  }()

  /// Returns the flags of a command that `selections` contain, as they can be written.
  private func words(_ selections: [FlagRule.Selection], _ command: FlagDefinition.Command) -> [[String]] {
    selections.flatMap { selection -> [[String]] in
      (samples[command] ?? []).compactMap { sample in
        if case .value(sample.flag.definition.name, let start) = selection {
          return [sample.words[0], start + (start.hasSuffix(":") ? "9" : "")]
        }
        if case .describedFiles = selection {
          return sample.flag.definition.name == "features" ? ["--features", "x.ts"] : nil
        }
        return selection.contains(sample.flag) ? sample.words : nil
      }
    }
  }

  private func message(_ command: FlagDefinition.Command, _ flags: [String]) -> String? {
    do { try GivenFlags([command.rawValue] + flags).check() } catch { return error.message }
    return nil
  }

  @Test func everyRuleIsEnforced() {
    var brokenCount = 0
    for (number, rule) in FlagRule.all.enumerated() {
      var isBroken = false
      for command in rule.commands where samples[command] != nil {
        let conditions = words(rule.conditions, command).flatMap { $0 }
        if conditions.isEmpty != rule.conditions.isEmpty { continue }
        for subject in words(rule.subjects, command) {
          let others = rule.relation == .requires ? [[]] : words(rule.others, command)
          for other in others where other.first != subject.first {
            let all = subject + conditions + other
            #expect(rule.violation(by: GivenFlags([command.rawValue] + all)) != nil, "\(command) \(all)")
            isBroken = true
            brokenCount += 1
          }
        }
      }
      // A flag may be alone among its alternatives in a command, but not in all.
      #expect(isBroken, "rule \(number) can be broken in no command: \(rule)")
    }
    print("\(FlagRule.all.count) rules about flags, broken in \(brokenCount) ways")
  }

  @Test func rulesNameFlagsThatExist() {
    let names = Set(FlagDefinition.all.map(\.name))
    for rule in FlagRule.all {
      for selection in rule.subjects + rule.others + rule.conditions + rule.exceptions {
        switch selection {
        case .flag(let name), .value(let name, _): #expect(names.contains(name), "\(rule)")
        case .topic(let topic): #expect(FlagDefinition.all.contains { $0.topic == topic })
        case .describedFiles: break
        case .allBut(let others): #expect(names.isSuperset(of: others))
        }
      }
    }
  }

  @Test(arguments: [
    ("train --resume", "--resume requires --checkpoints"),
    (
      "train --on-error skip-row --ledger x --lanes 2",
      "--lanes and --on-error exclude each other: lanes take every sequence as it is"
    ),
    (
      "convert --reader csv --labels l --keep-columns a",
      "--reader and --keep-columns exclude each other: the reader has options of its own (timestep plugins)"
    ),
    (
      "convert --reader csv --labels l --missing x",
      "--reader and --missing exclude each other: the reader has options of its own (timestep plugins)"
    ),
    (
      "convert --labels l --label-reader csv --label-delimiter x",
      "--label-reader and --label-delimiter exclude each other: the reader has options of its own (timestep plugins)"
    ),
    (
      "stream --iterator saved --order file",
      "--iterator and --order exclude each other: the iterator has its own order"
    ),
    (
      "stream --order file --seed 3",
      "--order file and --seed exclude each other: the seed is that of the shuffled order"
    ),
    (
      "inspect --model m --header", "--model and --header exclude each other: a model is shown without data"
    ),
    (
      "inspect --features f --plan --shard 0/2",
      "--plan and --shard exclude each other: the plan compares all ways to make batches"
    ),
    (
      "inspect --features f --seed 3",
      "--seed requires --epoch or --plan: otherwise batches are shown in the order of the files"
    ),
    (
      "train --features f --labels l --classes 2 --allow-training-data",
      "--allow-training-data requires --test-features, --validation-features, --test-batches, --validation-batches, "
        + "--split, --split-time or --fold: only held-out data is evaluated"
    ),
    (
      "train --trainer network --learning-rate 1",
      "--trainer and --learning-rate exclude each other: the trainer has its own options"
    ),
    (
      "train --trainer network --tbptt 3",
      "--trainer and --tbptt exclude each other: the trainer has its own options"
    ),
    (
      "convert --features f --batching budget:9 --batch-size 3",
      "--batching budget:9 and --batch-size exclude each other: the number of cells limits a batch"
    ),
    (
      "train --batches b --test-features t",
      "--test-features and --batches exclude each other: they are read as the files of --features are; use --test-batches "
        + "and --validation-batches"
    ),
  ])
  func messagesNameTheFlagsAndTheReason(words: String, expected: String) throws {
    let words = words.split(separator: " ").map(String.init)
    let command = try #require(FlagDefinition.Command(rawValue: words[0]))
    #expect(message(command, Array(words.dropFirst())) == expected)
  }

  @Test(arguments: [
    "convert --reader csv --labels l --group-by a", "train --trainer network --tbptt 3 --lanes 2",
    "evaluate --lanes 2 --batch-size 3 --certify", "stream --seed 3", "stream --batches b --order file",
    "inspect --features f --plan --seed 3 --order file", "train --batches b --classes 2",
    "convert --features f --line-pattern x --labels l --header", "train --batches b --test-batches t",
  ])
  func whatHasAnEffectIsAllowed(words: String) throws {
    let words = words.split(separator: " ").map(String.init)
    let command = try #require(FlagDefinition.Command(rawValue: words[0]))
    #expect(message(command, Array(words.dropFirst())) == nil)
  }
}
