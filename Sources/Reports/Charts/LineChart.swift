import Metrics
import Training

/// A line chart: learning curves, a forecast against the truth.
///
/// ```swift
/// let chart = LineChart(
///   "Learning curve", x: "epoch", y: "score per sequence",
///   lines: [.init("training", trainingScores), .init("test", testScores)])
/// try chart.write(to: "learning.svg")
/// ```
/// A value that is NaN, infinite or beyond 1e100 leaves a gap, which the chart states. If there are very many
/// points, only those that can be distinguished are drawn, including extremes.
public struct LineChart: Picture, Hashable {
  /// A value of a line.
  public struct Point: Sendable, Hashable {
    /// The x coordinate: an epoch, a month.
    public var x: Double
    /// The value there.
    public var y: Double

    /// Makes a point.
    public init(_ x: Double, _ y: Double) { (self.x, self.y) = (x, y) }
  }

  /// The style of a line.
  public enum Stroke: String, Sendable, Hashable, CaseIterable {
    /// A continuous line.
    case solid
    /// A dashed line.
    case dashed
    /// A dotted line.
    case dotted
  }

  /// A line: values that belong together.
  public struct Line: Sendable, Hashable {
    /// The name in the legend.
    public var name: String
    /// The values, by increasing x.
    public var points: [Point]
    /// The style; `nil`: solid for the first line, alternately dashed and dotted for the others.
    public var stroke: Stroke?
    /// The x at which the values of another series begin: the line does not connect to the previous value.
    public var starts: [Double] = []

    /// Makes a line; its points are sorted by x.
    public init(_ name: String, _ points: [Point], _ stroke: Stroke? = nil) {
      self.name = name
      let isSorted = zip(points, points.dropFirst()).allSatisfy { $0.x <= $1.x }
      self.points = isSorted ? points : points.sorted { $0.x < $1.x }
      self.stroke = stroke
    }

    /// Makes a line of values at `first`, `first` + 1 and so on.
    public init(_ name: String, _ values: [Double], from first: Double = 1, _ stroke: Stroke? = nil) {
      self.init(name, values.enumerated().map { Point(first + Double($0.offset), $0.element) }, stroke)
    }
  }

  /// An event at one x: a vertical line with a few words.
  public struct Mark: Sendable, Hashable {
    /// The x coordinate.
    public var x: Double
    /// The text.
    public var text: String

    /// Makes a mark.
    public init(_ x: Double, _ text: String) { (self.x, self.text) = (x, text) }
  }

  /// The title of the chart.
  public var title: String
  /// The label of the x axis, with its unit.
  public var x: String
  /// The label of the y axis, with its unit.
  public var y: String
  /// The lines, in the legend's order.
  public var lines: [Line]
  /// The marked events.
  public var marks: [Mark]
  /// The size in pixels.
  public var width = 720.0, height = 340.0

  /// Makes a chart.
  ///
  /// - Parameters:
  ///   - title: The title of the chart.
  ///   - x: The label of the x axis, with its unit.
  ///   - y: The label of the y axis, with its unit.
  ///   - lines: The lines, in the legend's order; there may be none, and they may be empty.
  ///   - marks: The marked events.
  public init(_ title: String, x: String, y: String, lines: [Line], marks: [Mark] = []) {
    (self.title, self.x, self.y) = (title, x, y)
    (self.lines, self.marks) = (lines, marks)
  }

  /// Returns true if a point can be drawn.
  static func isDrawn(_ point: Point) -> Bool {
    // Sums and differences of such numbers are finite.
    point.x.magnitude <= 1e100 && point.y.magnitude <= 1e100
  }

  /// The drawing.
  public var svg: SVG { LineChartDrawing(self).svg }
}

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
    var sentences = ["\(y) by \(x)"]
    sentences += texts.isEmpty ? ["no values"] : texts
    sentences += marked
    sentences += gaps
    return sentences.joined(separator: ". ") + "."
  }

  /// The reasons for gaps, one sentence per line.
  var gaps: [String] {
    lines.compactMap { line in
      let missing = line.points.filter { !Self.isDrawn($0) }
      guard !missing.isEmpty else { return nil }
      let count = "\(missing.count) of \(line.points.count) values"
      let locations =
        missing.prefix(5).map(\.x.brief).joined(separator: ", ") + (missing.count > 5 ? ", ..." : "")
      let (are, leave) = missing.count == 1 ? ("is", "leaves a gap") : ("are", "leave gaps")
      return (line.name.isEmpty ? "" : "\(line.name): ")
        + "\(count) \(are) no finite number and \(leave) (\(x) \(locations))"
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
