extension FlagDefinition {
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
