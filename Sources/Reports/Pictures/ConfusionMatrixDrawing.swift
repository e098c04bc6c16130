import Metrics
import Training

/// The layout of a confusion matrix.
struct ConfusionMatrixDrawing {
  private let matrix: Evaluation.ConfusionMatrix
  private let title: [String]
  private let whole: (title: String, unit: Evaluation.Unit)
  private let width: Double
  private let cell: Double
  private let left, top: Double
  /// The interval between classes whose names are shown next to the matrix.
  private let nameInterval: Int
  /// The names of the classes, clipped to the available room.
  private let shortNames: [String]
  /// True if the names above the columns are too wide, and so are slanted.
  private let leans: Bool

  private static let nameWidth = 150.0

  init(_ matrix: Evaluation.ConfusionMatrix, _ title: String, _ unit: Evaluation.Unit) {
    self.matrix = matrix
    whole = (title, unit)
    shortNames = TextSize.clipped(matrix.classNames, to: Self.nameWidth)
    let count = matrix.classCount
    // Cells have two lines of text, one, or none.
    let cell = count <= 12 ? 52 : count <= 24 ? 30 : max(2, (720 / Double(count)).rounded(.down))
    self.cell = cell
    nameInterval = max(1, Int((13 / cell).rounded(.up)))
    let longest = matrix.classNames.map { TextSize.width($0) }.max() ?? 0
    leans = longest > cell - 6 || nameInterval > 1
    let names = min(Self.nameWidth, longest)
    left = max(60, 16 + names + 10)
    let side = cell * Double(count)
    // The distance by which slanted names extend beyond the matrix: usually the last one, but maybe an
    // earlier long one.
    let interval = nameInterval
    let reaches = matrix.classNames.indices.filter { $0.isMultiple(of: interval) }.map { index in
      min(Self.nameWidth, TextSize.width(matrix.classNames[index])) * 0.71 - cell * Double(count - 1 - index)
    }
    let overhang = leans ? max(0, reaches.max() ?? 0) : 0
    width = max(360, left + side + max(24, overhang + 12))
    self.title = TextSize.lines(of: title, width: width - 32, size: 15)
    // Names above the columns are slanted, so that long ones fit side by side.
    top = 46 + TextSize.titleHeight * Double(self.title.count) + (leans ? names * 0.71 + 14 : 22)
  }

  var svg: SVG {
    let side = cell * Double(matrix.classCount)
    let legend = Legend(
      [
        .init(sample: ramp("hit"), name: "right"), .init(sample: ramp("miss"), name: "wrong"),
      ], left: left, top: top + side + 40, width: width - left - 16)
    let words =
      TextSize.title(title) + [
        Element(
          "text", ["class": "muted", "x": 16, "y": 26 + TextSize.titleHeight * Double(title.count)],
          text: "rows: actual class, columns: predicted class"),
        Element(
          "text", ["class": "muted", "x": left, "y": top + side + 26],
          text: "share of the actual class, 0 to 100 %"),
      ]
    return SVG(
      width: width, height: top + side + 72, title: whole.title,
      description: matrix.summary(counting: whole.unit),
      words + names + cells + legend.elements)
  }

  private func ramp(_ kind: String) -> [Element] {
    [1, 4, 7, 10].enumerated().map { location, level in
      Element(
        "rect", ["class": "\(kind)\(level)", "x": 6.5 * Double(location), "y": 0, "width": 6.5, "height": 12])
    }
  }

  private func names(every interval: Int) -> [(index: Int, name: String)] {
    matrix.classNames.indices.filter { $0.isMultiple(of: interval) }.map { ($0, matrix.classNames[$0]) }
  }

  private var names: [Element] {
    names(every: nameInterval).flatMap { index, whole -> [Element] in
      let name = shortNames[index]
      let middle = (Double(index) + 0.5) * cell
      let hint = name == whole ? [] : [Element("title", text: whole)]
      let x = left + middle
      let above: Element
      if leans {
        let turn = "rotate(-45 \((x + 3).attributeText) \((top - 8).attributeText))"
        above = Element("text", ["class": "ink", "x": x + 3, "y": top - 8, "transform": turn])
      } else {
        above = Element("text", ["class": "ink middle", "x": x, "y": top - 8])
      }
      let beside = Element("text", ["class": "ink end", "x": left - 8, "y": top + middle + 4])
      return [beside, above].map { element in
        var element = element
        element.text = name
        element.children = hint
        return element
      }
    }
  }

  private var cells: [Element] {
    var elements: [Element] = []
    for actual in 0..<matrix.classCount {
      for predicted in 0..<matrix.classCount {
        // With many classes most cells are empty, and an empty cell looks like the background.
        if matrix[actual, predicted] > 0 || cell > 24 { elements += drawn(actual, predicted) }
      }
    }
    let side = cell * Double(matrix.classCount)
    elements.append(
      Element("rect", ["class": "axis", "fill": "none", "x": left, "y": top, "width": side, "height": side]))
    return elements
  }

  private func drawn(_ actual: Int, _ predicted: Int) -> [Element] {
    let count = matrix[actual, predicted]
    let share = matrix.share(actual, predicted)
    // Even a rare confusion must not look like none.
    let level = share.map { $0 == 0 ? 0 : max(1, Int(($0 * Double(Scheme.levels)).rounded())) } ?? 0
    let look = "\(actual == predicted ? "hit" : "miss")\(level)"
    let (x, y) = (left + cell * Double(predicted), top + cell * Double(actual))
    let gap = cell > 24 ? 1.0 : 0
    let words =
      "\(matrix.classNames[actual]) predicted as \(matrix.classNames[predicted]): \(count)"
      + (share.map { " (\($0.percent))" } ?? "")
    let rect = Element(
      "rect", ["class": look, "x": x + gap, "y": y + gap, "width": cell - 2 * gap, "height": cell - 2 * gap],
      [Element("title", text: words)])
    guard cell > 24 else { return [rect] }
    let middle = x + cell / 2
    let isTall = cell > 40 && count > 0
    // Zeros are shown, but inconspicuously.
    let tone = count == 0 ? "muted" : "on-\(look)"
    let number = Element(
      "text",
      [
        "class": "\(tone) middle\(cell > 40 ? "" : " small")", "x": middle,
        "y": y + cell / 2 + (isTall ? -2 : 4),
      ],
      text: "\(count)")
    guard isTall, let share else { return [rect, number] }
    return [
      rect, number,
      Element(
        "text", ["class": "on-\(look) middle small", "x": middle, "y": y + cell / 2 + 13], text: share.percent
      ),
    ]
  }
}
