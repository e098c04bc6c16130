import ArgumentParser
import Timestep

/// Either CSV files, or a directory that `convert` wrote.
struct BatchOptions: ParsableArguments {
  @OptionGroup(title: "Data") var data: DataOptions

  @Option(help: "A directory that \"timestep convert\" wrote, instead of CSV files.")
  var batches: String?

  func validate() throws {
    if batches != nil, data.features != nil {
      throw ValidationError("--batches and --features exclude each other; each says where the data lies")
    }
    if batches == nil, data.features == nil {
      throw ValidationError(
        "no data: give --features (CSV files) or --batches (what \"timestep convert\" wrote)")
    }
  }

  /// The batches.
  func source(order: Order = .sequential, contract: DataContract? = nil) throws -> BatchSource {
    if let batches { return .saved(try SavedDataSets(batches, order: order)) }
    return .sequences(try data.dataSets(order: order, contract: contract))
  }
}
