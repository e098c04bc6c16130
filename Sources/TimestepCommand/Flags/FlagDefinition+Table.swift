import Timestep

extension FlagDefinition {
  /// Every flag of every command, in the order of the help.
  ///
  /// Where a name has several definitions, each is for other commands, and the first one is the most general.
  package static let all: [FlagDefinition] =
    data + notation + layouts + joins + labelSources + values + batches + network + run + report + trainer
    + evaluation + inspect + output + imported + other

  /// The files of the data.
  private static let data: [FlagDefinition] = [
    FlagDefinition(
      "features", .text, isRepeated: true, path: .read, of: .features, topic: .files,
      help:
        "Feature files: a numbered pattern (%d, %0Nd), a glob, a directory, or one file. Given several times, the columns of the files with the same key are joined."
    ),
    FlagDefinition(
      "labels", .text, path: .read, of: .data, topic: .files,
      help:
        "Label files, given in the same way; they pair with the feature files by number, glob match or name."),
    FlagDefinition(
      "range", .text, of: .features, topic: .files,
      help: "Range of numbered patterns, both ends included: 0...9. Default: the numbers on disk."),
    FlagDefinition(
      "label-column", .text, of: .data, topic: .files, contractKey: "fileSettings",
      help:
        "Column of the feature files that contains the labels, a name or a 0-based position (@3); several for regression: @3,@4."
    ),
    FlagDefinition(
      "skip-lines", .integer, of: .data, topic: .format, contractKey: "fileSettings", default: "0",
      help: "Lines to skip at the top of every feature file."),
    FlagDefinition(
      "header", .toggle, of: .data, topic: .format, contractKey: "fileSettings",
      help: "The line after the skipped ones names the columns."),
    FlagDefinition(
      "label-skip-lines", .integer, of: .features, topic: .labelFormat, contractKey: "fileSettings",
      help: "Lines to skip at the top of every label file. Default: as for features."),
    FlagDefinition(
      "label-header", .text, of: .features, topic: .labelFormat, contractKey: "fileSettings",
      help: "Header of label files: present or none. Default: as for features."),
    FlagDefinition(
      "batch-size", .integer, of: .features, topic: .files,
      help: "Number of examples per batch. Default: 32."),
    FlagDefinition(
      "classes", .integer, of: .data, contractKey: "labels", alternative: .labelMeaning,
      help: "Number of classes: labels are class numbers from 0."),
    FlagDefinition(
      "regression", .toggle, of: .data, contractKey: "labels", alternative: .labelMeaning,
      help: "Labels are numbers to predict (regression)."),
    FlagDefinition(
      "align", .text, of: .data, contractKey: "alignment",
      help:
        "Alignment of features and labels of different lengths: equal (an error), start or end. Default: equal."
    ),
    FlagDefinition(
      "label-categories", .text, of: .data, topic: .files, contractKey: "labelVocabulary",
      alternative: .labelMeaning,
      help:
        "Class names of text labels, in the order of their class numbers, separated by commas; instead of --classes."
    ),
  ]

  /// The values of the data, how they become batches, and the handling of faults in them.
  private static let values: [FlagDefinition] = [
    FlagDefinition(
      "missing", .text, isRepeated: true, of: .features, topic: .format, contractKey: "fileSettings",
      help: "Text that means a missing value, like an empty field; can be repeated."),
    FlagDefinition(
      "keep-columns", .text, of: .features, topic: .columns, contractKey: "columns", alternative: .columns,
      help:
        "Feature columns to read, in this order, separated by commas: names, or @N for the column at the 0-based position N. Default: all."
    ),
    FlagDefinition(
      "drop-columns", .text, of: .features, topic: .columns, contractKey: "columns", alternative: .columns,
      help: "Feature columns to ignore (names or @N), separated by commas; they may contain any text."),
    FlagDefinition(
      "columns-by-name", .toggle, of: .features, topic: .columns, contractKey: "fileSettings",
      needs: "header",
      help:
        "Find the columns of every file by the names in its header: they may be in another order than in the first file, and columns that are not read may differ. Columns that --keep-columns names are found so in any case."
    ),
    FlagDefinition(
      "rename", .text, isRepeated: true, of: .features, topic: .columns, contractKey: "fileSettings",
      help: "Rename a column, OLD=NEW or @N=NEW; can be repeated."),
    FlagDefinition(
      "category", .text, isRepeated: true, of: .data, topic: .columns, contractKey: "encodings",
      help:
        "Column of categories, NAME or NAME=A,B,C (or @N): each text becomes its number in the list, from 0. Without a list: the texts in the feature files, sorted, or those of the model. Can be repeated."
    ),
    FlagDefinition(
      "unknown-category", .text, of: .data, topic: .columns, contractKey: "encodings", needs: "category",
      help:
        "How to handle a text that is not a known category: error, ignore (a missing value) or other. Default: error."
    ),
    FlagDefinition(
      "time", .text, isRepeated: true, of: .data, topic: .columns, contractKey: "encodings",
      help:
        "Column of timestamps, NAME or NAME=FORMAT (or @N): iso8601 (default), unix, unix-ms, or a pattern such as %d.%m.%Y %H:%M. Can be repeated."
    ),
    FlagDefinition(
      "time-unit", .text, of: .data, topic: .columns, contractKey: "encodings", needs: "time",
      help: "Unit of timestamps: seconds, minutes, hours or days. Default: seconds."),
    FlagDefinition(
      "time-origin", .text, of: .data, topic: .columns, contractKey: "encodings", needs: "time",
      help: "Origin of timestamps: sequence (its first timestamp) or epoch (1970). Default: sequence."),
    FlagDefinition(
      "sort-by-time", .toggle, of: .data, topic: .columns, contractKey: "isSortedByTime",
      help:
        "Sort the rows of every sequence by their first column of timestamps; without it, a row that goes back in time is a fault."
    ),
    FlagDefinition(
      "offset", .text, isRepeated: true, of: .data, topic: .columns, contractKey: "encodings",
      help:
        "Number that is subtracted from a column before it is rounded to Float, NAME=first (the first one of the sequence) or NAME=VALUE. Can be repeated."
    ),
    FlagDefinition(
      "reader", .text, of: .features, topic: .files,
      help: "Reader of the features: NAME[:key=value,...] (see \"timestep plugins\"). Default: csv."),
    FlagDefinition(
      "label-reader", .text, of: .data, topic: .files,
      help: "Reader of the labels, in the same form."),
    FlagDefinition(
      "input-split", .text, of: .features, topic: .files,
      help: "Split that lists the feature files, in the same form; instead of --features."),
    FlagDefinition(
      "label-input-split", .text, of: .data, topic: .files,
      help: "Split that lists the label files, in the same form; instead of --labels."),
    FlagDefinition(
      "transform", .text, isRepeated: true, of: .data, topic: .files, contractKey: "transforms",
      help:
        "Transform of the features, NAME[:key=value,...] (see \"timestep plugins\"); repeated transforms are applied in order. columns=a b limits it to those columns; default: all features."
    ),
    FlagDefinition(
      "cache", .text, path: .written, of: .features, topic: .files,
      help:
        "Directory for the caches features.timestep-cache and labels.timestep-cache. Files are parsed once; a file that changed is parsed again."
    ),
    FlagDefinition(
      "verify", .toggle, of: .features, topic: .files, needs: "cache",
      help: "With --cache: first check the cache against a fresh parse."),
    FlagDefinition(
      "max-gap", .text, of: .features, topic: .files, contractKey: "longestGap",
      help:
        "End sequences where more time passes between two rows (first --time column): 500ms, 30s, 15min, 1h, 1d. No window or transform crosses the gap."
    ),
    FlagDefinition(
      "window", .text, of: .features, topic: .files,
      help:
        "Cut sequences into windows of SIZE steps, one every STRIDE steps: 100,50. Default stride: the size."),
    FlagDefinition(
      "tail", .text, of: .features, topic: .files, needs: "window",
      help:
        "With --window: how to handle the steps after the last whole window: drop, keep or align. Default: drop."
    ),
    FlagDefinition(
      "batching", .text, of: .data, topic: .batching,
      help:
        "How examples are grouped into batches: none (in order), sorted (windows sorted by length), buckets (optimal edges), budget or budget:CELLS (padded cells per batch), or auto (the one with the least padding). Default: none."
    ),
    FlagDefinition(
      "largest-first", .toggle, of: .data, topic: .batching,
      help: "Begin every epoch with its largest batch, so that running out of memory shows immediately."),
    FlagDefinition(
      "drop-last", .toggle, of: .data, topic: .batching,
      help: "Leave out the last batch of every epoch if it is not full."),
    FlagDefinition(
      "shard", .text, of: .data, topic: .batching,
      help: "Shard I of K, such as 0/3: an equal share of every batch, or of the batches (--shard-by)."),
    FlagDefinition(
      "shard-by", .text, of: .data, topic: .batching, needs: "shard", default: "example",
      help: "What shards share out: example (a slice of every batch) or batch (whole batches, in turn)."),
    FlagDefinition(
      "split", .text, of: .data, topic: .files,
      help:
        "Weights of the training, validation and test parts, such as 8,1,1. A sequence's key decides its part. train trains on the first, validates on the second and tests on the third; other commands require --part."
    ),
    FlagDefinition(
      "split-time", .text, of: .data, topic: .files,
      help:
        "Weights of the training, validation and test parts of every series, in the order of its rows, such as 8,1,1: what is evaluated comes later than what is trained on. No window crosses a border."
    ),
    FlagDefinition(
      "gap", .integer, of: .data, topic: .files,
      help:
        "Rows to leave out at the end of a part of --split-time, or of --fold --split-by time, before the next one. Default: 0."
    ),
    FlagDefinition(
      "fold", .text, of: .data, topic: .files,
      help:
        "Fold I of K, such as 2/5, for cross-validation: the test part is one of K equal parts of the series, with nearly equal shares of each class, and the training part all others. With --split-by, groups stay together."
    ),
    FlagDefinition(
      "split-by", .text, of: .data, topic: .files,
      help:
        "Series that stay in one part of --split or --fold: those with the same folder, name:REGEX (the first group of a match in the relative path), or column (of --label-table, or the first text in the feature files, also in a column that is dropped). With --fold: time divides the rows of every series instead; what is evaluated comes after all that is trained on."
    ),
    FlagDefinition(
      "part", .text, of: .data, topic: .files,
      help: "The only part of --split, --split-time or --fold to use: train, validation or test."),
    FlagDefinition(
      "split-seed", .integer, of: .data, topic: .files, default: "0",
      help: "Seed of --split, and of --fold without groups."),
    FlagDefinition(
      "on-error", .text, isRepeated: true, of: .data, topic: .faults,
      help:
        "How to handle faults in the data: raise, skip-row, skip-sequence, repair:missing, repair:VALUE or repair:clip. For one class of fault: not-a-number=repair:0. Can be repeated; the last that applies wins. Default: raise."
    ),
    FlagDefinition(
      "error-budget", .text, of: .features, topic: .faults, needs: "on-error",
      because: "without it the first fault ends the command",
      help: "Number of faulty sequences per epoch after which to stop: a number, or a share such as 0.1%."),
    FlagDefinition(
      "ledger", .text, path: .written, of: .features, topic: .faults, needs: "on-error",
      because: "without it the first fault ends the command",
      help: "Log every decision about a fault to this file, one JSON object per line."),
    FlagDefinition(
      "overwrite", .toggle, of: .features,
      help:
        "Replace existing files of any kind by the files to write, except files that are read. In convert, also replace an output directory that holds nothing but what convert wrote."
    ),
  ]

  /// Batches that do not come from CSV files, or are not padded.
  private static let batches: [FlagDefinition] = [
    FlagDefinition(
      "batches", .text, path: .read, of: [.stream, .inspect, .train, .evaluate],
      help: "Directory written by \"timestep convert\", instead of CSV files."),
    FlagDefinition(
      "iterator", .text, of: [.stream, .train, .evaluate],
      help: "Iterator that produces the batches: NAME[:key=value,...] (see \"timestep plugins\")."),
    FlagDefinition(
      "lanes", .integer, of: [.stream, .train, .evaluate],
      help:
        "Lay series end to end on N lanes and cut them into pieces, instead of padding them: for long or very unequal series."
    ),
  ]

  /// The network to train, and its optimizer.
  private static let network: [FlagDefinition] = [
    FlagDefinition(
      "hidden", .text, of: [.train], topic: .layers,
      help: "Units of each recurrent layer: 64 or 64,64. Default: 64."),
    FlagDefinition(
      "cell", .text, of: [.train], topic: .layers,
      help: "Recurrent layer: lstm, graves (an LSTM with peepholes), gru or rnn. Default: lstm."),
    FlagDefinition(
      "bidirectional", .toggle, of: [.train], topic: .layers,
      help:
        "Run each recurrent layer in both directions and concatenate the outputs; with one label per series, read each direction at its own end."
    ),
    FlagDefinition(
      "dropout", .number, of: [.train], topic: .layers,
      help: "Dropout rate after each recurrent layer. Default: none."),
    FlagDefinition(
      "loss", .text, of: [.train], topic: .layers,
      help:
        "Loss: \(alternatives(Loss.names)). Default: the one that is usual for the labels."),
    FlagDefinition(
      "init", .text, of: [.train], topic: .layers,
      help:
        "Initial weights: \(alternatives(InitializationArgument.forms)). Default: xavier."),
    FlagDefinition(
      "network", .text, path: .read, of: [.train], topic: .layers,
      help:
        "JSON file that describes the layers and how they are trained: what \"inspect --model M --json\" prints. Other flags about the training take precedence."
    ),
    FlagDefinition(
      "learning-rate", .number, of: [.train], topic: .optimizer,
      help: "Learning rate. Default: 0.001; adadelta: 1."),
    FlagDefinition(
      "schedule", .text, of: [.train], topic: .optimizer,
      help:
        "How the learning rate changes: step:FACTOR,EPOCHS (times the factor every so many epochs), exponential:FACTOR (every epoch) cosine:WARMUP (a linear rise over so many epochs, then half a cosine to 0 at the end of the run) or plateau:FACTOR,EPOCHS (times the factor after so many epochs without a gain in what is monitored). Default: it does not."
    ),
    FlagDefinition(
      "updater", .text, of: [.train], topic: .optimizer, default: "adam",
      help: "Optimizer: adam, sgd, nesterovs, adagrad, rmsprop, adadelta, adamw, nadam or amsgrad."),
    FlagDefinition(
      "tbptt", .integer, of: [.train],
      help: "Truncated back-propagation: one update every N time steps. Default: whole series."),
    FlagDefinition(
      "clip", .text, of: [.train], topic: .optimizer,
      help: "Clip each gradient element to [-X, X]; none: do not. Default: none."),
    FlagDefinition(
      "clip-norm", .number, of: [.train], topic: .optimizer,
      help: "Scale the gradient of all layers together down to this L2 norm if it is longer. Default: none."),
    FlagDefinition(
      "weight-decay", .number, of: [.train], topic: .optimizer,
      help: "Weight decay of --updater adamw. Default: 0.01."),
    FlagDefinition(
      "l1", .number, of: [.train], topic: .optimizer, default: "0.0",
      help: "L1 regularization: adds this factor times the sum of absolute weights to the score."),
    FlagDefinition(
      "l2", .number, of: [.train], topic: .optimizer, default: "0.0",
      help: "L2 regularization: adds half this factor times the sum of squared weights to the score."),
    FlagDefinition(
      "class-weights", .text, of: [.train], topic: .optimizer,
      help:
        "Weight of each class in the loss: 1,5,1, or balanced (rare classes count as much as common ones)."),
    FlagDefinition(
      "seed", .integer, of: [.train], default: "0",
      help: "Seed of the initial parameters and the order of examples."),
  ]

  /// The length of a training run, its stored files, and resuming it.
  private static let run: [FlagDefinition] = [
    FlagDefinition(
      "epochs", .integer, of: [.train], default: "10",
      help: "Number of epochs."),
    FlagDefinition(
      "validation-features", .text, isRepeated: true, path: .read, of: [.train],
      help:
        "Feature files for the validation after every epoch. The model of the best epoch is written, and of the last one without validation."
    ),
    FlagDefinition(
      "validation-labels", .text, path: .read, of: [.train], needs: "validation-features",
      help: "Label files for the validation after every epoch."),
    FlagDefinition(
      "validation-batches", .text, path: .read, of: [.train],
      help: "Directory written by \"timestep convert\", for the validation after every epoch."),
    FlagDefinition(
      "patience", .integer, of: [.train],
      help:
        "Stop after N epochs without improvement on the validation data (--validation-features, --validation-batches or --split)."
    ),
    FlagDefinition(
      "monitor", .text, of: [.train], default: "loss",
      help:
        "Metric on the validation data that chooses the best epoch, and that --patience watches: loss, accuracy, f1, auc, mcc, rmse, mae or r2."
    ),
    FlagDefinition(
      "time-limit", .number, of: [.train],
      help: "Stop after this many seconds of training, summed over all resumptions."),
    FlagDefinition(
      "checkpoints", .text, path: .written, of: [.train],
      help: "Directory for checkpoints; --resume continues from them bit for bit."),
    FlagDefinition(
      "checkpoint-every", .integer, of: [.train], needs: "checkpoints",
      help: "Write a checkpoint every N updates. Default: after every epoch."),
    FlagDefinition(
      "keep-checkpoints", .integer, of: [.train], needs: "checkpoints", default: "2",
      help: "Number of checkpoints to keep."),
    FlagDefinition(
      "resume", .toggle, of: [.train], needs: "checkpoints",
      help: "Resume from the newest checkpoint in the directory; start from the beginning if there is none."),
    FlagDefinition(
      "judge-anew", .toggle, of: [.train], needs: "resume",
      help:
        "Accept other validation data, or another --monitor, than the run began with: evaluate the models that it has kept again."
    ),
    FlagDefinition(
      "change", .text, of: [.train], needs: "resume",
      help:
        "Setting of a run that may be another one from here on when it is resumed: learning-rate (the value is that of --learning-rate)."
    ),
    FlagDefinition(
      "journal", .text, path: .written, of: [.train],
      help:
        "Log one line per update to this file: the batch, its sources, the score, the learning rate and gradient norms. Compare two with \"timestep diff\"."
    ),
    FlagDefinition(
      "save-flags", .text, path: .written, of: [.train], forFiles: false,
      help:
        "Write all flags of this run to a data set file (JSON) when the training begins: \"timestep train FILE\" repeats it."
    ),
  ]

  /// The model to train, and the data to evaluate it on.
  private static let trainer: [FlagDefinition] = [
    FlagDefinition(
      "trainer", .text, of: [.train],
      help:
        "Train this plug-in, NAME[:key=value,...] (see \"timestep plugins\"), instead of the network that the flags below describe."
    ),
    FlagDefinition(
      "model", .text, path: .written, of: [.train],
      help: "Model file to write. Required unless the --trainer cannot be saved."),
    FlagDefinition(
      "from", .text, path: .read, of: [.train],
      help:
        "Fine-tune this model, or a zip of Deeplearning4j: keep its layers and parameters; a model of Deeplearning4j also keeps its optimizer, with its memory, where no flag says otherwise. The columns of the output layer follow the names of the classes or labels; it is new if other ones are among them, or labels are in other units. Labels are read as the model reads them, unless a flag says what they mean."
    ),
    FlagDefinition(
      "freeze", .integer, of: [.train], needs: "from",
      help: "With --from: freeze the first N recurrent layers, and all layers before them."),
    FlagDefinition(
      "normalize", .text, of: [.train], contractKey: "featuresNormalizer",
      help:
        "Normalize features (and regression labels): none, standardize or minmax. Default: none. With --from, features are normalized as in the model, and this is for regression labels; default: as in the model."
    ),
    FlagDefinition(
      "order", .text, of: [.convert], default: "file",
      help:
        "Order of examples: file (as the files are listed) or shuffled (as stream and train do in their first epoch)."
    ),
    FlagDefinition(
      "order", .text, of: [.stream, .train], default: "shuffled",
      help: "Order of examples: shuffled (again for every epoch) or file."),
    FlagDefinition(
      "test-features", .text, isRepeated: true, path: .read, of: [.train],
      help: "Feature files for the evaluation after training."),
    FlagDefinition(
      "test-labels", .text, path: .read, of: [.train], needs: "test-features",
      help: "Label files for the evaluation after training."),
    FlagDefinition(
      "test-batches", .text, path: .read, of: [.train],
      help: "Directory written by \"timestep convert\", for the evaluation after training."),
  ]

  /// Evaluation.
  private static let evaluation: [FlagDefinition] = [
    FlagDefinition(
      "allow-training-data", .toggle, of: [.train, .evaluate],
      help:
        "Allow evaluation on examples of the training data, and on those that the model's normalizers or transforms were fitted on."
    ),
    FlagDefinition(
      "model", .text, path: .read, of: [.evaluate, .predict],
      help: "Model file, or a zip that Deeplearning4j's ModelSerializer wrote."),
    FlagDefinition(
      "predictions", .text, path: .written, of: [.evaluate],
      help:
        "Write every prediction with its label and its loss to this file: .csv, .jsonl or .npz."
    ),
    FlagDefinition(
      "baseline", .toggle, of: [.evaluate],
      help:
        "Also print what naive answers reach on the same steps: the most frequent class or the mean, the last value, and the value one season before."
    ),
    FlagDefinition(
      "season", .integer, of: [.evaluate], needs: "baseline",
      help: "Length of a season in steps, such as 24. Default: the one that is found in the labels, if any."),
    FlagDefinition(
      "season", .integer, of: [.train],
      help:
        "Length of a season in steps, such as 24, of the naive forecast that a forecast is compared with. Default: the one that is found in the labels, if any."
    ),
    FlagDefinition(
      "intervals", .number, of: [.evaluate],
      help:
        "Also print the interval of every figure in this percentage of 1,000 draws of whole series (bootstrap): 95."
    ),
    FlagDefinition(
      "worst-first", .toggle, of: [.evaluate], needs: "predictions",
      help: "Write the predictions in the order of their losses, the largest first."),
    FlagDefinition(
      "json", .toggle, of: [.evaluate],
      help: "Print one JSON object."),
    FlagDefinition(
      "json", .toggle, of: [.train],
      help: "Print the results as one JSON object."),
    FlagDefinition(
      "certify", .toggle, of: [.evaluate],
      help:
        "Also check that predictions do not depend on batching, padding or chunking, and report the largest differences."
    ),
  ]

  /// Batches written to files or standard output.
  private static let output: [FlagDefinition] = [
    FlagDefinition(
      "epochs", .integer, of: [.stream], default: "1",
      help: "Number of epochs, the one of --start-epoch included."),
    FlagDefinition(
      "start-epoch", .integer, of: [.stream], default: "0",
      help: "First epoch, from 0; each epoch has the same order wherever the stream starts."),
    FlagDefinition(
      "batch", alias: "start-step", .integer, of: [.stream], default: "0",
      help: "First batch of that epoch, from 0."),
    FlagDefinition(
      "seed", .integer, of: [.convert, .stream], default: "0",
      help: "Seed of the shuffled order."),
    FlagDefinition(
      "tbptt", .integer, of: [.stream],
      help: "With --lanes: the number of time steps per piece."),
    FlagDefinition(
      "layout", .text, of: [.convert, .stream], default: "NCT",
      help: "Axis order of the tensors: NCT (examples, columns, steps) or NTC."),
    FlagDefinition(
      "labels-as", .text, of: [.convert, .stream], default: "one-hot",
      help:
        "How class labels are written: one-hot (a column per class) or index (I64 [N, T], -100 where the labels mask is 0)."
    ),
    FlagDefinition(
      "sources", .toggle, of: [.stream],
      help: "Add the source of every example to the metadata, as in the manifest of convert."),
    FlagDefinition(
      "normalize", .text, of: [.convert, .stream], contractKey: "featuresNormalizer",
      help:
        "Normalize features (and regression labels): none, standardize or minmax; with --split, by the statistics of its training part. Normalize test data as a model does: leave this out, and give it to evaluate. Default: none."
    ),
    FlagDefinition(
      "output", .text, path: .written, of: [.convert],
      help: "Output directory; it appears complete or not at all."),
    FlagDefinition(
      "format", .text, of: [.convert], default: "safetensors",
      help: "File format: safetensors or npz."),
  ]

  /// Prediction and the demonstration.
  private static let other: [FlagDefinition] = [
    FlagDefinition(
      "on-error", .text, isRepeated: true, of: [.predict], topic: .faults, forFiles: false,
      help:
        "How to handle a row of standard input that cannot be read: report (continue, exit with 1 at the end) or stop (exit at once); the state does not change. Default: report. With --features, how to handle faults in the data, as in evaluate: raise, skip-row, skip-sequence, repair:VALUE, ... Default: raise."
    ),
    FlagDefinition(
      "skip-lines", .integer, of: [.predict], topic: .format, default: "0",
      help: "Lines to skip at the top; with --features, of every file, where the default is the model's."),
    FlagDefinition(
      "header", .toggle, of: [.predict], topic: .format,
      help:
        "The line after the skipped ones names the columns, which may then be in any order; others are ignored. With --features, the default is as in the training data."
    ),
    FlagDefinition(
      "output", .text, path: .written, of: [.predict],
      help:
        "The file of the predictions for --features: .csv, .jsonl or .npz. Default: CSV on standard output."
    ),
    FlagDefinition(
      "rollout", .integer, of: [.predict],
      help:
        "With --features: continue every series by N rows, each predicted from the one before, by a model that predicts the next value of all of its columns (--horizon 1)."
    ),
    FlagDefinition(
      "streams", .integer, of: [.predict], needs: "group-by", default: "10000",
      help: "Most series at a time of --group-by; the row of a further one is a faulty row."),
    FlagDefinition(
      "header-out", .toggle, of: [.predict],
      help: "Write a first line that names the columns of the predictions: the classes, or the label columns."
    ),
    FlagDefinition(
      "steps", .integer, of: [.predict],
      help:
        "Continue every series to N steps: after its rows, the features are 0, as in training with more labels than rows."
    ),
    FlagDefinition(
      "fixtures", .text, path: .read, of: [.demo],
      help: "The Fixtures directory. Default: the one in this directory or a parent."),
  ]
}
