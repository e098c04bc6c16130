import Metrics
import Training

// The chart as text, for readers who cannot see it, and for facts that must not be visual only.
extension LineChart {
  /// The lines as text: the number of values, their range in x, and the extremes.
  var summary: String {
    let texts = lines.map { line in
      let drawn = line.points.filter(Self.isDrawn)
      let name = line.name.isEmpty ? "the line" : line.name
      guard let first = drawn.first, let last = drawn.last,
        let lowest = drawn.min(by: { $0.y < $1.y }), let highest = drawn.max(by: { $0.y < $1.y })
      else { return "\(name): no values" }
      if drawn.count == 1 { return "\(name): one value, \(first.y.brief) at \(first.x.brief)" }
      return
        "\(name): \(drawn.count) values, from \(first.y.brief) at \(first.x.brief) to \(last.y.brief) at "
        + "\(last.x.brief), lowest \(lowest.y.brief) at \(lowest.x.brief), highest \(highest.y.brief) at \(highest.x.brief)"
    }
    let marked = marks.map { "\($0.text) at \($0.x.brief)" }
    let words = ["\(y) by \(x)"] + (texts.isEmpty ? ["no values"] : texts) + marked + gaps
    return words.joined(separator: ". ") + "."
  }

  /// The reasons for gaps, one sentence per line.
  var gaps: [String] {
    lines.compactMap { line in
      let missing = line.points.filter { !Self.isDrawn($0) }
      guard !missing.isEmpty else { return nil }
      let count = "\(missing.count) of \(line.points.count) values"
      let places =
        missing.prefix(5).map(\.x.brief).joined(separator: ", ") + (missing.count > 5 ? ", ..." : "")
      let (are, leave) = missing.count == 1 ? ("is", "leaves a gap") : ("are", "leave gaps")
      return (line.name.isEmpty ? "" : "\(line.name): ")
        + "\(count) \(are) no finite number and \(leave) (\(x) \(places))"
    }
  }
}

extension Double {
  /// The number in at most five significant digits: "40", "0.0123".
  var brief: String {
    guard isFinite else { return "\(self)" }
    if self == rounded(), magnitude < 1e9 { return "\(Int(self))" }
    let text = short
    guard text.contains("."), !text.contains("e") else { return text }
    var digits = text
    while digits.hasSuffix("0") { digits.removeLast() }
    if digits.hasSuffix(".") { digits.removeLast() }
    return digits
  }
}
