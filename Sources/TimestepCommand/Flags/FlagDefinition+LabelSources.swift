extension FlagDefinition {
  /// Where labels come from if they are neither in label files with the layout of the features nor simply in a column.
  static let labelSources: [FlagDefinition] = [
    FlagDefinition(
      "labels-from", .text, of: .data, topic: .files, contractKey: "fileSettings", alternative: .labelSource,
      help:
        "One class per series, from the path of its file: folder (the name of the folder), or name:REGEX (the first group of a match in the relative path). The classes are in natural order."
    ),
    FlagDefinition(
      "label-table", .text, path: .read, of: .features, topic: .files, alternative: .labelSource,
      help:
        "Table with a row per series, FILE[:key=COLUMN,label=COLUMN,time=COLUMN]: the name of its file, its path or its group, and its label. Default: the first two columns. key=@row: the first row is that of the first series, and so on. The texts are classes, in natural order, unless --classes, --label-categories or --regression says otherwise. With time=COLUMN, a row is the label of the steps of that time (first --time column, or row number from 0)."
    ),
    FlagDefinition(
      "static", .text, of: .data, topic: .files, contractKey: "staticColumns", needs: "label-table",
      help:
        "Columns of --label-table that are attributes of a whole series (names or @N), separated by commas: they become features that are the same at every step, and count once per series in --normalize. --category applies to them too."
    ),
    FlagDefinition(
      "label-intervals", .text, path: .read, of: .data, topic: .files, alternative: .labelSource,
      help:
        "Table of intervals with a class, FILE[:key=COLUMN,start=COLUMN,end=COLUMN,label=COLUMN]; default: the first four columns. The end is not included. Times are as in the first --time column, or numbers in --time-unit since the first row; without --time, row numbers from 0. Steps in no interval have no label."
    ),
    FlagDefinition(
      "outside", .text, of: .data, topic: .files, contractKey: "fileSettings", needs: "label-intervals",
      help: "Class of the steps in no interval of --label-intervals."),
    FlagDefinition(
      "horizon", .integer, of: .data, topic: .files, contractKey: "fileSettings", needs: "targets",
      alternative: .labelSource,
      help:
        "Forecasting: the labels of a step are the next N values of every column of --targets, in the order a+1 ... a+N, b+1 ... b+N. A step without N later rows has no label."
    ),
    FlagDefinition(
      "targets", .text, of: .data, topic: .files, contractKey: "fileSettings", needs: "horizon",
      help: "Columns to forecast (names or @N), separated by commas; they are features too."),
    FlagDefinition(
      "lead", .integer, of: .data, topic: .files, contractKey: "fileSettings", needs: "horizon",
      help: "Steps between a step and the first one to forecast, beyond the next. Default: 0."),
    FlagDefinition(
      "known-ahead", .text, of: .data, topic: .files, contractKey: "fileSettings", needs: "horizon",
      help:
        "Columns whose future is known beforehand, such as holidays (names or @N), separated by commas: their values in the steps to forecast are features too. The last rows of a file then give only these; in predict, their other columns may be empty."
    ),
    FlagDefinition(
      "label-once", .toggle, of: .data, topic: .files, contractKey: "fileSettings",
      help:
        "Every row of a series repeats its label in --label-column: use it once, at the last step; one that changes is a fault. With --horizon: only the last step of a series or window has a label."
    ),
    FlagDefinition(
      "multi-label", .toggle, of: .data, contractKey: "labels", alternative: .labelMeaning,
      help:
        "Each label column is 1 where its class is present and 0 where it is not; several or none may be. The network has sigmoid outputs and binary cross-entropy."
    ),
    FlagDefinition(
      "one-hot", .toggle, of: .data, contractKey: "labels", alternative: .labelMeaning,
      help: "The label columns are one-hot: each is a class, and every row has a single 1."),
    FlagDefinition(
      "label-missing", .text, isRepeated: true, of: .data, topic: .files, contractKey: "fileSettings",
      help:
        "Text that means a missing label, like an empty field: the labels mask of the step is 0, and its features stay. Can be repeated."
    ),
  ]
}
