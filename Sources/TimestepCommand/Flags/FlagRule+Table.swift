import Sequences

extension FlagRule {
  /// Every rule of every command; the first one that is broken is reported.
  static let all: [FlagRule] =
    describedFiles + definitions + sources + dataFiles + labels + faults + training + inspection + streams
    + predictions + models

  /// The rules that the definitions of flags contain.
  private static let definitions: [FlagRule] = FlagDefinition.all.flatMap { flag in
    var rules: [FlagRule] = []
    if let needed = flag.needs {
      rules.append(
        FlagRule(
          [.flag(flag.name)], .requires, [.flag(needed)], in: flag.commands, because: flag.reason))
    }
    if let alternative = flag.alternative {
      let same = FlagDefinition.all.filter { $0.alternative == alternative && $0.name != flag.name }
      rules.append(
        FlagRule([.flag(flag.name)], .excludes, same.map { .flag($0.name) }, in: flag.commands))
    }
    return rules
  }

  private static let assembly: [Selection] = [
    .topic(.files), .topic(.joins), .topic(.labelFormat), .topic(.format), .topic(.columns),
    .topic(.grouping),
    .topic(.batching), .topic(.faults),
  ]

  /// The sources of batches.
  private static let sources: [FlagRule] = [
    FlagRule(
      [.flag("lanes")], .excludes, [.flag("batches")], because: "saved batches are padded already"),
    FlagRule(
      [.flag("lanes")], .excludes, [.topic(.batching), .topic(.faults)],
      because: "lanes take every sequence as it is"),
    FlagRule(
      [.flag("lanes")], .excludes, [.flag("batch-size")], unless: [.flag("certify")],
      because: "a piece has a row for each lane"),
    FlagRule(
      [.flag("batches")], .excludes, assembly, because: "saved batches are read as they were made"),
    FlagRule(
      [.flag("iterator")], .excludes, [.flag("batches"), .flag("lanes")] + assembly,
      because: "the iterator makes its own batches"),
    FlagRule(
      [.flag("iterator")], .excludes, [.flag("order")], because: "the iterator has its own order"),
    FlagRule(
      [.value("batching", "budget:")], .excludes, [.flag("batch-size")],
      because: "the number of cells limits a batch"),
    FlagRule(
      [.flag("drop-last")], .excludes,
      [.value("batching", "buckets"), .value("batching", "budget"), .value("batching", "auto")],
      because: "every bucket has a last batch"),
  ]

  /// Every way to skip rows of values.
  private static let skippedRows: [Selection] =
    [.value("on-error", "skip-row")]
    + RecordError.Kind.allCases.filter { $0 != .blankLine }.map {
      .value("on-error", "\($0.flagName)=skip-row")
    }

  /// Files that describe themselves.
  private static let describedFiles: [FlagRule] = [
    FlagRule(
      [.describedFiles], .excludes, skippedRows,
      because: "a line is a whole series, which skip-sequence leaves out"),
    FlagRule(
      [.describedFiles], .excludes,
      ["delimiter", "decimal", "thousands", "quote", "encoding", "skip-lines", "header"].map { .flag($0) }
        + [.topic(.grouping)], because: "the headers of .ts and .arff files say how they are read"),
    FlagRule(
      [.describedFiles], .excludes,
      FlagDefinition.all.filter {
        $0.topic == .columns && !["category", "unknown-category"].contains($0.name)
      }
      .map { .flag($0.name) } + [.flag("join-on")],
      because: ".ts and .arff files have dimensions, and no columns"),
    FlagRule(
      [.describedFiles], .excludes, [.flag("category")], unless: [.flag("static")],
      because: "the values of .ts and .arff files are numbers"),
    FlagRule(
      [.describedFiles], .excludes,
      ["labels", "label-input-split", "label-reader", "label-column"].map { .flag($0) },
      because:
        "a .ts or .arff file states the label of each series; --label-table or --labels-from gives others"),
    FlagRule(
      [.describedFiles], .excludes, ["classes", "multi-label", "one-hot"].map { .flag($0) },
      unless: [.flag("label-table"), .flag("label-intervals"), .flag("labels-from")],
      because: "the headers of .ts and .arff files say what labels mean"),
  ]

  /// The flags that divide the data into parts.
  private static let divisions: [Selection] = [.flag("split"), .flag("split-time"), .flag("fold")]

  /// The files of the data, and their columns.
  private static let dataFiles: [FlagRule] = [
    FlagRule(
      [.flag("features")], .excludes, [.flag("input-split")], because: "both list files"),
    FlagRule(
      [.flag("labels")], .excludes, [.flag("label-input-split")], because: "both list files"),
    FlagRule(
      [.flag("range")], .requires, [.flag("features")], because: "it is the range of a numbered pattern"),
    FlagRule(
      [.flag("line-pattern")], .excludes, [.flag("header"), .flag("delimiter")],
      unless: [.flag("labels"), .flag("label-input-split")],
      because: "the pattern names columns, (?<name>...), and says where they end"),
    FlagRule(
      [.flag("line-pattern")], .excludes, [.flag("quote")],
      unless: [.flag("labels"), .flag("label-input-split")], because: "the pattern says where columns end"),
    FlagRule(
      [.flag("one-series-per-row")], .excludes,
      [.flag("rename"), .flag("category"), .flag("time"), .flag("offset")],
      because: "the columns of a row are the steps of one series"),
    FlagRule(
      [.flag("one-series-per-row")], .excludes, skippedRows,
      because: "a row is a whole series, which skip-sequence leaves out"),
    FlagRule(
      [.flag("reader")], .excludes, [.topic(.format), .topic(.columns), .flag("line-pattern")],
      because: "the reader has options of its own (timestep plugins)"),
    FlagRule(
      [.flag("reader")], .excludes, [.topic(.grouping)],
      unless: [.flag("labels"), .flag("label-input-split")],
      because: "the reader has options of its own (timestep plugins)"),
    FlagRule(
      [.flag("reader")], .excludes, [.topic(.grouping)], when: [.flag("label-reader")],
      because: "the readers have options of their own (timestep plugins)"),
    FlagRule(
      [.flag("join-on")], .requires, [.flag("time")], unless: [.flag("from")],
      in: [.convert, .train, .inspect, .stream], because: "it is a column of timestamps"),
    FlagRule(
      [.flag("sort-by-time"), .flag("max-gap")], .requires, [.flag("time")], unless: [.flag("from")],
      in: [.convert, .train, .inspect, .stream], because: "no column has timestamps"),
    FlagRule(
      [.flag("sort-by-time")], .excludes, [.value("on-error", "time-order=")],
      because: "sorted rows do not go back in time"),
    FlagRule(
      [.flag("sort-by-time")], .excludes, [.flag("lanes")],
      because: "lanes read rows and labels in the order of their files"),
    FlagRule(
      divisions, .requires, [.flag("part")],
      in: [.convert, .stream, .inspect, .evaluate], because: "train, validation or test"),
    FlagRule(
      [.flag("part")], .requires, divisions, because: "they divide the data into parts"),
    FlagRule(
      [.flag("split")], .excludes, [.flag("split-time"), .flag("fold")],
      because: "each divides the data in its own way"),
    FlagRule(
      [.flag("split-time")], .excludes, [.flag("fold"), .flag("split-by")],
      because: "each divides the data in its own way"),
    FlagRule(
      [.flag("split-seed")], .excludes, [.flag("split-by")], when: [.flag("fold")],
      because: "the sizes of the groups, or the order of the rows, decide the folds"),
    FlagRule(
      [.flag("split-by"), .flag("split-seed")], .requires, [.flag("split"), .flag("fold")],
      because: "they draw the parts"),
    FlagRule(
      [.flag("gap")], .requires, [.flag("split-time"), .flag("fold")], because: "it is between parts"),
  ]

  /// Faults in the data, and the files that replace others.
  private static let faults: [FlagRule] =
    [
      FlagRule(
        [.flag("ledger"), .flag("error-budget")], .excludes, [.value("on-error", "raise")],
        unless: [.value("on-error", "skip"), .value("on-error", "repair")]
          + RecordError.Kind.allCases.map { .value("on-error", "\($0.flagName)=") },
        because: "every fault ends the command"),
      FlagRule(
        [.flag("overwrite")], .requires, [.flag("ledger"), .flag("cache")], in: [.stream],
        because: "nothing else is written"),
      FlagRule(
        [.flag("overwrite")], .requires, [.flag("ledger"), .flag("cache"), .flag("predictions")],
        in: [.evaluate], because: "nothing else is written"),
      FlagRule(
        [.flag("overwrite")], .requires, [.flag("ledger"), .flag("cache"), .flag("output")], in: [.predict],
        because: "nothing else is written"),
      FlagRule(
        [.flag("overwrite")], .requires, [.flag("ledger"), .flag("cache"), .flag("save")], in: [.inspect],
        because: "nothing else is written"),
    ]
    + [
      (
        "no-match", ["line-pattern", "labels-from"], "only lines of a pattern and names of files are matched"
      ),
      ("not-a-time", ["time", "label-intervals", "label-table"], "no column has timestamps"),
      ("time-order", ["time"], "no column has timestamps"),
      (
        "unknown-category",
        ["category", "label-categories", "labels-from", "label-table", "label-intervals", "label-once"],
        "no column has categories"
      ),
      (
        "label-conflict", ["label-table", "label-intervals", "label-once"],
        "only labels of a table or of a whole series can contradict each other"
      ),
      ("header", ["header", "label-header"], "no names are compared"),
    ].map { (kind: String, flags: [String], reason: String) in
      // A model knows the columns of its training data.
      FlagRule(
        [.value("on-error", "\(kind)=")], .requires, flags.map { .flag($0) },
        unless: [.flag("from")] + (kind == "unknown-category" ? [.describedFiles] : []),
        in: [.convert, .train, .inspect, .stream], because: reason)
    }

  private static let ownLabels: [Selection] =
    [.flag("labels"), .flag("label-input-split"), .flag("label-reader")]
    + FlagDefinition.all.filter { $0.alternative == .labelSource }.map { .flag($0.name) }

  /// The labels that have a file of their own with texts in columns.
  private static let labelFiles: [Selection] = [
    .flag("labels"), .flag("label-input-split"), .flag("label-table"), .flag("label-intervals"),
  ]

  /// The labels and their meaning.
  private static let labels: [FlagRule] = [
    FlagRule(
      ownLabels, .excludes, [.flag("label-column")],
      because: "labels are in their own files or in a column of the features"),
    FlagRule(
      FlagDefinition.all.filter { $0.alternative == .labelSource }.map { .flag($0.name) }, .excludes,
      [.flag("labels"), .flag("label-input-split"), .flag("label-reader")],
      because: "labels have one source"),
    FlagRule(
      [.flag("multi-label"), .flag("one-hot")], .excludes,
      [.flag("labels-from"), .flag("label-table"), .flag("label-intervals")],
      because: "it is about several columns of labels"),
    FlagRule(
      [.flag("label-once")], .excludes, [.flag("lanes")], when: [.flag("horizon")],
      because: "the label is that of the last row"),
    FlagRule(
      [.flag("label-once")], .requires, [.flag("label-column"), .flag("horizon")],
      because: "it says where a label is used"),
    FlagRule(
      [.flag("horizon")], .excludes,
      ["classes", "label-categories", "multi-label", "one-hot"].map { .flag($0) },
      because: "what is forecast is numbers"),
    FlagRule(
      [.flag("multi-label")], .excludes, [.flag("class-weights")],
      because: "weights are for classes of which one is present"),
    FlagRule(
      [.flag("label-missing")], .requires, [.flag("label-column")], unless: ownLabels + [.describedFiles],
      because: "it is about labels"),
    FlagRule(
      [.flag("label-missing")], .excludes, [.flag("label-reader")],
      because: "the reader has options of its own (timestep plugins)"),
    FlagRule(
      [.flag("label-missing")], .excludes, [.flag("reader")], when: [.flag("label-column")],
      because: "the reader has options of its own (timestep plugins)"),
    FlagRule(
      [.flag("label-reader")], .excludes, [.topic(.labelFormat)],
      because: "the reader has options of its own (timestep plugins)"),
    FlagRule(
      [.topic(.labelFormat)], .requires, labelFiles,
      because: "it is about label files"),
    FlagRule(
      [
        .flag("classes"), .flag("regression"), .flag("label-categories"), .flag("multi-label"),
        .flag("one-hot"),
      ], .requires,
      [.flag("labels"), .flag("label-column")],
      unless: ownLabels + [.flag("batches"), .flag("iterator"), .describedFiles], in: .data,
      because: "it is about labels"),
  ]

  /// The model to train, how, and what else is read and written.
  private static let training: [FlagRule] = [
    FlagRule(
      [.flag("trainer")], .excludes, [.topic(.layers), .flag("from"), .topic(.optimizer)],
      because: "the trainer has its own options"),
    FlagRule(
      [.flag("trainer")], .excludes, [.flag("tbptt")], unless: [.flag("lanes")],
      because: "the trainer has its own options"),
    FlagRule(
      [.flag("trainer")], .excludes, [.flag("checkpoints")],
      because: "checkpoints are for the bundled networks"),
    FlagRule(
      [.flag("lanes")], .requires, [.flag("tbptt")], in: [.train], because: "the number of steps per piece"),
    FlagRule(
      [.flag("from")], .excludes, [.topic(.layers)], because: "the model has its layers already"),
    FlagRule(
      [.flag("network")], .excludes, [.topic(.layers)], because: "the file describes the layers"),
    FlagRule(
      [.flag("clip")], .excludes, [.flag("clip-norm")],
      because: "one limits each element of the gradient, the other the whole gradient"),
    FlagRule(
      [.flag("weight-decay")], .requires, [.value("updater", "adamw")],
      because: "the other optimizers have none"),
    FlagRule(
      [.flag("change")], .requires, [.flag("learning-rate")], because: "the learning rate from here on"),
    FlagRule(
      [.flag("bidirectional")], .excludes, [.flag("tbptt")],
      because: "a layer that runs backwards needs whole series"),
    FlagRule(
      [.flag("patience"), .flag("monitor"), .flag("judge-anew")], .requires,
      [
        .flag("validation-features"), .flag("validation-batches"), .flag("split"), .flag("split-time"),
        .flag("fold"),
      ],
      because: "data to evaluate each epoch on"),
    FlagRule(
      [.flag("allow-training-data")], .requires,
      [
        .flag("test-features"), .flag("validation-features"), .flag("test-batches"),
        .flag("validation-batches"), .flag("split"), .flag("split-time"), .flag("fold"),
      ], in: [.train], because: "only held-out data is evaluated"),
    FlagRule(
      [.flag("test-features"), .flag("validation-features")], .excludes,
      [.flag("batches"), .flag("iterator")], in: [.train],
      because: "they are read as the files of --features are; use --test-batches and --validation-batches"),
    FlagRule(
      [.flag("allow-training-data"), .flag("patience"), .flag("monitor"), .flag("judge-anew")], .excludes,
      [.flag("part")],
      unless: [
        .flag("test-features"), .flag("validation-features"), .flag("test-batches"),
        .flag("validation-batches"),
      ], in: [.train], because: "no other part is evaluated"),
    FlagRule([.flag("test-features")], .excludes, [.flag("test-batches")]),
    FlagRule([.flag("validation-features")], .excludes, [.flag("validation-batches")]),
  ]

  /// The flags of `predict` about rows of standard input too.
  private static let rowFlags = [
    "model", "delimiter", "decimal", "thousands", "quote", "encoding", "missing", "skip-lines", "header",
    "on-error", "steps", "group-by", "streams", "header-out",
  ]

  /// Predictions for files, and files of predictions.
  private static let predictions: [FlagRule] = [
    FlagRule(
      [.allBut(rowFlags + ["features", "input-split", "reader"])], .requires,
      [.flag("features"), .flag("input-split"), .flag("reader")], in: [.predict],
      because: "rows of standard input have one form"),
    FlagRule(
      [.flag("streams"), .flag("header-out")], .excludes,
      [.flag("features"), .flag("input-split"), .flag("reader")],
      in: [.predict], because: "it is about rows of standard input"),
    FlagRule(
      [.flag("steps")], .excludes, [.flag("rollout")], in: [.predict], because: "both continue series"),
    FlagRule(
      [.flag("predictions")], .excludes, [.flag("lanes")],
      because: "a table has the steps of a series together"),
  ]

  /// What `inspect` shows.
  private static let inspection: [FlagRule] = [
    FlagRule(
      [.flag("model")], .excludes, [.allBut(["model", "batch-size", "json"])], in: [.inspect],
      because: "a model is shown without data"),
    FlagRule(
      [.flag("plan")], .excludes,
      [
        .flag("batch"), .flag("epoch"), .flag("explain"), .flag("batching"), .flag("largest-first"),
        .flag("drop-last"), .flag("shard"), .flag("error-budget"), .flag("ledger"),
      ], because: "the plan compares all ways to make batches"),
    FlagRule(
      [.flag("epoch"), .flag("explain")], .excludes, [.flag("error-budget"), .flag("ledger")],
      because: "a single batch is read"),
    FlagRule(
      [.flag("seed"), .flag("order")], .requires, [.flag("epoch"), .flag("plan")], in: [.inspect],
      because: "otherwise batches are shown in the order of the files"),
    FlagRule(
      [.flag("json")], .excludes,
      [.flag("plan"), .flag("epoch"), .flag("explain"), .flag("batch")], in: [.inspect],
      because: "--json shows all data and its batches"),
    FlagRule(
      [.flag("batches")], .excludes,
      [.flag("epoch"), .flag("explain"), .flag("plan"), .flag("seed"), .flag("order"), .flag("save")],
      in: [.inspect],
      because: "saved batches are shown as they are"),
  ]

  /// Batches for another program, or to look at.
  private static let streams: [FlagRule] = [
    FlagRule(
      [.value("order", "file")], .excludes, [.flag("seed")], unless: [.flag("plan")],
      in: [.inspect, .stream],
      because: "the seed is that of the shuffled order"),
    FlagRule(
      [.flag("seed")], .requires, [.value("order", "shuffled")], in: [.convert],
      because: "the seed is that of the shuffled order"),
    FlagRule(
      [.value("labels-as", "index")], .excludes, [.flag("regression"), .flag("multi-label")],
      because: "only classes have an index, one at a time"),
    FlagRule(
      [.flag("iterator")], .excludes, [.flag("seed")], in: [.stream],
      because: "the iterator has its own order"),
    FlagRule(
      [.flag("lanes")], .requires, [.flag("tbptt")], in: [.stream], because: "the number of steps per piece"),
    FlagRule(
      [.flag("tbptt")], .requires, [.flag("lanes")], in: [.stream], because: "it cuts lanes into pieces"),
  ]

  /// Models of other programs, and predictions for files.
  private static let models: [FlagRule] = [
    FlagRule(
      [.flag("label-column")], .excludes,
      [.flag("label-categories"), .flag("classes"), .flag("multi-label")], in: [.import],
      because: "it names numbers")
  ]
}
