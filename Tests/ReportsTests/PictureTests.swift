import DataSets
import Metrics
import Sequences
import Tensors
import TestSupport
import Testing
import Training

@testable import Reports

/// Confusion matrices and masks as drawings, compared with their data.
struct PictureTests {
  private func matrix(_ names: [String], _ counts: [[Int]]) -> Evaluation.ConfusionMatrix {
    var matrix = Evaluation.ConfusionMatrix(classNames: names)
    for (actual, row) in counts.enumerated() {
      for (predicted, count) in row.enumerated() {
        for _ in 0..<count { matrix.add(actual: actual, predicted: predicted) }
      }
    }
    return matrix
  }

  @Test func everyCellHasItsCountAndShare() throws {
    let counts = [[90, 10, 0], [1, 199, 0], [0, 0, 0]]
    let picture = ConfusionMatrixPicture(matrix(["calm", "storm", "none"], counts), "Weather")
    let svg = try Markup(picture.svg.text)
    let cells = svg.all("rect").filter { !$0.children.isEmpty }
    #expect(cells.count == 9)
    let words = cells.map { $0.children[0].text }
    #expect(words.contains("calm predicted as storm: 10 (10 %)"))
    #expect(words.contains("storm predicted as calm: 1 (0.5 %)"))
    #expect(words.contains("none predicted as none: 0"))
    let texts = svg.all("text").map(\.text)
    for text in ["90", "90 %", "10", "10 %", "1", "0.5 %", "199", "99.5 %"] {
      #expect(texts.contains(text), "\(text)")
    }
    for name in ["calm", "storm", "none"] { #expect(texts.filter { $0 == name }.count == 2) }
    var ofSeries = picture
    ofSeries.unit = .series
    #expect(ofSeries.svg.description.hasPrefix("289 of 300 series predicted rightly (96 %)."))
    // Right and wrong have different hues, deeper for larger shares; rare values do not look like none.
    let looks = cells.map { $0.attributes["class"] }
    #expect(looks == ["hit9", "miss1", "miss0", "miss1", "hit10", "miss0", "miss0", "miss0", "hit0"])
    // Rows are actual classes: the cell of calm predicted as storm is to the right of the diagonal.
    #expect(cells[1].number("x") > cells[0].number("x") && cells[1].number("y") == cells[0].number("y"))
    #expect(
      svg.all("desc").first?.text
        == "289 of 300 steps predicted rightly (96 %). The commonest confusions: calm taken for storm 10 times, storm taken "
        + "for calm 1 times.")
  }

  @Test(arguments: [1, 2, 12, 13, 24, 25, 300]) func anyNumberOfClasses(count: Int) throws {
    var matrix = Evaluation.ConfusionMatrix(classNames: (0..<count).map { "class \($0)" })
    for index in 0..<count { matrix.add(actual: index, predicted: (index * 7) % count) }
    let picture = ConfusionMatrixPicture(matrix, "Many")
    let svg = try Markup(picture.svg.text)
    #expect(svg.all("title").contains { $0.text.hasPrefix("class \(count - 1) predicted as") })
    #expect(picture.svg.width < 1300 && picture.svg.height < 1300)
    // Only a few cells are not empty; in large matrices, empty cells are not drawn.
    #expect(svg.all("rect").count <= 25 * 25 + 10)
    let names = svg.ofClass("end").filter { $0.name == "text" }.map { $0.number("y") }
    #expect(zip(names, names.dropFirst()).allSatisfy { $1 - $0 >= 12 }, "names one above the other")
  }

  /// A long name that leans over the last columns has enough space on the right.
  @Test func longNamesStayInThePicture() throws {
    let long = String(repeating: "very long ", count: 30)
    for names in [[long, "b"], ["a", long], ["a", long, "c", "d"], [long, long, long]] {
      var matrix = Evaluation.ConfusionMatrix(classNames: names)
      matrix.add(actual: 0, predicted: 1)
      let picture = ConfusionMatrixPicture(matrix, long)
      let svg = try Markup(picture.svg.text)
      for text in svg.all("text") where text.attributes["transform"] != nil {
        // Leaning by 45 degrees.
        let end = text.number("x") + TextSize.width(text.text) * 0.71
        #expect(end <= picture.svg.width, "\(text.text) of \(names.count) classes")
      }
    }
  }

  @Test func nothingEvaluated() throws {
    let picture = ConfusionMatrixPicture(Evaluation.ConfusionMatrix(classNames: ["a", "b"]), "Empty")
    #expect(try Markup(picture.svg.text).all("desc").first?.text == "Nothing evaluated.")
  }

  @Test func hostileClassNames() throws {
    let names = Array(Set(hostileNames)).sorted()
    var matrix = Evaluation.ConfusionMatrix(classNames: names)
    matrix.add(actual: 0, predicted: 1)
    let svg = try Markup(ConfusionMatrixPicture(matrix, "<b>bold</b>").svg.text)
    #expect(svg.all("script").isEmpty && svg.all("b").isEmpty)
    for name in names {
      let shown = svg.all("text").contains { $0.text == name || $0.children.first?.text == name }
      #expect(shown, "\(name)")
    }
  }

  @Test func sharesAreNeverRoundedToAllOrNothing() {
    let texts: [(Double, String)] = [
      (0, "0 %"), (1, "100 %"), (0.5, "50 %"), (0.9999, "99.9 %"), (0.0001, "0.1 %"), (0.004, "0.4 %"),
      (0.994, "99.4 %"),
      (0.011, "1 %"),
    ]
    for (share, text) in texts { #expect(share.percent == text) }
  }

  private let features = Mask(ranges: [0..<7, 0..<3, 2..<5, 0..<0], stepCount: 7)
  private let labels = Mask(ranges: [6..<7, 2..<3, 2..<7, 0..<0], stepCount: 7)

  /// The steps of each row that are covered by shapes of a class.
  private func covered(_ svg: Markup, _ name: String, rows: Int, steps: Int) -> Mask {
    // The legend's samples are in a separate group.
    let bars = svg.children.filter { $0.name == "rect" && $0.attributes["class"] == name }
    let all = svg.children.filter { ["present", "absent"].contains($0.attributes["class"]) }
    let left = all.map { $0.number("x") }.min() ?? 0
    let right = all.map { $0.number("x") + $0.number("width") }.max() ?? 0
    let top = all.map { $0.number("y") }.min() ?? 0
    let cell = (right - left) / Double(steps)
    return Mask(rows: rows, steps: steps) { row, step in
      bars.contains { bar in
        let middle = left + (Double(step) + 0.5) * cell
        let isInRow = Int((bar.number("y") - top) / 16) == row
        return isInRow && bar.number("x") < middle && middle < bar.number("x") + bar.number("width")
      }
    }
  }

  @Test func aRowIsAnExampleAndACellIsAStep() throws {
    let picture = MaskPicture(features: features, labels: labels, names: ["a", "b", "c", "d"], "Batch")
    let svg = try Markup(picture.svg.text)
    #expect(covered(svg, "present", rows: 4, steps: 7) == features)
    #expect(covered(svg, "labelled", rows: 4, steps: 7) == labels)
    #expect(covered(svg, "absent", rows: 4, steps: 7) == Mask(rows: 4, steps: 7) { !features[$0, $1] })
    let texts = svg.all("text").map(\.text)
    for text in ["a", "b", "c", "d", "features present", "labelled step", "padding"] {
      #expect(texts.contains(text))
    }
    #expect(
      picture.summary
        == "4 examples of up to 7 steps, 0 to 7 of them with features. 13 of 28 cells are padding (46 %), 7 steps have labels."
    )
  }

  @Test func aLargeBatchIsCutWithANote() throws {
    let mask = Mask.full(100, 3000)
    let svg = try Markup(MaskPicture(features: mask, labels: .empty(100, 3000), "Large").svg.text)
    #expect(svg.all("text").contains { $0.text == "and 60 more examples" })
    #expect(svg.children.filter { $0.attributes["class"] == "present" }.count == 40)
    #expect(svg.number("width") == 720)
  }

  @Test(arguments: [(0, 5), (1, 1), (3, 1)]) func smallBatches(rows: Int, steps: Int) throws {
    let svg = try Markup(
      MaskPicture(features: .full(rows, steps), labels: .full(rows, steps), "Small").svg.text)
    #expect(svg.children.filter { $0.attributes["class"] == "present" }.count == rows)
    #expect(svg.all("text").contains { $0.text == "no examples" } == (rows == 0))
  }

  /// Alignment of real batches: the label of the shorter series is below its own last step.
  @Test func examplesAreNamedAfterTheirFiles() throws {
    let directory = TestDirectory()
    let reader = try CollectionSequenceRecordReader(
      [[[1], [2], [3]], [[4]]] as [[[Float]]], name: directory.path)
    let labels = try CollectionSequenceRecordReader([[[0]], [[1]]] as [[[Float]]])
    let batch = try SequenceBatches(
      features: reader, labels: .reader(labels, .oneHot(classes: 2)), alignment: .end
    ).batch(epoch: 0, index: 0)
    let picture = MaskPicture(batch, "Batch")
    #expect(picture.names.map { $0.suffix(3) } == ["[0]", "[1]"])
    let svg = try Markup(picture.svg.text)
    #expect(covered(svg, "labelled", rows: 2, steps: 3) == Mask(ranges: [2..<3, 0..<1], stepCount: 3))
  }
}
