import Testing

@testable import TimestepCommand

/// Which files, columns and tables are the labels, and how they are read.
struct LabelGuessTests {
  private let folder = InspectedFolder()

  private func oneHot(_ count: Int, _ classes: Int) -> String {
    (0..<count).map { row in
      (0..<classes).map { $0 == row % classes ? "1" : "0" }.joined(separator: ",") + "\n"
    }.joined()
  }

  @Test(arguments: [
    ("features", "labels"), ("x", "y"), ("myInput", "myLabels"), ("input", "target"), ("in", "out"),
  ])
  func namesDecideWhichFilesAreTheLabels(features: String, labels: String) throws {
    // The labels have more columns than the features.
    for number in 0..<4 {
      folder.write([
        "\(features)_\(number).csv": InspectedFolder.rows(5 + number, seed: number),
        "\(labels)_\(number).csv": oneHot(5 + number, 4),
      ])
    }
    #expect(
      try folder.commands() == [
        "--features \(features)_%d.csv --labels \(labels)_%d.csv --align start --classes 4"
      ])
    for number in 0..<4 {
      folder.write(["\(labels)_\(number).csv": InspectedFolder.rows(5 + number, columns: 3, seed: number)])
    }
    #expect(
      try folder.commands() == [
        "--features \(features)_%d.csv --labels \(labels)_%d.csv --align start --regression"
      ])
  }

  @Test func axesThatMayBeLabelsAreInDoubt() throws {
    for number in 0..<3 {
      folder.write([
        "x_\(number).csv": InspectedFolder.rows(5, columns: 1, seed: number),
        "y_\(number).csv": InspectedFolder.rows(5, columns: 1, seed: number + 3),
      ])
    }
    #expect(
      try folder.commands() == [
        "--features x_%d.csv --labels y_%d.csv --regression", "--features x_%d.csv --features y_%d.csv",
      ])
    #expect(try folder.conclusion().uncertain.count == 1)
  }

  @Test func columnsOfFlagsAreSeveralClassesAtATime() throws {
    for number in 0..<3 {
      folder.write([
        "f_\(number).csv": InspectedFolder.rows(4, seed: number),
        "l_\(number).csv": "1,0,1\n0,1,1\n0,0,0\n1,0,0\n",
      ])
    }
    let common = "--features f_%d.csv --labels l_%d.csv"
    #expect(try folder.commands() == ["\(common) --multi-label", "\(common) --regression"])
  }

  @Test func labelFilesWithOtherColumnsAreNotRead() throws {
    for number in 0..<3 {
      folder.write([
        "f_\(number).csv": InspectedFolder.rows(5, seed: number),
        "l_\(number).csv": "step,label\n" + (0..<5).map { "\($0),\($0 % 2)\n" }.joined(),
      ])
    }
    let conclusion = try folder.conclusion()
    #expect(conclusion.commands.allSatisfy { command in !command.flags.contains { $0.name == "labels" } })
    #expect(conclusion.suspicious.contains { $0.contains("of which step is not the label") })
  }

  @Test func aColumnCalledYMayBeAnAxis() throws {
    func write(_ names: String) {
      for number in 0..<3 {
        let width = names.split(separator: ",").count
        folder.write([
          "s\(number).csv": names + "\n" + InspectedFolder.rows(5 + number, columns: width, seed: number)
        ])
      }
    }
    write("x,y,z")
    #expect(try folder.commands() == ["--features DIR --header"])
    for names in ["X,Y", "x1,x2,y", "t,y"] {
      write(names)
      let label = names.split(separator: ",").last ?? ""
      #expect(
        try folder.commands() == [
          "--features DIR --label-column \(label) --regression --header", "--features DIR --header",
        ])
      #expect(try folder.conclusion().uncertain == ["labels: column \(label); or none"])
    }
  }

  @Test func aTextOfEverySeriesIsRatherTheLabelThanY() throws {
    let rows = (0..<24).map { "u\($0 / 4),\($0 % 7).5,\($0 % 5).25,\(["a", "b"][$0 / 4 % 2])\n" }
    for name in ["cls", "kind"] {
      folder.write(["all.csv": "user,x,y,\(name)\n" + rows.joined()])
      #expect(
        try folder.commands("all.csv") == [
          "--features all.csv --group-by user --label-column \(name) --label-once --header"
        ])
    }
  }

  @Test func oneHotColumnsMayBeLabels() throws {
    for number in 0..<3 {
      let rows = (0..<6).map { "\($0 + number).5,\(($0 + number) % 2),\(($0 + number + 1) % 2)\n" }
      folder.write(["s\(number).csv": "x,up,down\n" + rows.joined()])
    }
    #expect(
      try folder.commands() == [
        "--features DIR --label-column up,down --one-hot --header", "--features DIR --header",
      ])
  }

  /// Folders of numbered recordings and persons are no classes.
  @Test(arguments: [
    ("walk/rec1/a", ["run/rec1/a", "walk/rec2/a", "run/rec2/a"], ["--labels-from 'name:^([^/]+)/'"]),
    (
      "s1/walk", ["s1/run", "s2/walk", "s2/run"],
      ["--labels-from 'name:([^/.]+)[.][^/]*$'", "--labels-from folder"]
    ),
    ("walk/1", ["walk/2", "run/1", "run/3"], ["--labels-from folder"]),
    ("1/a", ["1/b", "2/c", "2/d"], ["--labels-from folder"]),
  ])
  func foldersOfClasses(first: String, others: [String], flags: [String]) throws {
    for (number, path) in ([first] + others).enumerated() {
      folder.write(["\(path).csv": InspectedFolder.rows(5 + number, seed: number)])
    }
    let found = try folder.commands().map { $0.replacing("--features DIR ", with: "") }
    #expect(found.filter { $0.hasPrefix("--labels-from") } == flags)
  }

  /// Labels with times of their own are joined by these.
  @Test(arguments: [true, false]) func labelFilesMayHaveTimes(areNumbers: Bool) throws {
    func time(_ second: Int) -> String { areNumbers ? "\(second).5" : "2024-03-01T08:00:0\(second)" }
    for number in 0..<6 {
      folder.write([
        "acc_\(number).csv": "ts,ax\n" + (0..<9).map { "\(time($0)),0.\($0 * number)\n" }.joined(),
        "label_\(number).csv": "ts,state\n\(time(0)),rest\n\(time(5)),move\n",
      ])
    }
    #expect(
      try folder.commands() == [
        "--features acc_%d.csv --labels label_%d.csv --join-on ts --label-categories move,rest --header --time ts"
          + (areNumbers ? "=unix" : "")
      ])
    // Of other columns, the texts are the labels.
    for number in 0..<6 { folder.write(["label_\(number).csv": "n,state\n4.5,rest\n7.5,move\n"]) }
    #expect(
      try folder.conclusion().suspicious.contains {
        $0.contains("have 2 columns, of which n is not the label")
      })
  }
}
