extension FlagDefinition {
  /// Inspection.
  static let inspect: [FlagDefinition] = [
    FlagDefinition(
      "batch", alias: "step", .integer, of: [.inspect], default: "0",
      help: "Index of the batch whose masks are drawn, from 0."),
    FlagDefinition(
      "epoch", .integer, of: [.inspect],
      help:
        "Show only batch --batch of this epoch (from 0), as train visits it, with files and lines. No other batch is made; other files are read where the batch depends on them (lengths, fitted transforms)."
    ),
    FlagDefinition(
      "seed", .integer, of: [.inspect], default: "0",
      help: "With --epoch or --plan: the seed of the order, as in train."),
    FlagDefinition(
      "order", .text, of: [.inspect], default: "shuffled",
      help: "With --epoch or --plan: the order of examples, as in train: shuffled or file."),
    FlagDefinition(
      "plan", .toggle, of: [.inspect],
      help: "Show the padding, batch count and memory of each batching method."),
    FlagDefinition(
      "explain", .text, of: [.inspect],
      help:
        "Show the source of a number: N,T,C for row N of the batch, step T, column C (labels follow the features); the row can be the key of a series, as in tables of predictions (key=12 if it is a number), and the column a name."
    ),
    FlagDefinition(
      "model", .text, path: .read, of: [.inspect], forFiles: false,
      help:
        "Model file, or a zip of Deeplearning4j: show its layers, parameters and memory instead of data."),
    FlagDefinition(
      "save", .text, path: .written, of: [.inspect], forFiles: false,
      help:
        "Write the flags about the data to this data set file (JSON), which every command takes as its first argument."
    ),
    FlagDefinition(
      "json", .toggle, of: [.inspect],
      help:
        "Print one JSON object: columns, lengths, batches, classes, and the command that converts this data."),
  ]
}
