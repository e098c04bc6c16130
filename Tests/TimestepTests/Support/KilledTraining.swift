import Glibc
import TestSupport
import Testing

/// A training that is killed and restarted repeatedly until it ends.
struct KilledTraining: Sendable, CustomTestStringConvertible {
  var name: String
  /// Its flags, except for data, epochs and seed.
  var flags: [String]

  var testDescription: String { name }

  static let all = [
    KilledTraining(
      name: "padded batches in shuffled order, Adam, dropout",
      flags: ["--batch-size", "3", "--dropout", "0.4", "--updater", "adam", "--hidden", "4,3"]),
    KilledTraining(
      name: "pieces of padded batches",
      flags: ["--batch-size", "4", "--tbptt", "2", "--updater", "nesterovs", "--hidden", "4"]),
    KilledTraining(
      name: "lanes, so that kills are inside series",
      flags: [
        "--lanes", "3", "--tbptt", "3", "--cell", "graves", "--hidden", "4", "--normalize", "standardize",
      ]),
    KilledTraining(
      name: "GRU, validation, patience",
      flags: [
        "--cell", "gru", "--hidden", "4", "--batch-size", "5", "--updater", "amsgrad", "--patience", "2",
        "--validation-features", "f_%d.csv", "--validation-labels", "l_%d.csv",
        "--allow-training-data",
      ]),
  ]

  /// The whole command line, without checkpoints.
  func train(model: String) -> [String] {
    [
      "train", "--model", model, "--features", "f_%d.csv", "--labels", "l_%d.csv", "--classes", "2",
      "--align",
      "start", "--learning-rate", "0.01", "--seed", "5", "--epochs", isDebug ? "4" : "12",
    ] + flags
  }

  /// The same, resumed from the checkpoints in `d`.
  func resume(model: String, every interval: Int) -> [String] {
    train(model: model) + ["--checkpoints", "d", "--checkpoint-every", "\(interval)", "--resume"]
  }

  /// Thirteen series of unequal lengths, with a class at every step.
  static func writeData(into scratch: TestDirectory) throws {
    var random = SplitMix(state: 77)
    for number in 0..<13 {
      var (features, labels) = ("", "")
      for _ in 0...random.next(below: 8) {
        let values = (0..<2).map { _ in Int(random.next(below: 2001)) - 1000 }
        features += "\(values[0]),\(values[1])e-2\n"
        labels += values[0] > 10 * number ? "1\n" : "0\n"
      }
      scratch.write(features, to: "f_\(number).csv")
      scratch.write(labels, to: "l_\(number).csv")
    }
  }

  /// The number of updates in the newest checkpoint in `d`; 0 if there is none.
  static func newest(in scratch: TestDirectory) -> Int {
    scratch.names(in: "d").compactMap { name in
      guard name.hasPrefix("checkpoint-"), name.hasSuffix(".safetensors") else { return nil }
      return Int(name.dropFirst("checkpoint-".count).dropLast(".safetensors".count))
    }.max() ?? 0
  }
}
