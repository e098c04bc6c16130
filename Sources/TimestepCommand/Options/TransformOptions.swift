import ArgumentParser
import Timestep

/// The flags for transforms of sequences.
struct TransformOptions: ParsableArguments {
  @Option(help: .flag("transform")) var transform: [PluginCall] = []

  /// True if a transform fills missing values.
  var fillsMissing: Bool { transform.contains { $0.name == "fill" } }

  /// Returns the transforms, fitted on `reader`, which holds the training data; `nil` if there are none.
  ///
  /// - Parameter labels: The names of columns that are not features.
  func pipeline(on reader: any SequenceRecordReader, besides labels: [String]) throws -> TransformPipeline? {
    if transform.isEmpty { return nil }
    let features = labels.isEmpty ? nil : reader.columns.filter { !labels.contains($0) }
    let transforms = try transform.map { call in
      let (make, options) = try PluginRegistry.current.find(
        call, in: \.transforms, "transform", flag: "--transform")
      let named = options.text("columns").split(separator: " ").map(String.init)
      return try make(options, named.isEmpty ? features : named)
    }
    return try TransformPipeline(transforms).fitted(on: reader)
  }
}
