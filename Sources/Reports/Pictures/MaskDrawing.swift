import DataSets

/// The layout of the masks of a batch.
struct MaskDrawing {
  private let picture: MaskPicture
  private let rows: Int
  private let cell: Double
  private let left: Double
  private let legend: Legend
  private let title: [String]

  private static let rowHeight = 16.0
  private static let width = 720.0

  init(_ picture: MaskPicture) {
    self.picture = picture
    rows = min(picture.mostRows, picture.features.exampleCount)
    let longest = picture.names.prefix(rows).map { TextSize.width($0, size: 10) }.max() ?? 0
    left = 16 + min(180, longest) + 8
    cell = min(22, (Self.width - 20 - left) / Double(max(1, picture.features.stepCount)))
    title = TextSize.lines(of: picture.title, width: Self.width - 32, size: 15)
    legend = Legend(
      [
        .init(sample: Self.sample("present"), name: "features present"),
        .init(sample: Self.sample("labelled", isLabel: true), name: "labelled step"),
        .init(sample: Self.sample("absent"), name: "padding"),
      ], left: 16, top: 16 + TextSize.titleHeight * Double(title.count), width: Self.width - 32)
  }

  var svg: SVG {
    let top = 16 + TextSize.titleHeight * Double(title.count) + legend.height + 8
    let bottom = top + Self.rowHeight * Double(rows)
    let hidden = picture.features.exampleCount - rows
    var content = TextSize.title(title) + legend.elements
    for row in 0..<rows { content += drawn(row, y: top + Self.rowHeight * Double(row)) }
    content += stepLabels(below: bottom)
    if hidden > 0 {
      let text = "and \(hidden) more \(hidden == 1 ? "example" : "examples")"
      content.append(Element("text", ["class": "muted", "x": 16, "y": bottom + 40], text: text))
    }
    if rows == 0 || picture.features.stepCount == 0 {
      content.append(Element("text", ["class": "muted", "x": 16, "y": top + 16], text: "no examples"))
    }
    return SVG(
      width: Self.width, height: bottom + (hidden > 0 ? 52 : 34), title: picture.title,
      description: picture.summary,
      content)
  }

  /// Returns a row: its name, its cells, and the labels on top.
  private func drawn(_ row: Int, y: Double) -> [Element] {
    let whole = picture.names[row]
    let name = TextSize.clipped(whole, to: 180, size: 10)
    let hint = name == whole ? [] : [Element("title", text: whole)]
    var elements = [
      Element("text", ["class": "muted small end", "x": left - 8, "y": y + 11], text: name, hint)
    ]
    // Adjacent steps of one kind are one shape; the lines between cells are drawn on top.
    for run in runs(row, { picture.features[row, $0] }) {
      elements.append(
        bar(run.steps, y: y + 1, height: Self.rowHeight - 2, look: run.isPresent ? "present" : "absent"))
    }
    for run in runs(row, { picture.labels[row, $0] }) where run.isPresent {
      elements.append(bar(run.steps, y: y + 5, height: Self.rowHeight - 10, look: "labelled"))
    }
    if cell >= 5 {
      for step in 1..<max(1, picture.features.stepCount) {
        let x = left + cell * Double(step) - 0.5
        elements.append(
          Element("rect", ["class": "surface", "x": x, "y": y + 1, "width": 1, "height": Self.rowHeight - 2]))
      }
    }
    return elements
  }

  private func bar(_ steps: Range<Int>, y: Double, height: Double, look: String) -> Element {
    let words =
      steps.count == 1 ? "step \(steps.lowerBound)" : "steps \(steps.lowerBound) to \(steps.upperBound - 1)"
    let kind = look == "absent" ? "padding" : look
    return Element(
      "rect",
      [
        "class": look, "x": left + cell * Double(steps.lowerBound), "y": y,
        // A single step stays visible, however many there are.
        "width": max(1, cell * Double(steps.count)), "height": height,
      ], [Element("title", text: "\(words): \(kind)")])
  }

  private func runs(_ row: Int, _ isPresent: (Int) -> Bool) -> [(steps: Range<Int>, isPresent: Bool)] {
    var runs: [(steps: Range<Int>, isPresent: Bool)] = []
    for step in 0..<picture.features.stepCount {
      let isPresent = isPresent(step)
      if let last = runs.last, last.isPresent == isPresent {
        runs[runs.count - 1].steps = last.steps.lowerBound..<step + 1
      } else {
        runs.append((step..<step + 1, isPresent))
      }
    }
    return runs
  }

  private func stepLabels(below bottom: Double) -> [Element] {
    let count = picture.features.stepCount
    guard count > 0, rows > 0 else { return [] }
    let most = max(2, Int(cell * Double(count) / 50))
    let steps =
      count == 1 ? [0] : Ticks(0...Double(count - 1), most: most, wholeNumbers: true).values.map { Int($0) }
    let numbers = steps.map { step in
      Element(
        "text", ["class": "muted small middle", "x": left + cell * (Double(step) + 0.5), "y": bottom + 14],
        text: "\(step)")
    }
    return numbers + [
      Element("text", ["class": "muted small end", "x": left - 8, "y": bottom + 14], text: "step")
    ]
  }

  private static func sample(_ look: String, isLabel: Bool = false) -> [Element] {
    let back = Element(
      "rect", ["class": isLabel ? "present" : look, "x": 6, "y": 0, "width": 14, "height": 14])
    guard isLabel else { return [back] }
    return [back, Element("rect", ["class": look, "x": 6, "y": 4, "width": 14, "height": 6])]
  }
}
