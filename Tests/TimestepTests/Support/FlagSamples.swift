@testable import TimestepCommand

/// Returns a flag as it can be written on the command line, with a value that its parser takes.
func sampleWords(of flag: FlagDefinition, value: String? = nil) -> [String] {
  if flag.kind == .toggle { return [flag.spelling] }
  return [flag.spelling, value ?? flagSamples[flag.name] ?? (flag.kind == .text ? "x" : "3")]
}

/// Values of the flags that do not take any text or the number 3.
private let flagSamples = [
  "range": "0...1", "label-header": "present", "delimiter": ";", "align": "end", "label-categories": "a,b",
  "rename": "a=b", "unknown-category": "other", "time-unit": "days", "time-origin": "epoch", "offset": "a=1",
  "quote": "none", "encoding": "latin1", "label-encoding": "latin1", "decimal": ",", "label-decimal": ",",
  "thousands": "'",
  "tail": "keep", "batching": "sorted", "shard": "0/3", "shard-by": "batch", "remainder": "drop",
  "split": "8,1,1", "part": "train",
  "on-error": "skip-row", "hidden": "8", "cell": "gru", "dropout": "0.5", "updater": "sgd",
  "class-weights": "balanced", "normalize": "standardize", "order": "file", "explain": "0,0,0",
  "clip": "1", "layout": "NTC", "labels-from": "folder", "change": "learning-rate", "format": "npz",
  "window": "3",
]
