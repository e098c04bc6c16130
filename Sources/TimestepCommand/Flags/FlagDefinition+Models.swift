extension FlagDefinition {
  /// Prediction for files instead of rows.
  static let predictedFiles: [FlagDefinition] = [
    FlagDefinition(
      "features", .text, isRepeated: true, path: .read, of: [.predict], forFiles: false,
      help:
        "Predict for these feature files, instead of rows from standard input: a numbered pattern (%d, %0Nd), a glob, a directory, or one file. A table is written: series, step, and the predictions."
    ),
    FlagDefinition(
      "output", .text, path: .written, of: [.predict], needs: "features",
      because: "rows are answered one by one", forFiles: false,
      help: "CSV file for the predictions of --features. Default: standard output."),
    FlagDefinition(
      "overwrite", .toggle, of: [.predict], needs: "output", because: "nothing else is written",
      help: "Replace an existing file of any kind by the predictions, except files that are read."),
  ]

  /// Models of other programs.
  static let imported: [FlagDefinition] = [
    FlagDefinition(
      "model", .text, path: .written, of: [.import],
      help: "Model file to write, with the memory of the optimizer."),
    FlagDefinition(
      "keep-columns", .text, of: [.import], forFiles: false,
      help:
        "Names of the feature columns, in the order of the network's inputs. Default: their positions, 0, 1, ..."
    ),
    FlagDefinition(
      "label-column", .text, of: [.import], forFiles: false,
      help:
        "Names of the numbers that are predicted, in the order of the network's outputs. Default: their positions."
    ),
    FlagDefinition(
      "label-categories", .text, of: [.import], alternative: .labelMeaning, forFiles: false,
      help: "Names of the classes, in the order of the network's outputs, if labels are texts."),
    FlagDefinition(
      "classes", .integer, of: [.import], alternative: .labelMeaning, forFiles: false,
      help: "Number of classes: labels are class numbers. Default: as many as a softmax has outputs."),
    FlagDefinition(
      "regression", .toggle, of: [.import], alternative: .labelMeaning, forFiles: false,
      help: "The outputs are numbers."),
    FlagDefinition(
      "multi-label", .toggle, of: [.import], alternative: .labelMeaning, forFiles: false,
      help: "The outputs are classes of which several can be present. Default: so for several sigmoids."),
    FlagDefinition(
      "align", .text, of: [.import], forFiles: false,
      help:
        "Alignment of features and labels of different lengths: equal, start or end. Default: equal; end if the network predicts once per series."
    ),
    FlagDefinition(
      "overwrite", .toggle, of: [.import],
      help: "Replace an existing file of any kind, except the one that is read."),
  ]
}
