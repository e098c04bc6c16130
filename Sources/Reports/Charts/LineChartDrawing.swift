/// The layout of a line chart, computed from the outside to the inside.
struct LineChartDrawing {
  private let chart: LineChart
  private let legend: Legend
  private var horizontal: Axis
  private var vertical: Axis
  private let left, right, top, bottom: Double
  private let notes: [String]
  private let title: [String]
  /// The index of the color of each line.
  private let colors: [Int]

  init(_ chart: LineChart) {
    self.chart = chart
    let drawn = chart.lines.flatMap { $0.points.filter(LineChart.isDrawn) }
    vertical = Axis(over: drawn.map(\.y), most: 6)
    let wholeAxis = drawn.map(\.x) + chart.marks.map(\.x).filter { $0.magnitude <= 1e100 }
    let labelWidth = vertical.ticks.labels.map { TextSize.width($0) }.max() ?? 0
    left = 16 + labelWidth + 8
    right = chart.width - 20
    let colors = Scheme.colors(ofLines: chart.lines.map(\.name))
    self.colors = colors
    let entries =
      chart.lines.count > 1
      ? chart.lines.indices.map { Self.entry(chart.lines[$0], $0, colors[$0]) } : []
    title = TextSize.lines(of: chart.title, width: chart.width - 32, size: 15)
    let head = 16 + TextSize.titleHeight * Double(title.count)
    legend = Legend(entries, left: 16, top: head, width: chart.width - 32)
    top = head + legend.height + 32
    notes = chart.gaps
    bottom = max(top + 60, chart.height - 44 - 16 * Double(notes.count))
    // Tick marks must be further apart than the width of their labels.
    horizontal = Axis(along: wholeAxis, most: max(2, Int((right - left) / 80)))
    horizontal.pixels = (left, right)
    vertical.pixels = (bottom, top)
  }

  var svg: SVG {
    let height = bottom + 44 + 16 * Double(notes.count)
    let words =
      TextSize.title(title) + [
        Element("text", ["class": "muted", "x": 16, "y": top - 16], text: clipped(chart.y, 12)),
        Element("text", ["class": "muted end", "x": right, "y": bottom + 36], text: clipped(chart.x, 12)),
      ]
    let noteTexts = notes.enumerated().map { index, note in
      Element(
        "text", ["class": "muted", "x": 16, "y": bottom + 52 + 16 * Double(index)], text: clipped(note, 12))
    }
    let empty =
      chart.lines.contains { $0.points.contains(where: LineChart.isDrawn) }
      ? []
      : [
        Element(
          "text", ["class": "muted middle", "x": (left + right) / 2, "y": (top + bottom) / 2],
          text: "no values")
      ]
    return SVG(
      width: chart.width, height: height + (notes.isEmpty ? 0 : 8), title: chart.title,
      description: chart.summary,
      words + legend.elements + grid + marks + lines + empty + noteTexts)
  }

  private func clipped(_ text: String, _ size: Double) -> String {
    TextSize.clipped(text, to: chart.width - 32, size: size)
  }

  private var grid: [Element] {
    var elements: [Element] = []
    for (value, label) in zip(vertical.ticks.values, vertical.ticks.labels) {
      let y = vertical.location(value)
      elements.append(Element("line", ["class": "grid", "x1": left, "y1": y, "x2": right, "y2": y]))
      elements.append(Element("text", ["class": "muted end", "x": left - 8, "y": y + 4], text: label))
    }
    elements.append(Element("line", ["class": "axis", "x1": left, "y1": bottom, "x2": right, "y2": bottom]))
    for (value, label) in zip(horizontal.ticks.values, horizontal.ticks.labels) {
      let x = horizontal.location(value)
      elements.append(Element("line", ["class": "axis", "x1": x, "y1": bottom, "x2": x, "y2": bottom + 5]))
      elements.append(Element("text", ["class": "muted middle", "x": x, "y": bottom + 19], text: label))
    }
    return elements
  }

  private var marks: [Element] {
    chart.marks.filter { horizontal.range.contains($0.x) }.flatMap { mark in
      let x = horizontal.location(mark.x)
      // To the left of the line if there is no room on the right.
      let isLeft = x + 6 + TextSize.width(mark.text) > right
      return [
        Element("line", ["class": "axis dash2", "x1": x, "y1": top, "x2": x, "y2": bottom]),
        Element(
          "text", ["class": isLeft ? "muted end" : "muted", "x": isLeft ? x - 6 : x + 6, "y": top + 12],
          text: mark.text),
      ]
    }
  }

  private var lines: [Element] {
    chart.lines.indices.flatMap { index -> [Element] in
      let line = chart.lines[index]
      let points = line.points.filter { $0.x.magnitude <= 1e100 }
      let kept = Thinning(points, columns: Int(right - left), isDrawn: LineChart.isDrawn).indices.map {
        points[$0]
      }
      let strokes = Self.strokes(kept, line.starts)
      return [path(strokes, line, index)].compactMap(\.self)
        + dots(strokes, kept.count, line, index)
    }
  }

  /// Splits points into connected strokes, at gaps and where another series begins.
  private static func strokes(_ points: [LineChart.Point], _ starts: [Double]) -> [[LineChart.Point]] {
    var strokes: [[LineChart.Point]] = [[]]
    var starts = starts.sorted()[...]
    for point in points {
      let rest = starts.drop { $0 <= point.x }
      let isDrawn = LineChart.isDrawn(point)
      if !isDrawn || rest.count < starts.count { strokes.append([]) }
      if isDrawn { strokes[strokes.count - 1].append(point) }
      starts = rest
    }
    return strokes.filter { !$0.isEmpty }
  }

  /// Returns the line; `nil` if no two points are adjacent: an isolated point is a dot.
  private func path(_ strokes: [[LineChart.Point]], _ line: LineChart.Line, _ index: Int) -> Element? {
    let commands = strokes.filter { $0.count > 1 }.map { stroke in
      "M"
        + stroke.map {
          "\(horizontal.location($0.x).attributeText) \(vertical.location($0.y).attributeText)"
        }.joined(separator: "L")
    }
    guard !commands.isEmpty else { return nil }
    return Element(
      "path", ["class": "line " + Self.look(line, index, colors[index]), "d": commands.joined()])
  }

  /// Returns dots: isolated points, all points of a short line, and hover targets for a line of up to 300
  /// points.
  private func dots(
    _ strokes: [[LineChart.Point]], _ count: Int, _ line: LineChart.Line, _ index: Int
  ) -> [Element] {
    let (mostSeen, mostFound) = (30, 300)
    return strokes.flatMap { stroke -> [Element] in
      let isAlone = stroke.count == 1
      guard isAlone || count <= mostFound else { return [] }
      return stroke.map { point in
        let words =
          "\(line.name.isEmpty ? "" : "\(line.name), ")\(chart.x) \(point.x.brief): \(point.y.brief)"
        var dot = Self.dot(
          horizontal.location(point.x), vertical.location(point.y), index, colors[index],
          isAlone ? .alone : count <= mostSeen ? .seen : .found)
        dot.children = [Element("title", text: words)]
        return dot
      }
    }
  }

  /// The purpose of a dot: an isolated value, a value on a line, or only a hover target.
  private enum DotKind { case alone, seen, found }

  private static func dot(
    _ x: Double, _ y: Double, _ index: Int, _ color: Int, _ kind: DotKind
  ) -> Element {
    // Without lines, dashes cannot distinguish series: every second one has rings.
    if kind == .alone, !index.isMultiple(of: 2) {
      return Element("circle", ["class": "line line\(color)", "cx": x, "cy": y, "r": 2.5])
    }
    return Element(
      "circle",
      [
        "class": kind == .found ? "dot\(color) hidden" : "dot\(color)", "cx": x, "cy": y,
        "r": kind == .found ? 5 : 3,
      ])
  }

  private static func entry(_ line: LineChart.Line, _ index: Int, _ color: Int) -> Legend.Entry {
    // Series of one value each have no visible line.
    let isDots = !line.starts.isEmpty && strokes(line.points, line.starts).allSatisfy { $0.count == 1 }
    let lead = Element("path", ["class": "line " + look(line, index, color), "d": "M0 6L26 6"])
    return Legend.Entry(sample: isDots ? [dot(13, 6, index, color, .alone)] : [lead], name: line.name)
  }

  /// Returns color and dashes: lines beyond the fifth that repeat a color have different dashes.
  private static func look(_ line: LineChart.Line, _ index: Int, _ color: Int) -> String {
    let count = Scheme.light.lines.count / 2
    let turns = LineChart.Stroke.allCases
    let stroke = line.stroke ?? turns[(index % count + index / count) % turns.count]
    return "line\(color)" + (stroke == .solid ? "" : stroke == .dashed ? " dash1" : " dash2")
  }
}
