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

  init(_ data: DataOptions, _ flags: BatchFlags) {
    (self.data, batches, iterator, lanes) = (data, flags.batches, flags.iterator, flags.lanes)
  }

  /// Rejects flags that exclude each other.
  func validate() throws {
    if let lanes, lanes < 1 { throw ValidationError("--lanes \(lanes): at least 1 is needed") }
    if lanes != nil, batches != nil {
      throw ValidationError("--lanes and --batches exclude each other: saved batches are padded already")
    }
    if lanes != nil, let flag = data.givenFlag(about: .batching, .faults) {
      throw ValidationError("--lanes and \(flag) exclude each other: lanes take every sequence as it is")
    }
    if batches != nil, let flag = data.assemblyFlag {
      throw ValidationError(
        "--batches and \(flag) exclude each other: saved batches are read as they were made")
    }
    if iterator != nil,
      let other = batches != nil ? "--batches" : lanes != nil ? "--lanes" : data.assemblyFlag
    {
      throw ValidationError("--iterator and \(other) exclude each other: the iterator makes its own batches")
    }
    if batches == nil, iterator == nil, !data.hasFeatures {
      throw ValidationError(
        "no data: give --features (CSV files) or --batches (what \"timestep convert\" wrote)")
    }
  }

  /// The paths of the files that the flags name as data, as far as they can be listed.
  var inputPaths: [String] {
    guard let batches else { return data.inputPaths }
    return ((try? Directory.names(in: batches)) ?? []).map { "\(batches)/\($0)" }
  }

  /// True if the batches are assembled here, from CSV files or a reader.
  var areMade: Bool { batches == nil && iterator == nil }

  /// Returns the batches.
  ///
  /// - Parameter ledger: The file for decisions about faults.
  func source(
    order: ExampleOrder = .sequential, contract: DataContract? = nil, ledger: LedgerFile? = nil
  ) throws -> BatchSource {
    if let iterator {
      let (make, options) = try PluginRegistry.current.find(
        iterator, in: \.iterators, "iterator", flag: "--iterator")
      return .plugged(try make(options))
    }
    if let batches {
      let saved = try SavedDataSets(
        batches, order: order, transforms: PluginRegistry.current.transformTypes)
      if let contradiction = data.contradiction(of: saved.contract) {
        throw RecordError(
          .mismatch, path: batches,
          "the batches \(contradiction); leave the flag out, or convert the data again")
      }
      return .saved(saved)
    }
    let sequences = try data.dataSets(order: order, contract: contract)
    if lanes == nil { try sequences.checkLengths() }
    return .sequences(
      sequences, FaultHandling(budget: data.faults.budget, ledger: ledger))
  }
}
