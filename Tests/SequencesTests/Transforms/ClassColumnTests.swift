import FoundationEssentials
import Sequences
import TestSupport
import Testing

/// Class indices are no quantities: transforms leave them as they are, or reject them.
@Suite struct ClassColumnTests {
  private static let sky = Vocabulary(["sun", "cloud", "rain"])

  /// A table of the temperature, and of the sky as class indices.
  private func table(_ rows: [[Float]], names: [String] = ["t", "sky"]) throws
    -> CollectionSequenceRecordReader
  {
    try CollectionSequenceRecordReader(
      rows.map { SequenceRecord(values: $0, columnCount: names.count) }, columns: names,
      encodings: ["sky": .category(Self.sky)], name: "d")
  }

  private func values(_ reader: some SequenceRecordReader, of index: Int = 0) throws -> [Float] {
    var (cursor, record) = (try reader.makeCursor(), SequenceRecord())
    try cursor.read(index, into: &record)
    return record.values
  }

  private func refusal(_ transforms: any SequenceTransform...) throws -> String {
    let reader = try table([[1, 0, 2, .nan, 3, 2]])
    return message {
      _ = try values(reader.transformed(by: TransformPipeline(transforms).fitted(on: reader)))
    }
  }

  @Test func theFirstRowsOfLagsHaveAClassThatExists() throws {
    for value: Float in [-1, 0.5, 3, 7] {
      let text = try refusal(LagFeatures(1, firstRows: .fill(value), columns: ["sky"]))
      #expect(
        text.hasSuffix(
          "expected the number of one of its 3 categories for the first rows, from 0, found \(value); name one, or leave out the "
            + "first rows"), "\(text)")
    }
    let reader = try table([[1, 2, 2, 1]])
    let lagged = try reader.transformed(by: LagFeatures(1, firstRows: .fill(2), columns: ["sky"]))
    #expect(try values(lagged) == [1, 2, 2, 2, 1, 2])
  }

  @Test(
    arguments: [
      Clip(0...1), Logarithm(.onePlus), MapValues(.absolute), Difference(), FillMissing(.linear),
      FillMissing(.mean),
      FillMissing(.constant(0)), Resample(every: 2, .mean), Resample(every: 2, .sum),
      Resample(every: 2, .minimum), ResampleByTime(nanoseconds: 1, .mean),
    ] as [any SequenceTransform])
  func whatComputesRejectsClasses(transform: any SequenceTransform) throws {
    let text = try refusal(transform)
    #expect(
      text.hasPrefix("d[0]: column \"sky\" holds categories, which are no quantities: ")
        && text.contains("name the columns of numbers (columns=t)"), "\(text)")
    // Under another name, and as a copy of the row before.
    #expect(
      try refusal(SelectColumns(.rename(["sky": "weather"])), transform).contains("column \"weather\" holds"))
    let lagged = try refusal(
      SelectColumns(.keep(["sky"])), LagFeatures(1), SelectColumns(.drop(["sky"])), transform)
    #expect(lagged.contains("holds categories") && lagged.contains("leave it out"), "\(lagged)")
  }

  /// Numbers without names are classes too, if they become columns of classes.
  @Test(
    arguments: [
      Clip(0...1), Difference(), FillMissing(.linear), FillMissing(.mean, columns: ["sky"]),
      Resample(every: 2, .mean),
    ] as [any SequenceTransform])
  func whatComputesRejectsClassNumbers(transform: any SequenceTransform) throws {
    let reader = try CollectionSequenceRecordReader(
      [SequenceRecord(values: [1, 0, 2, .nan, 3, 2], columnCount: 2)], columns: ["t", "sky"], name: "d")
    func refusal(_ transforms: any SequenceTransform...) throws -> String {
      message { _ = try values(reader.transformed(by: TransformPipeline(transforms).fitted(on: reader))) }
    }
    #expect(
      try refusal(transform, OneHotColumns(["sky"])).hasPrefix(
        "d[0]: column \"sky\" holds class numbers, which are no quantities: "))
    for harmless in [FillMissing(.forward(first: 0)), FillMissing(.constant(1))] {
      #expect(try refusal(harmless, OneHotColumns(["sky"])) == "no error")
    }
    #expect(
      message { try TransformPipeline(transform).check(classNumbers: ["sky"], in: reader) }.contains(
        "holds class numbers"))
    #expect(
      message { try TransformPipeline(transform).check(classNumbers: ["other"], in: reader) } == "no error")
  }

  @Test func otherColumnsAreComputed() throws {
    let reader = try table([[1, 0, 2, .nan, 3, 2]])
    for transform in [
      Clip(0...1, columns: ["t"]), Difference(columns: ["t"]), FillMissing(.linear, columns: ["t"]),
      Resample(every: 2, .mean, columns: ["t"]), OneHotColumns(["sky"]),
    ] as [any SequenceTransform] {
      _ = try values(reader.transformed(by: TransformPipeline(transform).fitted(on: reader)))
    }
    // One column per class is a column of numbers.
    let numbers = TransformPipeline(OneHotColumns(["sky"]), FillMissing(.mean), Clip(0...1))
    _ = try values(reader.transformed(by: numbers.fitted(on: reader)))
  }

  @Test func mergedRowsHaveOneOfTheirClasses() throws {
    let reader = try table([[1, 2, 2, 0, 3, 0, 5, 1]])
    for (figure, classes) in [
      (Resample.Figure.first, [2, 0]), (.last, [0, 1]), (.mode, [2, 0]),
    ] as [(Resample.Figure, [Float])] {
      let merged = try values(reader.transformed(by: Resample(every: 2, figure)))
      #expect([merged[1], merged[3]] == classes, "\(figure)")
    }
    let most = try values(reader.transformed(by: Resample(every: 4, .mode)))
    #expect(most[1] == 0)
  }

  /// All sequences of up to four rows with gaps: a gap has the class before it, or the sequence is rejected.
  @Test(arguments: 1...4) func forwardCarriesClasses(steps: Int) throws {
    let choices: [Float] = [0, 2, .nan]
    var count = 1
    for _ in 0..<steps { count *= choices.count }
    for number in 0..<count {
      var (rest, rows): (Int, [Float]) = (number, [])
      for step in 0..<steps {
        rows += [Float(step), choices[rest % 3]]
        rest /= 3
      }
      let reader = try table([rows]).transformed(by: FillMissing(.forward(first: 1)))
      let stream = try TransformStream(#require(reader.schema.transforms), columns: ["t", "sky"])
      func streamed() throws -> [Float] {
        var stream = stream
        return try (0..<steps).flatMap { try stream.next(Array(rows[2 * $0..<2 * $0 + 2])) ?? [] }
      }
      if rows[1].isNaN {
        #expect(
          message { _ = try values(reader) }.hasPrefix(
            "d[0]:1: column \"sky\": expected a category to carry forward, found none before the gap; fill with one "
          ))
        #expect(throws: TransformFault.self) { try streamed() }
        continue
      }
      var expected = rows
      for step in 1..<steps where expected[2 * step + 1].isNaN {
        expected[2 * step + 1] = expected[2 * step - 1]
      }
      #expect(try values(reader) == expected && streamed() == expected)
    }
  }

  @Test func aCategoryFillsTheGapsOfItsColumn() throws {
    let reader = try table([[1, .nan, 2, 0, 3, .nan]])
    for columns in [nil, ["sky"]] as [[String]?] {
      let filled = try reader.transformed(by: FillMissing(.category("rain"), columns: columns))
      #expect(try values(filled) == [1, 2, 2, 0, 3, 2])
      // A file keeps the class.
      let stored = try JSONDecoder().decode(
        TransformPipeline.self, from: JSONEncoder().encode(filled.schema.transforms))
      #expect(stored == filled.schema.transforms)
      var stream = try TransformStream(stored, columns: ["t", "sky"])
      #expect(try stream.next([1, .nan]) == [1, 2])
    }
    #expect(
      try refusal(FillMissing(.category("rian")))
        == "d[0]: column \"sky\" has no category \"rian\" to fill it with: expected one of 3, found another; name one of them, "
        + "or list it with the others; did you mean \"rain\"?")
    #expect(
      try refusal(FillMissing(.category("rain"), columns: ["t"])).contains("column \"t\" holds numbers"))
  }

  /// Fills of older files know no classes.
  @Test func olderFilesAreRead() throws {
    let text = #"[{"kind":"fill","rule":{"forward":{"first":0}}}]"#
    let stored = try JSONDecoder().decode(TransformPipeline.self, from: Data(text.utf8))
    #expect(stored == TransformPipeline(FillMissing(.forward(first: 0))))
    let adapted = try table([[1, 0]]).transformed(by: stored).schema.transforms
    #expect(adapted == stored)
  }
}
