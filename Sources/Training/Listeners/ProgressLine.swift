import Metrics

/// The text of a progress bar, which depends only on its values and a width.
///
/// The format is that of tqdm, which users know:
/// ```
/// epoch 3/40:  45%|████▌     | 45/100 [00:12<00:15, 812 examples/s, loss 1.2346]
/// ```
struct ProgressLine: Equatable {
  /// The characters with which a bar is drawn.
  enum Glyphs {
    /// Blocks in eighths of a character.
    case blocks
    /// `#` and spaces, for terminals that support only ASCII.
    case ascii
  }

  /// The epoch, from 1.
  var epoch: Int
  /// The number of epochs.
  var epochCount: Int
  /// The batches drawn in this epoch.
  var batch: Int
  /// The number of batches of this epoch; `nil` while unknown: the line then has counts instead of a bar.
  var batchCount: Int?
  /// The share of the epoch that is done, 0...1; `nil` in the same cases as `batchCount`.
  var fraction: Double?
  /// The time since the epoch began, or was resumed.
  var elapsed: Duration
  /// The time that the rest of the epoch will take; `nil` while it cannot be estimated.
  var remaining: Duration?
  /// The number of examples per second; `nil` while it cannot be computed.
  var examplesPerSecond: Double?
  /// The loss per label of the last update; `nil` before the first.
  var loss: Double?

  /// Returns one line of at most `width` characters.
  ///
  /// The bar takes the space that the numbers leave; if there is none, the numbers are cut.
  func text(width: Int, glyphs: Glyphs = .blocks) -> String {
    let title = "epoch \(epoch)/\(epochCount): "
    let line: String
    if let fraction, let batchCount {
      let percent = "\(Int(fraction * 100))%"
      let head = title + String(repeating: " ", count: max(0, 4 - percent.count)) + percent
      let tail = " \(batch)/\(batchCount) [\(clocks), \(figures)]"
      let room = min(40, width - head.count - tail.count - 2)
      // A bar of fewer than 4 characters adds nothing to the percentage.
      line = room < 4 ? head + tail : head + "|" + Self.bar(fraction, room, glyphs) + "|" + tail
    } else {
      line = title + "\(batch) batches [\(clocks), \(figures)]"
    }
    return String(line.prefix(max(0, width)))
  }

  /// The elapsed and remaining time of this epoch, as far as they are known.
  private var clocks: String {
    guard fraction != nil else { return elapsed.clockText }
    return elapsed.clockText + "<" + (remaining?.clockText ?? "?")
  }

  private var figures: String {
    let rate = "\(examplesPerSecond.map(Self.rate) ?? "?") examples/s"
    return loss.map { rate + ", loss \($0.short)" } ?? rate
  }

  /// Returns a rate with no more digits than are significant.
  static func rate(_ rate: Double) -> String { rate < 10 ? rate.fixed(2) : rate.fixed(0) }

  /// Returns a bar of `width` characters.
  static func bar(_ fraction: Double, _ width: Int, _ glyphs: Glyphs) -> String {
    let parts = glyphs == .blocks ? [" ", "▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"] : [" ", "#"]
    let perCharacter = parts.count - 1
    let filled = Int(min(1, max(0, fraction)) * Double(width * perCharacter))
    return (0..<width).map { parts[min(perCharacter, max(0, filled - $0 * perCharacter))] }.joined()
  }
}

/// The line at the end of an epoch, the same on a terminal and in a log.
struct EpochLine: Equatable {
  /// The epoch, from 1.
  var epoch: Int
  /// The number of epochs.
  var epochCount: Int
  /// The loss of the epoch.
  var loss: BatchLoss
  /// The metric of its validation; `nil` if it had none.
  var validation: EpochMetric?
  /// The number of examples per second; `nil` if no time has passed.
  var examplesPerSecond: Double?
  /// The estimated time of the remaining epochs; `nil` if nothing was done yet.
  var remaining: Duration?

  /// The text, such as `epoch 3/40: loss 0.12346, accuracy 0.9622, 812 examples/s, 00:15 left`.
  var text: String {
    let rate = examplesPerSecond.map(ProgressLine.rate) ?? "?"
    let figure = validation.map { "\($0.name) \($0.value.short), " } ?? ""
    return
      "epoch \(epoch)/\(epochCount): loss \(loss.perStep.short), \(figure)\(rate) examples/s, \(remaining?.clockText ?? "?") left"
  }
}
