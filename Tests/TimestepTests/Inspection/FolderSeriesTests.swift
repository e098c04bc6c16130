import Testing

@testable import TimestepCommand

/// Tables of labels that name folders, each of which is a series.
struct FolderSeriesTests {
  private let folder = InspectedFolder()
  private let sensors = ["acc", "gyro"]

  /// Writes a table of six subjects.
  private func writeTable(_ path: String = "labels.csv", _ name: (Int) -> String) {
    let rows = (1...6).map { "\(name($0)),\(["up", "down"][$0 % 2])\n" }
    folder.write([path: "subject,label\n" + rows.joined()])
  }

  /// Writes the files of six subjects, each in a folder.
  private func write(
    _ names: [String], below path: String = "", columns: Int = 3, _ folderName: (Int) -> String
  ) {
    for subject in 1...6 {
      for (number, name) in names.enumerated() {
        folder.write([
          "\(path)\(folderName(subject))/\(name).csv": "x,y,z\n"
            + InspectedFolder.rows(4 + subject, columns: columns, seed: subject + number)
        ])
      }
    }
  }

  @Test func foldersAreSubjectsAndFilesAreSensors() throws {
    write(sensors) { "s0\($0)" }
    writeTable { "s0\($0)" }
    let conclusion = try folder.conclusion()
    #expect(
      try folder.commands() == [
        "--features '*/acc.csv' --features '*/gyro.csv' --label-table labels.csv:key=subject,label=label --header"
      ])
    #expect(conclusion.suspicious == [] && conclusion.uncertain == [])
    #expect(conclusion.classes.map(\.name) == ["down", "up"])
  }

  @Test func aFolderHasOneFile() throws {
    write(["data"], below: "raw/") { ["", "anna", "ben", "cleo", "dan", "eve", "flo"][$0] }
    writeTable { ["", "anna", "ben", "cleo", "dan", "eve", "flo"][$0] }
    #expect(
      try folder.commands()[0].hasPrefix(
        "--features 'raw/*/data.csv' --label-table labels.csv:key=subject,label=label"))
    // Another folder around the file is not part of the name.
    let other = FolderSeriesTests()
    other.write(["data"], below: "raw/") { "s\($0)/day1" }
    other.writeTable { "s\($0)" }
    #expect(try other.folder.commands()[0].hasPrefix("--features 'raw/*/day1/data.csv' --label-table"))
  }

  @Test func theNumberOfAFolderIsItsName() throws {
    write(sensors) { "subject_0\($0)" }
    writeTable { "0\($0)" }
    #expect(
      try folder.commands()[0].hasPrefix(
        "--features 'subject_*/acc.csv' --features 'subject_*/gyro.csv' --label-table labels.csv:key=subject")
    )
    writeTable { "\($0)" }
    #expect(
      try folder.commands()[0].hasPrefix(
        "--features subject_%02d/acc.csv --features subject_%02d/gyro.csv --label-table labels.csv:key=subject"
      ))
    let other = FolderSeriesTests()
    other.write(["acc"]) { "00\($0)" }
    other.writeTable { "\($0)" }
    #expect(
      try other.folder.commands()[0].hasPrefix(
        "--features %03d/acc.csv --label-table labels.csv:key=subject"))
  }

  @Test func channelsThatAreMissingOrHaveOtherRowsAreNamed() throws {
    write(sensors) { "s\($0)" }
    writeTable { "s\($0)" }
    folder.write(["s1/emg.csv": "x,y,z\n" + InspectedFolder.rows(5, columns: 3)])
    #expect(try folder.commands()[0].contains("acc.csv' --features '*/gyro.csv' --label-table"))
    #expect(
      try folder.conclusion().suspicious.contains {
        $0.hasPrefix("emg.csv is missing in 5 folders (s2, ...), and is not read")
      })
    let other = FolderSeriesTests()
    other.write(sensors) { "s\($0)" }
    other.writeTable { "s\($0)" }
    other.folder.write(["s3/gyro.csv": "x,y,z\n" + InspectedFolder.rows(6, columns: 3)])
    #expect(try other.folder.commands()[0].hasPrefix("--features '*/acc.csv' --label-table"))
    #expect(
      try other.folder.conclusion().suspicious.contains {
        $0.hasPrefix("gyro.csv has other numbers of rows than acc.csv")
      })
  }

  /// A key cannot say which of the series of a folder it means; the paths of files can.
  @Test func foldersWithSeveralSeriesNeedARowForEach() throws {
    write(["trial1", "trial2"]) { "s\($0)" }
    writeTable { "s\($0)" }
    #expect(try !folder.commands()[0].contains("label"))
    #expect(
      try folder.conclusion().suspicious.contains {
        $0.contains("labels.csv names folders with several series each")
          && $0.contains("with a name such as s1/trial1,")
      })
    let rows = (1...6).flatMap { subject in (1...2).map { "s\(subject)/trial\($0),\($0)\n" } }
    folder.write(["labels.csv": "file,label\n" + rows.joined()])
    #expect(
      try folder.commands()[0].hasPrefix(
        "--features '*/trial*.csv' --label-table labels.csv:key=file,label=label"))
  }

  @Test func namesThatRepeatThoseOfFoldersAreNoPattern() throws {
    for subject in 1...6 {
      folder.write(["s\(subject)/s\(subject)_acc.csv": InspectedFolder.rows(4 + subject, seed: subject)])
    }
    writeTable { "s\($0)" }
    #expect(try !folder.commands()[0].contains("label"))
    #expect(
      try folder.conclusion().suspicious.contains {
        $0.contains("labels.csv names folders, but their files have other names in each")
      })
  }

  @Test func numbersWithoutTheirZerosNeedAllNumbers() throws {
    write(sensors) { "s0\($0 < 4 ? $0 : $0 + 1)" }
    writeTable { "\($0 < 4 ? $0 : $0 + 1)" }
    #expect(try !folder.commands()[0].contains("label"))
    #expect(
      try folder.conclusion().suspicious.contains {
        $0.contains("labels.csv has the numbers of folders without the zeros before them")
      })
  }

  @Test func tablesBesideOtherLabelsAreNotRead() throws {
    for (number, kind) in ["walk", "run", "sit"].enumerated() {
      for name in 0..<4 {
        folder.write(["\(kind)/a\(name).csv": "x,y\n" + InspectedFolder.rows(5, seed: number * 4 + name)])
      }
    }
    folder.write(["classes.csv": "name,id\nwalk,0\nrun,1\nsit,2\n"])
    #expect(try folder.commands()[0] == "--features '*/a*.csv' --labels-from folder --header")
    #expect(
      try folder.conclusion().suspicious.contains {
        $0.hasSuffix("classes.csv explains the names of folders, and is not read")
      })
    let other = FolderSeriesTests()
    other.write(["acc"]) { "s\($0)" }
    for subject in 1...6 { other.folder.write(["s\(subject)/label.csv": "label\n\(subject % 2)\n"]) }
    other.writeTable("people.csv") { "s\($0)" }
    #expect(try other.folder.commands()[0].hasPrefix("--features '*/acc.csv' --labels '*/label.csv'"))
  }

  @Test(arguments: [true, false])
  func aFolderHasItsSeriesAndItsLabels(isNumbered: Bool) throws {
    let names = (0...6).map { isNumbered ? "r\($0)" : ["", "ana", "ben", "cleo", "dan", "eve", "flo"][$0] }
    write(["signal"]) { names[$0] }
    for subject in 1...6 { folder.write(["\(names[subject])/labels.csv": "label\n\(subject % 2)\n"]) }
    #expect(
      try folder.commands()[0].hasPrefix(
        "--features '*/signal.csv' --labels '*/labels.csv' --align end --classes 2"))
  }

  /// Of a person's columns, the group is a class, and the age is not.
  @Test func theGroupOfAParticipantIsALabel() throws {
    write(["eeg"]) { "sub-0\($0)" }
    let rows = (1...6).map { "sub-0\($0)\t\(20 + $0 * $0)\t\(["hc", "pd"][$0 % 2])\n" }
    folder.write(["participants.tsv": "participant_id\tage\tgroup\n" + rows.joined()])
    #expect(
      try folder.commands() == [
        "--features '*/eeg.csv' --label-table participants.tsv:key=participant_id,label=group --label-delimiter '\\t' --header"
      ])
  }

  @Test func aTestPartHasSuchFoldersToo() throws {
    write(sensors, below: "train/") { "s0\($0)" }
    for subject in 6...7 {
      for name in sensors {
        folder.write([
          "test/s0\(subject)/\(name).csv": "x,y,z\n" + InspectedFolder.rows(6, columns: 3, seed: subject)
        ])
      }
    }
    folder.write([
      "labels.csv": "subject,label\n" + (1...7).map { "s0\($0),\(["up", "down"][$0 % 2])\n" }.joined()
    ])
    #expect(try folder.commands()[0].hasPrefix("--features 'train/*/acc.csv' --features 'train/*/gyro.csv'"))
    #expect(
      try folder.trainingFlags().hasSuffix(
        "--test-features 'test/*/acc.csv' --test-features 'test/*/gyro.csv'"))
  }
}
