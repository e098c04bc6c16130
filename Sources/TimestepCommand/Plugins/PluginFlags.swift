import ArgumentParser
import Timestep

/// The flags that name plug-ins for data: `NAME[:key=value,...]`, as `timestep plugins` lists them.
struct PluginFlags: ParsableArguments {
  @Option(
    help: "Reader of the features: NAME[:key=value,...] (see \"timestep plugins\"). Default: csv.")
  var reader: PluginCall?

  @Option(help: "Reader of the labels, in the same form.")
  var labelReader: PluginCall?

  @Option(help: "Split that lists the feature files, in the same form; instead of --features.")
  var inputSplit: PluginCall?

  @Option(help: "Split that lists the label files, in the same form; instead of --labels.")
  var labelInputSplit: PluginCall?

  /// The flags that were given.
  var flags: [(String, Bool)] {
    [
      ("--reader", reader != nil), ("--label-reader", labelReader != nil),
      ("--input-split", inputSplit != nil), ("--label-input-split", labelInputSplit != nil),
    ]
  }

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
