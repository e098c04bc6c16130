import Metrics

/// What a progress bar says, as text: nothing but a function of its values and a width.
///
/// The form is tqdm's, which users know:
/// ```
/// epoch 3/40:  45%|████▌     | 45/100 [00:12<00:15, 812 examples/s, score 1.2346]
/// ```
struct ProgressLine: Equatable {
  /// What a bar is drawn with.
  enum Glyphs {
    /// Blocks in eighths of a character.
    case blocks
    /// `#` and spaces, for terminals that know ASCII alone.
    case ascii
  }

  /// The epoch, from 1.
  var epoch: Int
  /// The number of epochs.
  var epochCount: Int
  /// The batches drawn in this epoch.
  var batch: Int
  /// The batches of this epoch; `nil` while unknown: there is no bar then, only counts.
  var batchCount: Int?
  /// The share of the epoch that is done, 0...1; `nil` as `batchCount`.
  var fraction: Double?
  /// The time since the epoch began, or was resumed.
  var elapsed: Duration
  /// The time that the rest of the epoch will take; `nil` while it cannot be told.
  var remaining: Duration?
  /// Examples a second; `nil` before there is anything to tell it from.
  var examplesPerSecond: Double?
  /// The score of the last update; `nil` before the first.
  var score: Double?

  /// One line of at most `width` characters: the bar takes what the figures leave, then the figures are cut.
  func text(width: Int, glyphs: Glyphs = .blocks) -> String {
    let title = "epoch \(epoch)/\(epochCount): "
    let line: String
    if let fraction, let batchCount {
      let percent = "\(Int(fraction * 100))%"
      let head = title + String(repeating: " ", count: max(0, 4 - percent.count)) + percent
      let tail = " \(batch)/\(batchCount) [\(clocks), \(figures)]"
      let room = min(40, width - head.count - tail.count - 2)
      // A bar of fewer than 4 characters says nothing that the percentage does not.
      line = room < 4 ? head + tail : head + "|" + Self.bar(fraction, room, glyphs) + "|" + tail
    } else {
      line = title + "\(batch) batches [\(clocks), \(figures)]"
    }
    return String(line.prefix(max(0, width)))
  }

  /// The time gone and the time left of this epoch, as far as it can be told.
  private var clocks: String {
    guard fraction != nil else { return elapsed.clockText }
    return elapsed.clockText + "<" + (remaining?.clockText ?? "?")
  }

  private var figures: String {
    let rate = "\(examplesPerSecond.map(Self.rate) ?? "?") examples/s"
    return score.map { rate + ", score \($0.short)" } ?? rate
  }

  /// A rate without more digits than it deserves.
  static func rate(_ rate: Double) -> String { rate < 10 ? rate.fixed(2) : rate.fixed(0) }

  /// A bar of `width` characters.
  static func bar(_ fraction: Double, _ width: Int, _ glyphs: Glyphs) -> String {
    let parts = glyphs == .blocks ? [" ", "▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"] : [" ", "#"]
    let perCharacter = parts.count - 1
    let filled = Int(min(1, max(0, fraction)) * Double(width * perCharacter))
    return (0..<width).map { parts[min(perCharacter, max(0, filled - $0 * perCharacter))] }.joined()
  }
}

/// What is said at the end of an epoch, on a terminal and in a log alike.
struct EpochLine: Equatable {
  /// The epoch, from 1.
  var epoch: Int
  /// The number of epochs.
  var epochCount: Int
  /// The loss of the epoch.
  var loss: BatchLoss
  /// The figure of its validation; `nil` when it had none.
  var validation: EpochMetric?
  /// Examples a second; `nil` when no time has passed.
  var examplesPerSecond: Double?
  /// The time that the epochs to come will take, judging by what was done; `nil` when nothing was.
  var remaining: Duration?

  /// `epoch 3/40: score 12.346, loss per step 0.12346, accuracy 0.9622, 812 examples/s, 00:15 left`.
  var text: String {
    let rate = examplesPerSecond.map(ProgressLine.rate) ?? "?"
    let figure = validation.map { "\($0.name) \($0.value.short), " } ?? ""
    return
      "epoch \(epoch)/\(epochCount): score \(loss.score.short), loss per step \(loss.perStep.short), \(figure)"
      + "\(rate) examples/s, \(remaining?.clockText ?? "?") left"
  }
}
