import ArgumentParser
import Timestep

/// The flags that name plug-ins for data: `NAME[:key=value,...]`, as `timestep plugins` lists them.
struct PluginFlags: ParsableArguments {
  @Option(help: .flag("reader")) var reader: PluginCall?

  @Option(help: .flag("label-reader")) var labelReader: PluginCall?

  @Option(help: .flag("input-split")) var inputSplit: PluginCall?

  @Option(help: .flag("label-input-split")) var labelInputSplit: PluginCall?

  /// Returns the split that a call names; `nil` without a call.
  func split(_ call: PluginCall?, flag: String) throws -> (any InputSplit)? {
    guard let call else { return nil }
    let (make, options) = try PluginRegistry.current.find(call, in: \.splits, "split", flag: flag)
    return try make(options)
  }

  /// Returns the reader that a call names; `nil` without a call.
  func reader(
    _ call: PluginCall?, flag: String, _ split: (any InputSplit)?, _ policy: ErrorPolicy
  ) throws -> (any SequenceRecordReader)? {
    guard let call else { return nil }
    let (make, options) = try PluginRegistry.current.find(call, in: \.readers, "reader", flag: flag)
    return try make(options, ReaderInput(split: split, policy: policy))
  }
}
