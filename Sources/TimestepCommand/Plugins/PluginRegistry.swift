import ArgumentParser
import Timestep

/// The plug-ins that a command line knows by name: splits, readers, transforms, iterators and trainers.
///
/// A package can build its own `timestep` with its plug-ins from a `main.swift` of a few lines:
/// ```swift
/// import TimestepCommand
///
/// var plugins = PluginRegistry.bundled
/// plugins.register(
///   reader: "sine", help: "Sine waves.", options: [PluginOption("count", .integer, help: "How many.")]
/// ) { options, _ in SineReader(count: options.integer("count")) }
/// runCommandLine(plugins)
/// ```
/// ```sh
/// timestep inspect --reader sine:count=8
/// ```
public struct PluginRegistry: Sendable {
  /// One plug-in: its name, its purpose, its options, and its factory.
  struct Plugin<Make: Sendable>: Sendable {
    let name: String
    let help: String
    let options: [PluginOption]
    let make: Make
  }

  /// Makes a split from options.
  public typealias SplitMaker = @Sendable (PluginOptions) throws -> any InputSplit
  /// Makes a reader from options and the files named on the command line, which it may ignore.
  public typealias ReaderMaker =
    @Sendable (PluginOptions, ReaderInput) throws -> any SequenceRecordReader
  /// Makes an iterator from options, with the properties of its batches.
  public typealias IteratorMaker = @Sendable (PluginOptions) throws -> Batches
  /// Makes a trainer from options, for data of a contract.
  public typealias TrainerMaker = @Sendable (PluginOptions, DataContract) throws -> any Trainer

  /// Makes a transform from options, for the columns of these names; `nil`: for all.
  public typealias TransformMaker = @Sendable (PluginOptions, [String]?) throws -> any SequenceTransform

  private(set) var transforms: [Plugin<TransformMaker>] = []
  /// The types of transforms that models and saved batches can contain.
  private(set) var transformTypes: [any SequenceTransform.Type] = []
  private(set) var splits: [Plugin<SplitMaker>] = []
  private(set) var readers: [Plugin<ReaderMaker>] = []
  private(set) var iterators: [Plugin<IteratorMaker>] = []
  private(set) var trainers: [Plugin<TrainerMaker>] = []

  /// Makes a registry without any plug-in.
  public init() {}

  /// Adds a kind of split, for `--input-split`.
  ///
  /// It is a programming error to register two of the same name.
  public mutating func register(
    split name: String, help: String, options: [PluginOption] = [], _ make: @escaping SplitMaker
  ) { Self.add(Plugin(name: name, help: help, options: options, make: make), to: &splits, "splits") }

  /// Adds a kind of reader, for `--reader` and `--label-reader`.
  ///
  /// It is a programming error to register two of the same name.
  public mutating func register(
    reader name: String, help: String, options: [PluginOption] = [], _ make: @escaping ReaderMaker
  ) { Self.add(Plugin(name: name, help: help, options: options, make: make), to: &readers, "readers") }

  /// Adds a kind of transform, for `--transform`.
  ///
  /// Besides its own options it has `columns`, the names of the columns it applies to. Models that were
  /// trained with it hold it, and are read with its type. It is a programming error to register two of the
  /// same name.
  public mutating func register<Transform: SequenceTransform>(
    transform name: String, help: String, options: [PluginOption] = [],
    _ make: @escaping @Sendable (PluginOptions, [String]?) throws -> Transform
  ) {
    register(transform: name, help: help, options: options, types: [Transform.self]) { options, columns in
      try make(options, columns) as any SequenceTransform
    }
  }

  /// Adds a kind of transform that can have one of several types.
  ///
  /// - Parameters:
  ///   - name: Its name on the command line.
  ///   - help: One sentence for `timestep plugins`.
  ///   - options: The options that can follow its name.
  ///   - types: The types; a model that holds another one cannot be read. Those that come with Timestep are
  ///     known.
  ///   - make: Makes a transform from options and the columns' names.
  @_disfavoredOverload
  public mutating func register(
    transform name: String, help: String, options: [PluginOption] = [],
    types: [any SequenceTransform.Type] = [], _ make: @escaping TransformMaker
  ) {
    transformTypes += types
    let columns = PluginOption(
      "columns", .text, default: "",
      help: "The columns, separated by blanks. Default: all features.")
    Self.add(
      Plugin(name: name, help: help, options: options + [columns], make: make), to: &transforms, "transforms")
  }

  /// Adds a kind of iterator, for `--iterator`.
  ///
  /// It is a programming error to register two of the same name.
  public mutating func register(
    iterator name: String, help: String, options: [PluginOption] = [], _ make: @escaping IteratorMaker
  ) { Self.add(Plugin(name: name, help: help, options: options, make: make), to: &iterators, "iterators") }

  /// Adds a kind of trainer, for `--trainer`.
  ///
  /// It is a programming error to register two of the same name.
  public mutating func register(
    trainer name: String, help: String, options: [PluginOption] = [], _ make: @escaping TrainerMaker
  ) { Self.add(Plugin(name: name, help: help, options: options, make: make), to: &trainers, "trainers") }

  private static func add<Make>(_ plugin: Plugin<Make>, to list: inout [Plugin<Make>], _ what: String) {
    precondition(
      !plugin.name.isEmpty && !plugin.name.contains { ":=, ".contains($0) },
      "a plug-in cannot be called \"\(plugin.name)\"")
    precondition(
      !list.contains { $0.name == plugin.name },
      "there are two \(what) of the name \"\(plugin.name)\": give one of them another name")
    precondition(
      Set(plugin.options.map(\.name)).count == plugin.options.count,
      "\"\(plugin.name)\" has two options of one name")
    list.append(plugin)
  }

  /// Returns the plug-in that a call names, and its options.
  ///
  /// - Throws: `ValidationError` naming the nearest match of an unknown name.
  func find<Make>(
    _ call: PluginCall, in list: KeyPath<PluginRegistry, [Plugin<Make>]>, _ kind: String, flag: String
  ) throws -> (make: Make, options: PluginOptions) {
    let known = self[keyPath: list]
    guard let plugin = known.first(where: { $0.name == call.name }) else {
      throw ValidationError(
        "\(flag) \(call): there is no \(kind) called \"\(call.name)\""
          + suggestion(for: call.name, among: known.map(\.name)) + " (\"timestep plugins\" lists them)")
    }
    return (plugin.make, try call.options(plugin.options, for: flag))
  }

  /// Returns the value of a flag that calls a plug-in, with the paths in its options changed; other values stay.
  func changingPaths(in text: String, of flag: String, by change: (String) -> String) -> String {
    guard let call = try? PluginCall(flag: text) else { return text }
    func options<Make>(_ plugins: [Plugin<Make>]) -> [PluginOption] {
      plugins.first { $0.name == call.name }?.options ?? []
    }
    let known: [PluginOption]
    switch flag {
    case "input-split", "label-input-split": known = options(splits)
    case "reader", "label-reader": known = options(readers)
    case "transform": known = options(transforms)
    case "iterator": known = options(iterators)
    case "trainer": known = options(trainers)
    default: return text
    }
    let names = Set(known.filter { $0.kind == .path }.map(\.name))
    return names.isEmpty ? text : call.replacing(names, by: change)
  }

  /// The registry of the current command line.
  @TaskLocal static var current = PluginRegistry.bundled

  /// The registry as readable text.
  var text: String {
    func section<Make>(_ title: String, _ list: [Plugin<Make>]) -> String {
      if list.isEmpty { return "\(title): none\n" }
      return "\(title):\n"
        + list.map { plugin in
          "  \(plugin.name): \(plugin.help)\n"
            + plugin.options.map { option in
              let value = option.defaultValue.map { "default \($0)" } ?? "must be given"
              return "    \(option.name) (\(option.kind.rawValue), \(value)): \(option.help)\n"
            }.joined()
        }.joined()
    }
    return section("splits (--input-split)", splits) + section("readers (--reader, --label-reader)", readers)
      + section("transforms (--transform)", transforms) + section("iterators (--iterator)", iterators)
      + section("trainers (--trainer)", trainers)
  }
}

extension PluginRegistry {
  /// The files for a reader, as specified on the command line.
  public struct ReaderInput: Sendable {
    /// The files of `--features` (or `--labels`), or of `--input-split`; `nil` if none were named.
    public let split: (any InputSplit)?
    /// The handling of faults in the data.
    public let policy: ErrorPolicy
    /// The columns of class numbers, which must not be rounded.
    public let classNumbers: CSVColumns.Selection
  }
}

/// `timestep plugins`: lists the plug-ins that the other commands know by name.
struct PluginsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plugins",
    abstract:
      "Lists the available splits, readers, transforms, iterators and trainers, with their options.",
    discussion: "Called as NAME or NAME:key=value,key=value; a comma inside a value is written \\,.")

  func run() throws { try StandardStream.output.writeResult(PluginRegistry.current.text) }
}

extension ModelFile {
  /// Reads a model that may hold the transforms of the current command line.
  init(knownHere path: String) throws {
    try self.init(path, transforms: PluginRegistry.current.transformTypes)
  }
}
