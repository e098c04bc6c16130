import Glibc
import TestSupport
import Testing
import Timestep

/// Runs that diverge: the flag that the message suggests first ends in a finite run.
@Suite(.startsProcesses) struct DivergenceTests {
  /// A run that diverges.
  struct Diverging: Sendable, CustomTestStringConvertible {
    var features = 1.0
    var labels = 1.0
    var steps = 6
    var flags: [String]
    var isFromModel = false

    var testDescription: String { "features \(features), labels \(labels), \(flags.joined(separator: " "))" }
  }

  private static func words(_ text: String) -> [String] { text.split(separator: " ").map(String.init) }

  /// Twenty-four of them; three in the normal tests.
  private static let all: [Diverging] = {
    var all: [Diverging] = []
    for cell in ["lstm", "graves", "gru", "rnn"] {
      for updater in ["sgd --learning-rate 1", "nesterovs --learning-rate 0.3"] {
        all.append(
          Diverging(labels: 1e6, flags: words("--regression --hidden 4 --cell \(cell) --updater \(updater)")))
      }
      all.append(
        Diverging(
          labels: 1, flags: words("--regression --hidden 8 --cell \(cell) --updater sgd --learning-rate 1e3"))
      )
    }
    for unit in [1e6, 1e7, 1e9] {
      all.append(
        Diverging(
          features: unit, labels: unit,
          flags: words("--regression --hidden 4 --updater sgd --learning-rate 10")))
    }
    for (steps, rate) in [(100, "0.5"), (200, "0.1"), (300, "0.1"), (150, "1")] {
      all.append(
        Diverging(
          steps: steps, flags: words("--regression --updater sgd --learning-rate \(rate)"), isFromModel: true)
      )
    }
    for unit in [1e6, 1e5, 1e4, 1e3, 1e2] {
      all.append(
        Diverging(
          features: unit, steps: 20, flags: words("--regression --updater sgd --learning-rate 0.01"),
          isFromModel: true))
    }
    return getenv("TIMESTEP_LONG") != nil ? all : [all[0], all[12], all[16]]
  }()

  private func files(_ run: Diverging) throws -> TestDirectory {
    let scratch = TestDirectory()
    var random = SplitMix(state: UInt64(run.steps) &+ UInt64(run.features))
    func value() -> Double { Double(random.next(below: 4000)) / 1000 - 2 }
    for number in 0..<16 {
      var text = ""
      var sum = 0.0
      for _ in 0..<run.steps {
        let (a, b) = (value(), value())
        sum += a
        text += "\(a * run.features),\(b * run.features)\n"
      }
      scratch.write(text, to: "f_\(number).csv")
      scratch.write("\((3 + sum / Double(run.steps)) * run.labels)\n", to: "l_\(number).csv")
    }
    if run.isFromModel {
      let network = try MultiLayerNetwork(
        inputs: .recurrent(size: 2), seed: 4, updater: .sgd(learningRate: .constant(0.1))
      ) {
        SimpleRNN(12, activation: .relu)
        RNNOutput(1, activation: .identity, loss: .meanSquaredError)
      }
      try ModelFile(network: network, contract: nil).save(to: scratch.path("origin"))
    }
    return scratch
  }

  /// A run begins only in a directory without checkpoints: where there are some, the suggestion names another one.
  @Test(arguments: ["d", "a/b"]) func suggestionsNameADirectoryForCheckpoints(_ directory: String)
    throws
  {
    let scratch = try files(Self.all[0])
    scratch.makeDirectory("a")
    let command =
      [
        "train", "--model", "m", "--features", "f_%d.csv", "--labels", "l_%d.csv", "--align", "end",
        "--epochs", "60", "--batch-size", "8", "--checkpoints", directory,
      ] + Self.all[0].flags
    for (flags, isNamed) in [
      (["--checkpoint-every", "100000"], false), (["--checkpoint-every", "1"], true),
      (["--checkpoint-every", "1", "--resume"], true),
    ] {
      let run = try timestep(command + flags, in: scratch)
      let message = run.error.split(separator: "\n").last.map(String.init) ?? ""
      let start = try #require(message.firstRange(of: "train with "), "\(message)").upperBound
      let end = try #require(message[start...].firstRange(of: ", with which ")).lowerBound
      let suggested = Self.words(String(message[start..<end]))
      let place = suggested.firstIndex(of: "--checkpoints").map { suggested[$0 + 1] }
      #expect(place == (isNamed ? "\(directory)-2" : nil), "\(message)")
      let again = try timestep(setting(suggested, in: command + flags), in: scratch)
      #expect(again.exitCode == 0, "\(suggested): \(again.error)")
      for name in [directory, "\(directory)-2", "m"] { scratch.remove(name) }
    }
  }

  @Test func theFirstSuggestionHelps() throws {
    var (count, helped) = (0, 0)
    for diverging in Self.all {
      let scratch = try files(diverging)
      let command =
        [
          "train", "--model", "m", "--features", "f_%d.csv", "--labels", "l_%d.csv", "--align", "end",
          "--epochs", "60", "--batch-size", "8",
        ] + diverging.flags + (diverging.isFromModel ? ["--from", "origin"] : [])
      let run = try timestep(command, in: scratch)
      let message = run.error.split(separator: "\n").last.map(String.init) ?? ""
      guard run.exitCode != 0 else {
        print("does not diverge: \(diverging.testDescription)")
        continue
      }
      #expect(run.exitCode == 1 && !scratch.names().contains("m"))
      #expect(message.contains(/^epoch \d+, batch \d+, iteration \d+, data f_/), "\(message)")
      #expect(message.contains(/\ of layer \d \(/) && message.contains(" not finite, so"), "\(message)")
      #expect(message.contains("; the largest feature of the batch is "), "\(message)")
      #expect(message.contains(", the largest label "), "\(message)")
      count += 1
      guard let start = message.firstRange(of: "train with "),
        let end = message[start.upperBound...].firstRange(of: ", with which ")
      else {
        print("nothing helps: \(diverging.testDescription): \(message)")
        continue
      }
      let flags = Self.words(String(message[start.upperBound..<end.lowerBound]))
      let given = flags.filter { $0.hasPrefix("--") }
      var kept: [String] = []
      var rest = command[...]
      while let word = rest.popFirst() {
        if given.contains(word) { _ = rest.popFirst() } else { kept.append(word) }
      }
      let again = try timestep(kept + flags, in: scratch)
      if again.exitCode == 0 {
        helped += 1
      } else {
        print("\(flags) does not help: \(diverging.testDescription): \(again.error.suffix(400))")
      }
    }
    print("\(count) runs diverged; the first suggestion helped in \(helped)")
    #expect(count >= (Self.all.count > 3 ? 20 : 2))
    #expect(10 * helped >= 9 * count, "\(helped) of \(count)")
  }
}
