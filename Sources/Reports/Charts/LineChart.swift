/// Numbers along a line: learning curves, a forecast against the truth.
///
/// ```swift
/// let chart = LineChart(
///   "Learning curve", x: "epoch", y: "score per sequence",
///   lines: [.init("training", trainingScores), .init("test", testScores)])
/// try chart.write(to: "learning.svg")
/// ```
/// A value that is NaN, infinite or beyond 1e100 leaves a gap, and the chart says so. Of very many points those are drawn
/// that can be seen, extremes among them.
public struct LineChart: Picture, Hashable {
  /// A value of a line.
  public struct Point: Sendable, Hashable {
    /// Where: an epoch, a month.
    public var x: Double
    /// The value there.
    public var y: Double

    /// Makes a point.
    public init(_ x: Double, _ y: Double) { (self.x, self.y) = (x, y) }
  }

  /// How a line is drawn.
  public enum Stroke: String, Sendable, Hashable, CaseIterable {
    /// Without gaps.
    case solid
    /// In dashes.
    case dashed
    /// In dots.
    case dotted
  }

  /// Values that belong together.
  public struct Line: Sendable, Hashable {
    /// What they are, for the legend.
    public var name: String
    /// The values, by rising x.
    public var points: [Point]
    /// How it is drawn; `nil`: solid for the first line, dashed and dotted by turns for the others.
    public var stroke: Stroke?
    /// The x at which the values of another series begin: no line leads there from the value before.
    public var starts: [Double] = []

    /// Makes a line; its points are put in the order of their x.
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

  /// Something that happened at one x: an upright line with a few words.
  public struct Mark: Sendable, Hashable {
    /// Where.
    public var x: Double
    /// What.
    public var text: String

    /// Makes a mark.
    public init(_ x: Double, _ text: String) { (self.x, self.text) = (x, text) }
  }

  /// What the chart shows.
  public var title: String
  /// What x is, with its unit.
  public var x: String
  /// What y is, with its unit.
  public var y: String
  /// The lines, in the legend's order.
  public var lines: [Line]
  /// What happened where.
  public var marks: [Mark]
  /// The size in pixels.
  public var width = 720.0, height = 340.0

  /// Makes a chart.
  ///
  /// - Parameters:
  ///   - title: What the chart shows.
  ///   - x: What x is, with its unit.
  ///   - y: What y is, with its unit.
  ///   - lines: The lines, in the legend's order; there may be none, and they may be empty.
  ///   - marks: What happened where.
  public init(_ title: String, x: String, y: String, lines: [Line], marks: [Mark] = []) {
    (self.title, self.x, self.y) = (title, x, y)
    (self.lines, self.marks) = (lines, marks)
  }

  /// Whether a point can be drawn.
  static func isDrawn(_ point: Point) -> Bool {
    // Differences and sums of such numbers are finite.
    point.x.magnitude <= 1e100 && point.y.magnitude <= 1e100
  }

  /// The drawing.
  public var svg: SVG { LineChartDrawing(self).svg }
}
