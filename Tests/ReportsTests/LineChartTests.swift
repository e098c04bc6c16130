import DataSets
import TestSupport
import Testing

@testable import Reports

/// Charts of few points, of many points, and of values that are not numbers.
struct LineChartTests {
  private func chart(_ values: [Double]) -> LineChart {
    LineChart("Curve", x: "epoch", y: "score", lines: [.init("training", values)])
  }

  private func read(_ chart: LineChart) throws -> Markup { try Markup(chart.svg.text) }

  /// The points of the lines' paths, split where the pen goes down.
  private func strokes(_ svg: Markup) -> [[(x: Double, y: Double)]] {
    let paths = svg.ofClass("line").filter { $0.attributes["d"] != "M0 6L26 6" }
    return paths.flatMap { path in
      (path.attributes["d"] ?? "").split(separator: "M").map { stroke in
        stroke.split(separator: "L").map { point in
          let numbers = point.split(separator: " ").compactMap { Double($0) }
          return (numbers[0], numbers[1])
        }
      }
    }
  }

  @Test func aLineGoesThroughItsPoints() throws {
    let svg = try read(chart([4, 2, 1, 0]))
    let stroke = try #require(strokes(svg).first)
    #expect(stroke.count == 4 && strokes(svg).count == 1)
    // Even steps to the right; downwards as the values fall, 4, 2, 1, 0.
    #expect(zip(stroke, stroke.dropFirst()).allSatisfy { $0.x < $1.x && $0.y < $1.y })
    #expect(abs((stroke[1].y - stroke[0].y) / (stroke[3].y - stroke[0].y) - 0.5) < 0.01)
    #expect(abs((stroke[1].x - stroke[0].x) * 3 - (stroke[3].x - stroke[0].x)) < 0.1)
    #expect(svg.all("circle").count == 4)
    #expect(svg.all("circle").first?.children.first?.text == "training, epoch 1: 4")
    #expect(svg.children.first?.text == "Curve")
    #expect(
      svg.attributes["role"] == "img"
        && svg.attributes["aria-labelledby"] == "picture-title picture-description")
    let words = try #require(svg.all("desc").first?.text)
    #expect(
      words == "score by epoch. training: 4 values, from 4 at 1 to 0 at 4, lowest 0 at 4, highest 4 at 1.")
  }

  @Test func noPoints() throws {
    for chart in [chart([]), LineChart("Curve", x: "epoch", y: "score", lines: [])] {
      let svg = try read(chart)
      #expect(svg.all("text").contains { $0.text == "no values" })
      #expect(svg.all("circle").isEmpty && svg.ofClass("line").isEmpty)
    }
  }

  @Test func onePoint() throws {
    let svg = try read(chart([0.25]))
    #expect(svg.all("circle").count == 1 && svg.ofClass("line").isEmpty)
    #expect(svg.all("desc").first?.text.contains("training: one value, 0.25 at 1") == true)
    #expect(!svg.all("text").contains { $0.text == "no values" })
  }

  @Test(arguments: [Double.nan, .infinity, -.infinity, 1e200, .greatestFiniteMagnitude])
  func valuesThatAreNotNumbersLeaveANotedGap(value: Double) throws {
    let svg = try read(chart([3, 2, value, 1, value, 0.5]))
    // 3-2, a dot for 1, a dot for 0.5.
    #expect(strokes(svg).map(\.count) == [2])
    #expect(svg.all("circle").count == 4)
    let note = "training: 2 of 6 values are no finite number and leave gaps (epoch 3, 5)"
    #expect(svg.all("text").contains { $0.text == note })
    #expect(svg.all("desc").first?.text.contains(note) == true)
  }

  @Test func nothingButNaN() throws {
    let svg = try read(chart([.nan, .nan]))
    #expect(svg.all("text").contains { $0.text == "no values" })
    #expect(svg.all("text").contains { $0.text.hasPrefix("training: 2 of 2 values are no finite number") })
  }

  /// No line leads to the beginning of another series; a series of one value is a dot.
  @Test func seriesAreNotJoined() throws {
    var line = LineChart.Line("truth", [1, 2, 3, 4, .nan, 6, 7])
    line.starts = [6, 1, 3, 3, 4]
    let svg = try read(LineChart("Series", x: "step", y: "value", lines: [line]))
    #expect(strokes(svg).map(\.count) == [2, 2])
    #expect(svg.all("circle").count == 6)
  }

  /// This includes charts of very many points, of which only some are drawn.
  @Test func manySeriesAreNotJoined() throws {
    var line = LineChart.Line("truth", (0..<50_000).map { Double($0 % 7) })
    line.starts = [10_001, 40_000.5]
    let svg = try read(LineChart("Series", x: "step", y: "value", lines: [line]))
    #expect(strokes(svg).count == 3)
  }

  @Test func theExtremesOfManyPointsStay() throws {
    var random = SplitMix64(seed: 5)
    var values = (0..<100_000).map { 100 / (1 + Double($0) / 1000) + random.unit }
    values[54_321] = 140
    values[77_777] = -35
    let svg = try read(chart(values))
    let stroke = try #require(strokes(svg).first)
    #expect(stroke.count > 500 && stroke.count <= 4 * 720)
    let axis = Axis(over: values, most: 6)
    let highest = stroke.min { $0.y < $1.y }, lowest = stroke.max { $0.y < $1.y }
    let labels = svg.all("line").filter { $0.attributes["class"] == "grid" }.map { $0.number("y1") }
    let (top, bottom) = (labels.min() ?? 0, labels.max() ?? 0)
    func location(_ value: Double) -> Double {
      bottom + (value - axis.range.lowerBound) / (axis.range.upperBound - axis.range.lowerBound)
        * (top - bottom)
    }
    #expect(abs((highest?.y ?? 0) - location(140)) < 0.1)
    #expect(abs((lowest?.y ?? 0) - location(-35)) < 0.1)
    #expect(svg.all("circle").isEmpty)
    #expect(chart(values).svg.text.utf8.count < 80_000)
  }

  /// Every column of pixels of the thinned points has the extremes, and the ends, of all points in it.
  @Test func thinningKeepsEveryColumnsExtremes() {
    var random = SplitMix64(seed: 9)
    for count in [0, 1, 5, 399, 401, 5000] {
      let points = (0..<count).map { index in
        LineChart.Point(Double(index), random.unit < 0.05 ? .nan : random.unit)
      }
      let columns = 100
      let kept = Thinning(points, columns: columns, isDrawn: LineChart.isDrawn).indices
      #expect(zip(kept, kept.dropFirst()).allSatisfy { $0 < $1 })
      guard count > 4 * columns else {
        #expect(kept == Array(0..<count))
        continue
      }
      #expect(kept.count <= 8 * columns)
      let perColumn = Double(columns) / Double(count - 1)
      let all = Dictionary(grouping: points.indices) { min(columns - 1, Int(Double($0) * perColumn)) }
      for indices in all.values {
        let drawn = indices.filter { !points[$0].y.isNaN }
        let left = Set(kept).intersection(drawn)
        #expect(left.map { points[$0].y }.max() == drawn.map { points[$0].y }.max())
        #expect(left.map { points[$0].y }.min() == drawn.map { points[$0].y }.min())
        #expect(left.min() == drawn.min() && left.max() == drawn.max())
      }
      // A gap is kept between two kept points if there was one, and nowhere else.
      for (one, other) in zip(kept, kept.dropFirst()) where !points[one].y.isNaN && !points[other].y.isNaN {
        #expect(!(one + 1..<max(other, one + 1)).contains { points[$0].y.isNaN })
      }
    }
  }

  @Test(arguments: hostileNames) func namesStayInTheirPlaces(name: String) throws {
    let chart = LineChart(
      name, x: name, y: name, lines: [.init(name, [1, 2]), .init(name, [3, .nan])], marks: [.init(1, name)])
    let svg = try read(chart)
    #expect(svg.all.allSatisfy { ["script", "a", "image", "foreignObject"].contains($0.name) == false })
    #expect(svg.children.first?.text == name)
    #expect(svg.all("circle").first?.children.first?.text.contains(name) == true)
  }

  @Test func linesDifferByMoreThanColor() throws {
    let lines = (0..<12).map { LineChart.Line("line \($0)", [1, Double($0)]) }
    let svg = try read(LineChart("Many", x: "x", y: "y", lines: lines))
    let looks = svg.ofClass("line").filter { $0.attributes["d"] == "M0 6L26 6" }.compactMap {
      $0.attributes["class"]
    }
    #expect(looks.count == 12 && Set(looks).count == 12)
    for line in lines { #expect(svg.all("text").contains { $0.text == line.name }) }
  }

  @Test func pointsArePutInOrder() {
    let line = LineChart.Line("a", [.init(3, 1), .init(1, 2), .init(2, 3)])
    #expect(line.points.map(\.x) == [1, 2, 3])
  }

  @Test func aForecastBeginsAfterTheLastKnownValue() throws {
    let chart = LineChart.forecast(
      "Passengers", x: "month", y: "thousands", truth: [1, 2, 3, 4], forecast: [3.5, 4.5], from: 3)
    let svg = try read(chart)
    #expect(svg.all("text").contains { $0.text == "forecast from here" })
    #expect(strokes(svg).map(\.count) == [4, 2])
    #expect(LineChart.forecast("P", x: "m", y: "t", truth: [1], forecast: [1]).marks.isEmpty)
  }

  @Test func theSameChartIsTheSameText() { #expect(chart([1, 2, 3]).svg.text == chart([1, 2, 3]).svg.text) }
}
