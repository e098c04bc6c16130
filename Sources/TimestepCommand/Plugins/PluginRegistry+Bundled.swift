import ArgumentParser
import Timestep

extension PluginRegistry {
  /// The plug-ins that come with Timestep.
  public static let bundled: PluginRegistry = {
    var registry = PluginRegistry()
    registry.register(
      split: "numbered", help: "Files by number: x_%d.csv or x_%03d.csv.",
      options: [
        PluginOption("pattern", .path, help: "The path, with %d or %0Nd for the number."),
        PluginOption("from", .integer, default: "-1", help: "The first number; -1: the lowest on disk."),
        PluginOption("through", .integer, default: "-1", help: "The last number; -1: the end of the run."),
      ]
    ) { options in
      let (first, last) = (options.integer("from"), options.integer("through"))
      guard first >= 0, last >= 0 else { return try NumberedFileInputSplit(options.text("pattern")) }
      return try NumberedFileInputSplit(options.text("pattern"), from: first, through: last)
    }
    registry.register(
      split: "directory", help: "The files of a directory, sorted by path, numbers as numbers.",
      options: [
        PluginOption("path", .path, help: "The directory."),
        PluginOption(
          "extensions", .text, default: "csv tsv txt", help: "The file extensions, separated by blanks."),
        PluginOption("recursive", .flag, default: "true", help: "Include subdirectories."),
      ]
    ) { options in
      let extensions = options.text("extensions").split(separator: " ").map(String.init)
      return FileSplit(
        options.text("path"), extensions: extensions.isEmpty ? nil : extensions,
        recursive: options.flag("recursive"))
    }
    registry.register(
      split: "glob", help: "The files that match a pattern with *, ? or [...].",
      options: [PluginOption("pattern", .path, help: "The pattern.")]
    ) { try GlobSplit($0.text("pattern")) }
    registry.register(
      reader: "csv", help: "One CSV file per sequence: the default reader.",
      options: [
        PluginOption("skip", .integer, default: "0", help: "Lines to skip at the top of every file."),
        PluginOption("delimiter", .text, default: ",", help: "The separator of fields; \\t is a tab."),
        PluginOption("header", .flag, default: "false", help: "The next line names the columns."),
      ]
    ) { options, input in
      guard let split = input.split else {
        throw ValidationError("reader csv requires files: give --features or --input-split")
      }
      var columns = CSVColumns()
      columns.classNumbers = input.classNumbers
      return try CSVSequenceRecordReader(
        split, skippingLines: options.integer("skip"), delimiter: unescaped(options.text("delimiter")),
        header: options.flag("header") ? .present : .none, columns: columns)
    }
    registry.register(
      iterator: "saved", help: "Batches written by \"timestep convert\".",
      options: [PluginOption("path", .path, help: "The directory.")]
    ) { options in
      let batches = try SavedDataSets.Iterator(options.text("path"))
      return Batches(batches, contract: batches.dataSets.contract)
    }
    registry.register(
      trainer: "network", help: "A recurrent network: the default trainer.",
      options: [
        PluginOption("cell", .text, default: "lstm", help: "lstm, graves, gru or rnn."),
        PluginOption("hidden", .integer, default: "64", help: "The units of the recurrent layer."),
        PluginOption("learningRate", .number, default: "0.001", help: "The learning rate of Adam."),
        PluginOption("seed", .integer, default: "0", help: "The seed of the parameters."),
      ]
    ) { options, contract in try network(options, contract) }
    registry.addTransforms()
    return registry
  }()

  private static func network(_ options: PluginOptions, _ contract: DataContract) throws -> any Trainer {
    let cells: [String: @Sendable (Int) -> any Layer] = [
      "lstm": { LSTM($0) }, "graves": { GravesLSTM($0) }, "gru": { GRU($0) }, "rnn": { SimpleRNN($0) },
    ]
    guard let cell = cells[options.text("cell")] else {
      throw ValidationError(
        "trainer network: there is no cell \"\(options.text("cell"))\""
          + suggestion(for: options.text("cell"), among: cells.keys))
    }
    let (hidden, learningRate) = (options.integer("hidden"), options.number("learningRate"))
    guard (1...65536).contains(hidden) else {
      throw ValidationError("trainer network: hidden: expected 1 to 65536, found \(hidden)")
    }
    guard learningRate > 0 else {
      throw ValidationError("trainer network: learningRate: expected a number above 0, found \(learningRate)")
    }
    return try MultiLayerNetwork(
      for: contract, seed: UInt64(bitPattern: Int64(options.integer("seed"))),
      updater: .adam(learningRate: .constant(Float(learningRate)))
    ) {
      cell(hidden)
    }
  }
}
