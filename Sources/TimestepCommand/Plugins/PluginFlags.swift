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
    _ call: PluginCall?, flag: String, _ split: (any InputSplit)?, _ policy: ErrorPolicy,
    classNumbers: CSVColumns.Selection
  ) throws -> (any SequenceRecordReader)? {
    guard let call else { return nil }
    let (make, options) = try PluginRegistry.current.find(call, in: \.readers, "reader", flag: flag)
    let input = PluginRegistry.ReaderInput(split: split, policy: policy, classNumbers: classNumbers)
    return try make(options, input)
  }
}

/// The flags for transforms of sequences.
struct TransformOptions: ParsableArguments {
  @Option(help: .flag("transform")) var transform: [PluginCall] = []

  /// True if a transform fills missing values.
  var fillsMissing: Bool { transform.contains { $0.name == "fill" } }

  /// Returns the transforms for the columns of `reader`, of which some may have to be fitted; `nil` if there are none.
  ///
  /// - Parameters:
  ///   - labels: The names of columns that are not features.
  ///   - statics: The names of columns that do not change within a sequence, which only named columns include.
  ///   - first: The transforms that come before those of the flags, but after fills at the beginning: what is derived from a
  ///     column is derived from its filled values.
  ///   - fitted: Returns the first transforms, fitted, if this is needed to know the columns that they make.
  func described(
    on reader: any SequenceRecordReader, besides labels: [String], statics: [String],
    after first: TransformPipeline,
    fitted: (TransformPipeline) throws -> TransformPipeline
  ) throws -> TransformPipeline? {
    if transform.isEmpty { return first.transforms.isEmpty ? nil : first }
    let others = labels + statics
    var (pipeline, isBegun) = (TransformPipeline(), false)
    func begin() {
      if !isBegun { pipeline.transforms += first.transforms }
      isBegun = true
    }
    for call in transform {
      let (make, options) = try PluginRegistry.current.find(
        call, in: \.transforms, "transform", flag: "--transform")
      if call.name != "fill" || options.text("within") == FillMissing.Reach.window.rawValue { begin() }
      // A name with blanks can be told by its position.
      let named = options.text("columns").split(separator: " ").map { text in
        text.hasPrefix("@") ? reader.schema.name(of: String(text)) : String(text)
      }
      var columns: [String]? = named.isEmpty ? nil : named
      if named.isEmpty, !others.isEmpty {
        // The columns that the transforms before it have made are features too.
        if !pipeline.isFitted { pipeline = try fitted(pipeline) }
        let made = try reader.transformed(by: pipeline)
        columns = try made.columns.indices.filter { column in
          let source = try pipeline.sourceColumn(of: column, columns: reader.columns)
          return !others.contains(reader.columns[source])
        }.map { made.columns[$0] }
      }
      let transform = try make(options, columns)
      if transform is ResampleByTime, !reader.schema.hasTimes {
        throw ValidationError("--transform \(call.name) with a time requires --time: a column of timestamps")
      }
      // The columns of labels are no features, whatever features are kept.
      if case .keep(let names)? = (transform as? SelectColumns)?.choice {
        let kept = labels.filter { !names.contains($0) }
        pipeline.transforms.append(SelectColumns(.keep(names + kept)))
        continue
      }
      guard var merging = transform as? any RowMerging, !labels.isEmpty else {
        pipeline.transforms.append(transform)
        continue
      }
      merging.labelColumns = labels
      pipeline.transforms.append(merging)
    }
    begin()
    return pipeline
  }
}
