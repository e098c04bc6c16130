import ArgumentParser
import Timestep

extension PluginRegistry {
  /// Adds the transforms that come with Timestep.
  mutating func addTransforms() {
    register(
      transform: "columns", help: "Keeps (in this order), drops or renames columns by name.",
      options: [
        PluginOption(
          "keep", .text, default: "", help: "The names of the columns to keep, separated by blanks."),
        PluginOption("drop", .text, default: "", help: "The names of the columns to drop."),
      ]
    ) { options, _ in
      let (keep, drop) = (words(options.text("keep")), words(options.text("drop")))
      guard keep.isEmpty != drop.isEmpty else {
        throw ValidationError("transform columns requires either keep or drop")
      }
      return SelectColumns(keep.isEmpty ? .drop(drop) : .keep(keep))
    }
    register(
      transform: "one-hot",
      help: "Replaces each column of class numbers or categories by one column per class; requires columns."
    ) { options, columns in
      let named = words(options.text("columns"))
      guard !named.isEmpty else {
        throw ValidationError("transform one-hot requires columns: name the columns that contain classes")
      }
      return OneHotColumns(named)
    }
    register(
      transform: "map", help: "Applies a function to every value.",
      options: [
        PluginOption("function", .text, help: "scale, abs, sqrt, exp or power."),
        PluginOption("factor", .number, default: "1", help: "The factor of scale."),
        PluginOption("offset", .number, default: "0", help: "The number that scale adds."),
        PluginOption("exponent", .number, default: "2", help: "The exponent of power."),
      ]
    ) { options, columns in
      let functions: [String: MapValues.Function] = [
        "scale": .scale(options.number("factor"), offset: options.number("offset")), "abs": .absolute,
        "sqrt": .squareRoot, "exp": .exponential, "power": .power(options.number("exponent")),
      ]
      return MapValues(try choice(options.text("function"), functions, "map", "function"), columns: columns)
    }
    register(
      transform: "difference",
      help: "Subtracts from every value the one LAG steps before; the first LAG steps are dropped.",
      options: [
        PluginOption("lag", .integer, default: "1", help: "The number of steps, 1 to 1000000000."),
        firstOption,
      ]
    ) { options, columns in
      Difference(
        lag: try wholeNumber(options, "lag", "difference"), firstRows: try firstRows(options, "difference"),
        columns: columns)
    }
    register(
      transform: "log", help: "The natural logarithm.",
      options: [PluginOption("plusOne", .flag, default: "false", help: "Of one more than the value.")]
    ) { options, columns in Logarithm(options.flag("plusOne") ? .onePlus : .natural, columns: columns) }
    register(
      transform: "lags",
      help: "Adds columns with the values 1, 2, ... steps before; the first steps are dropped.",
      options: [
        PluginOption("count", .integer, default: "1", help: "The number of steps, 1 to 10000."), firstOption,
      ]
    ) { options, columns in
      LagFeatures(
        try wholeNumber(options, "count", "lags", upTo: 10_000), firstRows: try firstRows(options, "lags"),
        columns: columns)
    }
    register(
      transform: "resample",
      help:
        "Merges every N rows, or those of every interval of time, into one; other columns keep their last value.",
      options: [
        PluginOption(
          "every", .text,
          help:
            "The number of rows, 1 to 1000000000, or a time, such as 500ms, 30s, 15min, 1h or 1d (needs --time)."
        ),
        PluginOption(
          "figure", .text, default: "mean", help: "mean, first, last, minimum, maximum, sum or mode."),
        PluginOption(
          "remainder", .text, default: "keep", help: "keep, drop or refuse: too few rows at the end."),
        PluginOption(
          "label", .text, default: "none",
          help:
            "left or right: the time of an interval is that of its beginning (default) or its end; or as labels."
        ),
        PluginOption(
          "labels", .text, default: "none",
          help: "last, mode or mean: the label of merged rows, if a label file has one for each."),
      ]
    ) { options, columns in
      try resample(options, columns)
    }
    register(
      transform: "clip", help: "Limits values to a range.",
      options: [
        PluginOption("from", .number, help: "The smallest value."),
        PluginOption("to", .number, help: "The largest value."),
      ]
    ) { options, columns in
      guard options.number("from") <= options.number("to") else {
        throw ValidationError("transform clip: from must not be greater than to")
      }
      return Clip(Float(options.number("from"))...Float(options.number("to")), columns: columns)
    }
    register(
      transform: "fill", help: "Fills missing values: empty fields and the tokens of --missing.",
      options: [
        PluginOption(
          "rule", .text, default: "linear",
          help: "constant, forward, linear, mean (of the training data), or category."
        ),
        PluginOption(
          "value", .text, default: "0",
          help: "The constant, the value before the first present one, or the name of the category."),
        PluginOption(
          "within", .text, default: "sequence",
          help: "sequence, or window: linear and forward look only at the rows of the window."),
      ]
    ) { options, columns in
      let rule = options.text("rule")
      let reach = try choice(options.text("within"), all(FillMissing.Reach.self), "fill", "within")
      func number() throws -> Float {
        guard let value = Float(options.text("value")), value.isFinite else {
          throw ValidationError(
            "transform fill: value must be a number, not \"\(options.text("value"))\"; a category is filled in by rule=category"
          )
        }
        return value
      }
      let rules: [String: () throws -> FillMissing.Rule] = [
        "constant": { .constant(try number()) }, "forward": { .forward(first: try number()) },
        "linear": { .linear }, "mean": { .mean }, "category": { .category(options.text("value")) },
      ]
      let made = try choice(rule, rules, "fill", "rule")()
      guard reach == .sequence || rule == "linear" || rule == "forward" else {
        throw ValidationError(
          "transform fill: within=window is for the rules linear and forward, which look at other rows; \(rule) does not"
        )
      }
      return FillMissing(made, columns: columns, within: reach)
    }
  }
}

private func all<Value: CaseIterable & RawRepresentable<String>>(_ type: Value.Type) -> [String: Value] {
  Dictionary(uniqueKeysWithValues: type.allCases.map { ($0.rawValue, $0) })
}

private let firstOption = PluginOption(
  "first", .text, default: "",
  help: "Fill the first steps with this number instead of dropping them.")

private func firstRows(_ options: PluginOptions, _ transform: String) throws -> Difference.FirstRows {
  let text = options.text("first")
  if text.isEmpty { return .drop }
  guard let value = Float(text), value.isFinite else {
    throw ValidationError("transform \(transform): first must be a number, not \"\(text)\"")
  }
  return .fill(value)
}

/// Returns the transform that merges numbers of rows, or intervals of time.
private func resample(_ options: PluginOptions, _ columns: [String]?) throws -> any SequenceTransform {
  let (label, labels) = (options.text("label"), options.text("labels"))
  let stamp = ResampleByTime.Stamp(rawValue: label)
  // `label` named the rule for labels before intervals had a side.
  let rule = labels != "none" ? labels : stamp == nil ? label : "none"
  guard labels == "none" || stamp != nil || label == "none" else {
    throw ValidationError(
      "transform resample: label=\(label) and labels=\(labels) both say how labels are merged")
  }
  let ofLabels =
    rule == "none"
    ? nil : try choice(rule, all(Resample.LabelRule.self), "resample", labels != "none" ? "labels" : "label")
  let figure = try choice(options.text("figure"), all(Resample.Figure.self), "resample", "figure")
  let remainder = try choice(
    options.text("remainder"), all(Resample.Remainder.self), "resample", "remainder")
  let every = options.text("every")
  if every.last?.isLetter == true {
    guard remainder == .keep else {
      throw ValidationError("transform resample: remainder=\(remainder) is about numbers of rows, not times")
    }
    let length: DurationArgument
    do throws(ValidationError) { length = try DurationArgument(flag: every) } catch {
      throw ValidationError("transform resample: every=\(every): \(error.message)")
    }
    return ResampleByTime(
      nanoseconds: length.nanoseconds, figure, stamp: stamp ?? .left, columns: columns, labels: ofLabels)
  }
  guard let count = Int(every), 1...1_000_000_000 ~= count else {
    throw ValidationError(
      "transform resample: every must be a whole number from 1 to 1000000000, or a time such as 15min, not \(every)"
    )
  }
  guard stamp == nil else {
    throw ValidationError("transform resample: label=\(label) needs intervals of time, such as every=15min")
  }
  return Resample(every: count, figure, remainder: remainder, columns: columns, labels: ofLabels)
}

private func words(_ text: String) -> [String] { text.split(separator: " ").map(String.init) }

private func choice<Value>(
  _ name: String, _ values: [String: Value], _ transform: String, _ option: String
) throws -> Value {
  guard let value = values[name] else {
    throw ValidationError(
      "transform \(transform): there is no \(option) \"\(name)\"" + suggestion(for: name, among: values.keys))
  }
  return value
}

/// Returns an option that is a number of steps or rows.
private func wholeNumber(
  _ options: PluginOptions, _ name: String, _ transform: String, upTo limit: Int = 1_000_000_000
) throws -> Int {
  guard 1...limit ~= options.integer(name) else {
    throw ValidationError(
      "transform \(transform): \(name) must be a whole number from 1 to \(limit), not \(options.integer(name))"
    )
  }
  return options.integer(name)
}
