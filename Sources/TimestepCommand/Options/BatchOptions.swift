import ArgumentParser
import Timestep

/// The flags about batches that do not come from CSV files, or are not padded.
struct BatchFlags: ParsableArguments {
  @Option(help: .flag("batches")) var batches: String?

  @Option(help: .flag("iterator")) var iterator: PluginCall?

  @Option(help: .flag("lanes")) var lanes: Int?
}

/// The source of the batches: CSV files, a directory that `convert` wrote, or an iterator.
///
/// It consists of groups of flags that lie side by side in a command. Nested groups would work too, but debug
/// builds of ArgumentParser check a group again for each group around it, so that every level makes a start
/// four times as long.
struct BatchOptions {
  var data: DataOptions
  let batches: String?
  let iterator: PluginCall?
  let lanes: Int?
  /// Other data that shares a table of labels.
  var sharers: [DataOptions] = []

  init(_ data: DataOptions, _ flags: BatchFlags) {
    (self.data, batches, iterator, lanes) = (data, flags.batches, flags.iterator, flags.lanes)
  }

  /// Padded batches that are assembled here.
  init(_ data: DataOptions) { (self.data, batches, iterator, lanes) = (data, nil, nil, nil) }

  /// Rejects values that are too small, and flags without data.
  func validate() throws {
    if let lanes, lanes < 1 { throw ValidationError("--lanes \(lanes): at least 1 is needed") }
    if batches == nil, iterator == nil, !data.hasFeatures {
      throw ValidationError(
        "no data: give --features (CSV files) or --batches (what \"timestep convert\" wrote)")
    }
  }

  /// The paths of the files that the flags name as data, as far as they can be listed.
  var inputPaths: [String] {
    batches.map(Self.paths(in:)) ?? data.inputPaths
  }

  /// Returns the paths of the files in a directory of batches, if it can be listed.
  static func paths(in batches: String) -> [String] {
    ((try? Directory.names(in: batches)) ?? []).map { "\(batches)/\($0)" }
  }

  /// True if the batches are assembled here, from CSV files or a reader.
  var areMade: Bool { batches == nil && iterator == nil }

  /// Returns the batches.
  ///
  /// - Parameters:
  ///   - log: The log of decisions about faults.
  ///   - partKey: The keys that decide the parts of `--split`; default: those of `contract`.
  func source(
    order: ExampleOrder = .sequential, contract: DataContract? = nil, log: DecisionLog? = nil,
    partKey: Partition.Key? = nil
  ) throws -> BatchSource {
    if let iterator {
      let (make, options) = try PluginRegistry.current.find(
        iterator, in: \.iterators, "iterator", flag: "--iterator")
      let made = try make(options)
      if let contradiction = data.contradiction(of: made.contract) {
        throw ValidationError(
          "--iterator \(iterator): the batches \(contradiction); leave the flag out")
      }
      return .plugged(made)
    }
    if let batches {
      let saved = try SavedDataSets(
        batches, order: order, transforms: PluginRegistry.current.transformTypes)
      if let contradiction = data.contradiction(of: saved.contract) {
        throw RecordError(
          .mismatch, path: batches,
          "the batches \(contradiction); leave the flag out, or convert the data again")
      }
      return try BatchSource.saved(saved).repeatingLabels(for: contract?.labels.quantiles ?? [])
    }
    let sequences = try data.dataSets(
      order: order, contract: contract, partKey: partKey, sharing: sharers)
    if lanes == nil { try sequences.checkLengths() }
    return .sequences(
      sequences, FaultHandling(budget: data.faults.budget, log: log))
  }
}
