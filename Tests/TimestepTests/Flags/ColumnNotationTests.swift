import TestSupport
import Testing
import Timestep

/// A column means the same by its name in the files, by `@N`, as a bare number, and by its new name.
@Suite(.startsProcesses) struct ColumnNotationTests {
  private let scratch = TestDirectory()

  /// A flag, its columns, and what comes after them in its value.
  private struct ColumnFlag {
    let flag: String
    let columns: [String]
    var suffix = ""

    init(_ flag: String, _ columns: String..., suffix: String = "") {
      (self.flag, self.columns, self.suffix) = (flag, columns, suffix)
    }
  }

  private func write() {
    for number in 0..<6 {
      let steps = 4 + number % 3
      var (acc, gyro) = ("t,id,a,sky,b,y\n", "t,g1,g2,y\n")
      for step in 0..<steps {
        let time = "2024-01-01T0\(step):00:00Z"
        acc +=
          "\(time),p\(number % 3),\(number).\(step),\(step % 2 == 0 ? "sun" : "rain"),\(step),\(step % 2)\n"
        gyro += "\(time),\(step).5,\(number),\(number % 2)\n"
      }
      scratch.write(acc, to: "F/f_\(number).csv")
      scratch.write(gyro, to: "G/g_\(number).csv")
    }
    let rows = (0..<6).flatMap { series in
      (0..<3 + series % 2).map {
        "\($0),s\(series),u\(series / 2),\(series).\($0),sky\(series % 2),\(series % 2)\n"
      }
    }
    scratch.write("t,id,u,a,sky,y\n" + rows.joined(), to: "groups.csv")
    let series = (0..<6).map { "p\($0 / 2),\($0).1,\($0).2,\($0).3,\($0).4,\($0 % 2)\n" }
    scratch.write("subject,v0,v1,v2,v3,y\n" + series.joined(), to: "wide.csv")
  }

  private func batches(_ flags: [String]) throws -> [DataSet] {
    let words = ["convert", "--output", "o", "--overwrite", "--batch-size", "8", "--header"] + flags
    let run = try timestep(words, in: scratch)
    try #require(run.exitCode == 0, "\(words.joined(separator: " ")): \(run.error)")
    let saved = try SavedDataSets(scratch.path("o"))
    return try (0..<saved.batchCount).map { try saved.batch(epoch: 0, index: $0) }
  }

  /// Compares the batches of random notations with those of names.
  ///
  /// - Parameter names: The columns of the files.
  private func check(
    _ plain: [String], _ flags: [ColumnFlag], names: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let names = names.split(separator: ",").map(String.init)
    var numbers = SplitMix(state: 19)
    func words(_ notation: (String) -> String) -> [String] {
      plain + flags.flatMap { [$0.flag, $0.columns.map(notation).joined(separator: ",") + $0.suffix] }
    }
    let expected = try batches(words { $0 })
    for _ in 0..<2 {
      let flags = words { name in
        guard let place = names.firstIndex(of: name) else { return name }
        return [name, "@\(place)", "\(place)"].randomElement(using: &numbers) ?? name
      }
      let found = try batches(flags)
      #expect(
        found.map(\.features) == expected.map(\.features) && found.map(\.labels) == expected.map(\.labels),
        "\(flags)", sourceLocation: sourceLocation)
    }
  }

  @Test func ofFilesThatAreSeries() throws {
    write()
    let names = "t,id,a,sky,b,y"
    let features = ["--features", "F", "--classes", "2"]
    try check(
      features,
      [
        ColumnFlag("--time", "t"), ColumnFlag("--category", "sky"), ColumnFlag("--drop-columns", "id"),
        ColumnFlag("--label-column", "y"),
      ], names: names)
    try check(
      features,
      [
        ColumnFlag("--keep-columns", "b", "sky", "y"), ColumnFlag("--category", "sky", suffix: "=sun,rain"),
        ColumnFlag("--rename", "sky", suffix: "=weather"), ColumnFlag("--rename", "y", suffix: "=label"),
        ColumnFlag("--label-column", "y"), ColumnFlag("--offset", "b", suffix: "=first"),
      ], names: names)
    try check(
      ["--features", "F", "--horizon", "1"],
      [
        ColumnFlag("--drop-columns", "id", "sky", "t"), ColumnFlag("--rename", "a", suffix: "=power"),
        ColumnFlag("--targets", "a"), ColumnFlag("--known-ahead", "b"),
      ], names: names)
    // The categories of the training rows, of a column that has a new name.
    try check(
      features + ["--split-time", "25,25,50", "--part", "train"]
        + ["--unknown-category", "ignore", "--transform", "fill:rule=forward"],
      [
        ColumnFlag("--keep-columns", "b", "sky", "y"), ColumnFlag("--category", "sky"),
        ColumnFlag("--rename", "sky", suffix: "=weather"), ColumnFlag("--label-column", "y"),
      ], names: names)
    try check(
      features + ["--fold", "1/3", "--part", "test"],
      [
        ColumnFlag("--drop-columns", "id", "sky", "t"), ColumnFlag("--label-column", "y"),
        ColumnFlag("--split-by", "id"), ColumnFlag("--rename", "id", suffix: "=who"),
      ], names: names)
  }

  @Test func ofJoinedFiles() throws {
    write()
    let both = ["--features", "F/f_%d.csv", "--features", "G/g_%d.csv"]
    for features in [both, [2, 3, 0, 1].map { both[$0] }] {
      try check(
        features + ["--classes", "2", "--label-column", "f_y", "--fold", "1/3", "--part", "test"],
        [
          ColumnFlag("--drop-columns", "id", "sky", "g_y"), ColumnFlag("--join-on", "t"),
          ColumnFlag("--time", "t"), ColumnFlag("--split-by", "id"),
        ], names: "t")
    }
  }

  @Test func ofGroups() throws {
    write()
    let names = "t,id,u,a,sky,y"
    for (keys, column) in [(["id"], "id"), (["id"], "u"), (["u", "id"], "u"), (["u", "id"], "id")] {
      var group = ColumnFlag("--group-by", "id")
      if keys.count > 1 { group = ColumnFlag("--group-by", "u", "id") }
      try check(
        ["--features", "groups.csv", "--label-once", "--align", "end", "--fold", "1/3", "--part", "test"],
        [
          group, ColumnFlag("--keep-columns", "t", "a", "y"), ColumnFlag("--label-column", "y"),
          ColumnFlag("--split-by", column),
        ], names: names)
    }
    let plain = [
      "--features", "groups.csv", "--label-once", "--align", "end", "--fold", "1/3", "--part", "test",
      "--drop-columns",
      "u,sky",
    ]
    let expected = try batches(plain + ["--group-by", "id", "--split-by", "id", "--label-column", "y"])
    let renamed = ["id=who", "y=label"].flatMap { ["--rename", $0] }
    for names in [["id", "y"], ["who", "label"]] {
      let flags = ["--group-by", names[0], "--split-by", names[0], "--label-column", names[1]]
      #expect(try batches(plain + renamed + flags).map(\.features) == expected.map(\.features), "\(names)")
    }
  }

  @Test func ofRowsThatAreSeries() throws {
    write()
    let names = "subject,v0,v1,v2,v3,y"
    let rows = ["--features", "wide.csv", "--one-series-per-row", "--classes", "2"]
    let label = ColumnFlag("--label-column", "y")
    for selection in [
      ColumnFlag("--drop-columns", "subject"), ColumnFlag("--drop-columns", "subject", "y"),
      ColumnFlag("--keep-columns", "v0", "v1", "v2", "v3"),
      ColumnFlag("--keep-columns", "v0", "v1", "v2", "v3", "y"),
    ] {
      try check(rows, [selection, label], names: names)
      try check(rows + ["--channels", "2"], [label, selection], names: names)
      let plain = rows + ["--label-column", "@5", selection.flag, selection.columns.joined(separator: ",")]
      let values = try batches(plain)[0].features
      #expect(values.shape == [6, 1, 4] && (0..<4).map { values[3, 0, $0] } == [3.1, 3.2, 3.3, 3.4])
    }
    for fold in 0..<3 {
      let words = rows + ["--fold", "\(fold)/3", "--part", "test"]
      let flags = [label, ColumnFlag("--drop-columns", "subject"), ColumnFlag("--split-by", "subject")]
      try check(words, flags, names: names)
      // Both series of a subject, and no other one.
      let values = try batches(words + flags.flatMap { [$0.flag] + $0.columns })[0].features
      #expect(values.shape[0] == 2 && Int(values[0, 0, 0]) / 2 == Int(values[1, 0, 0]) / 2)
    }
  }

  @Test func ofATableOfAttributes() throws {
    write()
    let rows = (0..<6).map { "f_\($0),\($0 % 2),\($0 < 3 ? "x" : "y"),\($0)\n" }
    scratch.write("file,class,site,age\n" + rows.joined(), to: "t.csv")
    for columns in ["site,age", "@2,age", "2,3"] {
      let values = try batches([
        "--features", "F", "--keep-columns", "a", "--label-table", "t.csv", "--category", "site", "--static",
        columns,
      ])[0].features
      #expect((0..<6).map { values[$0, 1, 0] } == [0, 0, 0, 1, 1, 1], "\(columns)")
    }
    let fold = ["--fold", "0/2", "--part", "test", "--label-table", "t.csv", "--keep-columns", "a"]
    try expectFailure(
      "Error: --split-by @2 could mean two columns: expected one, found \"site\" of the table of labels and \"a\" of the "
        + "features; write its name",
      ["convert", "--output", "p", "--features", "F", "--header", "--split-by", "@2"] + fold, in: scratch,
      exitCode: 64)
    // The additional column has no values that a policy repairs.
    try results(
      ["convert", "--output", "q", "--features", "F", "--header", "--split-by", "id", "--transform", "fill"]
        + ["--on-error", "repair:missing"] + fold, in: scratch)
  }
}
