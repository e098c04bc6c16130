import DataSets
import Metrics
import Testing

@testable import Training

struct ProgressLineTests {
  private let line = ProgressLine(
    epoch: 3, epochCount: 40, batch: 45, batchCount: 100, fraction: 0.45, elapsed: .seconds(9),
    remaining: .seconds(11), examplesPerSecond: 812.4, loss: 1.23456)

  @Test func theBarUsesTheRemainingWidth() {
    #expect(
      line.text(width: 78)
        == "epoch 3/40:  45%|████▌     | 45/100 [00:09<00:11, 812 examples/s, loss 1.2346]")
    #expect(
      line.text(width: 78, glyphs: .ascii)
        == "epoch 3/40:  45%|####      | 45/100 [00:09<00:11, 812 examples/s, loss 1.2346]")
  }

  @Test func noLineIsWiderThanTheTerminal() {
    for width in 0...200 {
      let text = line.text(width: width)
      #expect(text.count <= width)
      #expect(text.hasPrefix(String("epoch 3/40:  45%".prefix(width))))
    }
    #expect(line.text(width: 200) == line.text(width: 150))  // a bar has at most 40 characters
  }

  @Test func withoutABatchCountThereIsNoBar() {
    var line = line
    line.fraction = nil
    line.batchCount = nil
    #expect(line.text(width: 100) == "epoch 3/40: 45 batches [00:09, 812 examples/s, loss 1.2346]")
    line.loss = nil
    line.examplesPerSecond = nil
    #expect(line.text(width: 100) == "epoch 3/40: 45 batches [00:09, ? examples/s]")
  }

  @Test func theBarsEnds() {
    #expect(ProgressLine.bar(0, 4, .blocks) == "    ")
    #expect(ProgressLine.bar(1, 4, .blocks) == "████")
    #expect(ProgressLine.bar(1 / 32.0, 4, .blocks) == "▏   ")
    #expect(ProgressLine.bar(0.5, 4, .ascii) == "##  ")
  }

  @Test func numbersAndTimes() {
    let texts: [(Double, String)] = [
      (0, "0.0000"), (1, "1.0000"), (-1.5, "-1.5000"), (12.34567, "12.346"), (123456.7, "123457"),
      (0.0123456, "0.012346"),
      (1.23456e-9, "1.2346e-09"), (6.02214e23, "6.0221e+23"), (.nan, "nan"), (.infinity, "inf"),
    ]
    for (number, text) in texts { #expect(number.short == text) }
    #expect((-0.00001).fixed(4) == "0.0000")
    #expect(0.96219.fixed(4) == "0.9622")
    #expect(Duration.seconds(3723).clockText == "1:02:03")
    #expect(Duration.milliseconds(61_900).clockText == "01:01")
  }
}

struct ProgressBarTests {
  /// A clock that stands still until it is advanced.
  private final class Clock {
    var now = ContinuousClock.now
  }

  /// Returns the output of a run of two epochs of three batches, each of which takes `milliseconds`.
  private func written(_ display: ProgressBar.Display, milliseconds: Int, losses: [BatchLoss?] = [])
    -> [String]
  {
    final class Turner: TrainingListener {
      let clock: Clock
      let step: Duration
      init(_ clock: Clock, _ step: Duration) { (self.clock, self.step) = (clock, step) }
      func began(_ progress: TrainingProgress, trainer: some Trainer) { clock.now += step }
      func iterationDone(_ loss: BatchLoss, _ progress: TrainingProgress, trainer: some Trainer) {
        clock.now += step
      }
    }
    let clock = Clock()
    var texts: [String] = []
    let bar = ProgressBar(display: display, write: { texts.append($0) }, now: { clock.now })
    var trainer = ScriptedTrainer(losses: losses)
    let batches = CountedBatches([plainBatch(4, 2), plainBatch(4, 2), plainBatch(2, 2)])
    let turner = Turner(clock, .milliseconds(milliseconds))
    _ = try? TrainingLoop(epochs: 2, listeners: [bar, turner]).fit(&trainer, batches)
    return texts
  }

  @Test func otherwiseEachEpochPrintsALine() {
    // The clock is advanced once before the first batch and once after each.
    #expect(
      written(.lines, milliseconds: 1000) == [
        "epoch 1/2: loss 0.50000, 2.50 examples/s, 00:04 left\n",
        "epoch 2/2: loss 0.50000, 3.33 examples/s, 00:00 left\n",
      ])
  }

  /// The loss is one per series if there are as many labels as series.
  @Test func theLossIsPerLabel() {
    for (labels, series) in [(4, 4), (8, 4), (4, 8), (1, 1), (2, 1)] {
      let line = EpochLine(
        epoch: 1, epochCount: 2,
        loss: BatchLoss(sum: 8, stepCount: labels, sequenceCount: series, penalty: 100))
      #expect(line.text.hasPrefix("epoch 1/2: loss \((8 / Double(labels)).short), "), "\(line.text)")
    }
  }

  @Test func onATerminalOneLineIsRedrawn() {
    let texts = written(.bar { 80 }, milliseconds: 1000)
    #expect(texts.count == 1 + 3 + 1 + 3 + 1)
    #expect(texts.allSatisfy { $0.hasPrefix("\r\u{1B}[K") })
    #expect(texts[0].hasPrefix("\r\u{1B}[Kepoch 1/2:   0%|"))
    #expect(texts[2].contains("| 2/3 [00:02<00:01, 4.00 examples/s, loss 0.50000]"))
    #expect(texts[4].hasSuffix("00:04 left\n"))
    for (index, text) in texts.enumerated() where index != 4 && index != 8 {
      #expect(!text.contains("\n"))
      #expect(text.count - "\r\u{1B}[K".count <= 79)
    }
  }

  @Test func noMoreThanTenPicturesASecond() {
    // Updates at 30, 60 and 90 ms follow the empty bar too soon. Each epoch's line takes the bar's place, so that
    // the next epoch's first update, at 120 ms, draws it again.
    let texts = written(.bar { 80 }, milliseconds: 30)
    #expect(texts.filter { !$0.hasSuffix("\n") }.count == 2)
    #expect(texts.filter { $0.hasSuffix("\n") }.count == 2)
  }

  @Test func anErrorHasItsOwnLine() {
    let bad = BatchLoss(sum: .nan, stepCount: 1, sequenceCount: 1)
    #expect(written(.bar { 80 }, milliseconds: 1000, losses: [bad]).last == "\n")
    #expect(written(.lines, milliseconds: 1000, losses: [bad]) == [])
  }

  @Test func theDisplaySuitsTheStream() {
    func kind(_ isTerminal: Bool, _ term: String?, _ locale: String?) -> String {
      switch ProgressBar.Display.suited(isTerminal: isTerminal, term: term, locale: locale, width: { 80 }) {
      case .bar: "bar"
      case .asciiBar: "ascii"
      case .lines: "lines"
      }
    }
    #expect(kind(true, "xterm-256color", "de_DE.UTF-8") == "bar")
    #expect(kind(true, "xterm", "en_US.utf8") == "bar")
    #expect(kind(true, "xterm", "C") == "ascii")
    #expect(kind(true, "xterm", nil) == "ascii")
    #expect(kind(true, "dumb", "C.UTF-8") == "lines")
    #expect(kind(true, nil, "C.UTF-8") == "lines")
    #expect(kind(false, "xterm", "C.UTF-8") == "lines")
  }
}
