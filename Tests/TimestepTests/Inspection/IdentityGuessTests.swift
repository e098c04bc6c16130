import Testing

@testable import TimestepCommand

/// Columns of ids, which are not features.
struct IdentityGuessTests {
  private let folder = InspectedFolder()

  /// Writes five files of six rows, in which a column precedes two measurements.
  private func write(_ name: String, _ value: (_ file: Int, _ row: Int) -> String) {
    for file in 0..<5 {
      let rows = InspectedFolder.rows(6, seed: file).split(separator: "\n").enumerated().map {
        "\(value(file, $0.offset)),\($0.element)\n"
      }
      folder.write(["r\(file).csv": "\(name),hr,temp\n" + rows.joined()])
    }
  }

  private func isDropped(_ name: String) throws -> Bool {
    try folder.commands()[0].contains("--drop-columns \(name)")
  }

  @Test(arguments: ["id", "subject", "patient_id", "User"])
  func theIDOfAFileIsDropped(name: String) throws {
    write(name) { file, _ in "\(101 + file)" }
    #expect(try isDropped(name))
    // Several files of a subject, and texts.
    write(name) { file, _ in "\(101 + file % 3)" }
    #expect(try isDropped(name))
    write(name) { file, _ in "s\(file % 3)" }
    #expect(try isDropped(name) && !folder.commands()[0].contains("label"))
    write(name) { _, _ in "7" }
    #expect(try isDropped(name))
  }

  @Test(arguments: ["id", "sample", "row", "index", "trial"])
  func numbersOfRowsAreDropped(name: String) throws {
    write(name) { _, row in "\(row + 1)" }
    #expect(try isDropped(name))
  }

  @Test func anIDOfEachRowIsDropped() throws {
    write("event_id") { file, row in "\(file * 977 + row * row * 13 + 5)" }
    #expect(try isDropped("event_id"))
  }

  @Test(arguments: ["age", "time", "step", "patient_age", "grid", "humid", "count"])
  func measurementsAndAttributesAreKept(name: String) throws {
    write(name) { file, row in ["age", "patient_age"].contains(name) ? "\(20 + file)" : "\(row * 2 + 1)" }
    #expect(try !folder.commands()[0].contains("--drop-columns"))
    write(name) { file, row in "\(row * row % 7)" }
    #expect(try !folder.commands()[0].contains("--drop-columns"))
  }

  /// A device may matter, or only say who was measured.
  @Test func whatMayBeAnIDIsSuspicious() throws {
    write("device") { file, _ in "\(file % 2 + 3)" }
    #expect(try !isDropped("device"))
    #expect(
      try folder.conclusion().suspicious.contains {
        $0.hasPrefix("column \"device\" is the same in all rows of a series, and may only identify")
      })
    write("device") { file, _ in "\(file + 3)" }
    #expect(try isDropped("device"))
  }

  @Test func theSubjectOfAGroupIsDropped() throws {
    let rows = (0..<6).flatMap { series in
      (0..<5).map { row in "\(series),p\(series / 2),\(row * 3 % 5).5,\(row * 2 % 5).25\n" }
    }
    folder.write(["all.csv": "series_id,subject,a,b\n" + rows.joined()])
    #expect(
      try folder.commands("all.csv")[0]
        == "--features all.csv --group-by series_id --header --drop-columns subject")
  }
}
