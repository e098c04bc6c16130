import ArgumentParser
import FoundationEssentials
import Testing
import Timestep

@testable import TimestepCommand

/// The parser and the table of flags must not disagree: a flag that the table lacks would be forgotten
/// wherever the table is used.
struct FlagDefinitionTests {
  /// A flag as the parser declares it.
  struct Declared: Decodable {
    struct Name: Decodable { var name: String }
    var kind: String
    var isRepeating: Bool
    var names: [Name]?
    var abstract: String?

    /// The properties that the table has too, as text.
    var text: String {
      let isToggle = kind == "flag"
      return "\((names ?? []).map(\.name)) toggle \(isToggle) repeated \(isRepeating): \(abstract ?? "")"
    }
  }

  /// The declarations of a command.
  struct Described: Decodable {
    var commandName: String
    var subcommands: [Described]?
    var arguments: [Declared]?
  }

  struct Help: Decodable { var command: Described }

  @Test func theTableContainsExactlyTheFlagsOfEveryCommand() throws {
    let help = try JSONDecoder().decode(Help.self, from: Data(RootCommand._dumpHelp().utf8))
    let commands = (help.command.subcommands ?? []).filter { $0.commandName != "help" }
    #expect(Set(commands.map(\.commandName)) == Set(FlagDefinition.Command.allCases.map(\.rawValue)))
    for command in commands {
      let name = try #require(FlagDefinition.Command(rawValue: command.commandName))
      let declared = (command.arguments ?? []).filter {
        let names = ($0.names ?? []).map(\.name)
        return $0.kind != "positional" && !names.contains("help") && !names.contains("version")
      }
      let defined = FlagDefinition.all.filter { $0.commands.contains(name) }.map { flag in
        "\([flag.name] + (flag.alias.map { [$0] } ?? [])) toggle \(flag.kind == .toggle) repeated \(flag.isRepeated)"
          + ": \(flag.text)"
      }
      #expect(!declared.isEmpty || ["diff", "plugins"].contains(command.commandName))
      #expect(
        Set(declared.map(\.text)).symmetricDifference(defined) == [], "timestep \(command.commandName)")
      #expect(declared.count == defined.count)
    }
  }

  @Test func theTypesOfValuesAreThoseOfTheProperties() throws {
    for command in RootCommand.configuration.subcommands {
      let name = FlagDefinition.Command(rawValue: try #require(command.configuration.commandName))
      for (property, type) in properties(of: command) {
        let flag = try #require(FlagDefinition.named(property, of: name), "\(property)")
        let kind: FlagDefinition.Kind =
          switch type {
          case is Bool.Type: .toggle
          case is Int.Type, is Int?.Type, is UInt64.Type: .integer
          case is Float.Type, is Float?.Type, is Double?.Type: .number
          default: .text
          }
        #expect(flag.kind == kind, "\(flag.spelling) of \(command)")
      }
    }
  }

  @Test func otherFlagsAreNamedAsTheyAreDefined() {
    for flag in FlagDefinition.all {
      #expect(flag.needs.map { FlagDefinition.named($0, of: flag.commands[0]) != nil } ?? true, "\(flag)")
      #expect(!flag.commands.isEmpty && Set(flag.commands).count == flag.commands.count, "\(flag)")
      let same = FlagDefinition.all.filter { $0.name == flag.name }.flatMap(\.commands)
      #expect(Set(same).count == same.count, "\(flag.spelling) has two definitions for one command")
    }
  }

  @Test func keysAreThoseOfADataContract() {
    let normalizer = AffineNormalizer.standardize(ColumnStatistics(columns: 1))
    var contract = DataContract(
      columns: ["a"], labels: .none, alignment: .end, featuresNormalizer: normalizer,
      transforms: TransformPipeline([]))
    contract.encodings = [:]
    contract.labelVocabulary = Vocabulary(["a"])
    let keys = Mirror(reflecting: contract).children.compactMap(\.label)
    for flag in FlagDefinition.all {
      #expect(flag.contractKey.map(keys.contains) ?? true, "\(flag.spelling)")
    }
  }

  /// Returns the flags of a command by the names of its properties, with the types of their values.
  private func properties(of command: any ParsableArguments.Type) -> [(String, Any.Type)] {
    Mirror(reflecting: command.init()).children.flatMap { child -> [(String, Any.Type)] in
      if let group = child.value as? any ArgumentGroup { return properties(of: type(of: group).arguments) }
      guard let flag = child.value as? any TypedFlag, let label = child.label else { return [] }
      let name = label.dropFirst().map { $0.isUppercase ? "-\($0.lowercased())" : "\($0)" }.joined()
      return [(name, type(of: flag).valueType)]
    }
  }
}

private protocol ArgumentGroup { static var arguments: any ParsableArguments.Type { get } }

extension OptionGroup: ArgumentGroup {
  fileprivate static var arguments: any ParsableArguments.Type { Value.self }
}

private protocol TypedFlag { static var valueType: Any.Type { get } }

extension Option: TypedFlag { fileprivate static var valueType: Any.Type { Value.self } }
extension Flag: TypedFlag { fileprivate static var valueType: Any.Type { Value.self } }
