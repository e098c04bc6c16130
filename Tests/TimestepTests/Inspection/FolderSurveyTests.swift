import TestSupport
import Testing
import Timestep

@testable import TimestepCommand

/// Which files of a folder are the data.
struct FolderSurveyTests {
  private let folder = InspectedFolder()

  @Test func partsOfFoldersThatAreClasses() throws {
    for part in ["train", "test"] {
      for name in part == "train" ? ["walk", "run"] : ["walk"] {
        for number in 0..<3 {
          folder.write([
            "\(part)/\(name)/s\(number).csv": InspectedFolder.rows(4 + number, seed: number + part.count)
          ])
        }
      }
    }
    #expect(try folder.commands()[0] == "--features train --labels-from folder")
    #expect(try folder.trainingFlags().hasSuffix("--test-features test"))
  }

  @Test func aValidationPartIsNoTrainingData() throws {
    for part in ["train", "valid", "test"] {
      for name in ["walk", "run"] {
        for number in 0..<10 {
          folder.write([
            "\(part)/\(name)/\(part)\(number).csv": InspectedFolder.rows(
              4 + number, seed: number + part.count)
          ])
        }
      }
    }
    #expect(try folder.commands()[0] == "--features train --labels-from folder")
    #expect(try folder.trainingFlags().hasSuffix("--validation-features valid --test-features test"))
  }

  @Test(arguments: [
    (["eval"], "--test-features p/eval"),
    (["eval", "test"], "--validation-features p/eval --test-features p/test"),
    (["val", "holdout"], "--validation-features p/val --test-features p/holdout"),
  ])
  func aPartForEvaluationIsNoTrainingData(parts: [String], flags: String) throws {
    for part in ["train"] + parts {
      for number in 0..<4 {
        folder.write([
          "\(part)/\(["walk", "run"][number % 2])/s\(number).csv": InspectedFolder.rows(
            4 + number, seed: number + part.count)
        ])
      }
    }
    #expect(try folder.commands()[0] == "--features train --labels-from folder")
    #expect(try folder.trainingFlags().hasSuffix(flags.replacing("p/", with: "")))
  }

  @Test func filesWithAnotherDelimiterOrWithoutRowsAreNamed() throws {
    for number in 0..<6 { folder.write(["s\(number).csv": InspectedFolder.rows(9, seed: number)]) }
    folder.write(["s3.csv": "1.5;2.5\n3.5;4.25\n7.5;8.25\n", "s4.csv": ""])
    let suspicious = try folder.conclusion().suspicious
    #expect(suspicious.count == 2, "\(suspicious)")
    #expect(
      suspicious.contains {
        $0.hasSuffix(
          "s3.csv has the delimiter \";\", other files have \",\": write all in one way, and inspect again")
      }, "\(suspicious)")
    #expect(
      suspicious.contains {
        $0.hasSuffix("s4.csv has no rows, and commands reject such files: move it, and inspect again")
      }, "\(suspicious)")
  }

  @Test func aPatternNamesCompressedFilesToo() throws {
    for number in [1, 2, 5, 9] {
      let rows = Array(InspectedFolder.rows(4 + number, seed: number).utf8)
      folder.write(number == 5 ? gzipped(rows) : rows, to: "r\(number).csv\(number == 5 ? ".gz" : "")")
    }
    folder.write([
      "labels.csv": "file,label\n" + [1, 2, 5, 9].map { "r\($0),\(["a", "b"][$0 % 2])\n" }.joined()
    ])
    #expect(
      try folder.commands()[0] == "--features 'r*.csv*' --label-table labels.csv:key=file,label=label")
    folder.write(["notes/other.txt": "1,2\n3,4\n"])
    let error = #expect(throws: RecordError.self) { try DataSurvey(folder.path()) }
    #expect(error?.description.contains("notes/other.txt") == true, "\(error?.description ?? "")")
  }

  @Test func severalEncodingsAreNamed() throws {
    let marks: [[UInt8]] = [[], [0xEF, 0xBB, 0xBF], []]
    for (number, mark) in marks.enumerated() {
      let rest = Array(",a\n1,2.5\n3,\(number).25\n".utf8)
      folder.write(mark + (mark.isEmpty ? [0xFC] : Array("\u{FC}".utf8)) + rest, to: "s\(number).csv")
    }
    #expect(try !folder.conclusion().suspicious.contains { $0.contains("is UTF-8") })
    #expect(try folder.commands()[0].contains("--encoding latin1"))
    folder.write(Array("\u{FC},a\n1,2.5\n3,7.25\n".utf8), to: "s3.csv")
    #expect(
      try folder.conclusion().suspicious.contains {
        $0.hasSuffix(
          "s3.csv is UTF-8, other files are not: write all in one encoding, or begin those in UTF-8 with a byte-order mark"
        )
      })
  }

  @Test func filesThatDescribeThemselvesComeFirst() throws {
    let header = "@problemName t\n@timeStamps false\n@univariate true\n@classLabel true 1 2\n@data\n"
    folder.write([
      "T_TRAIN.ts": header + "1,2,3:1\n4,5,6:2\n", "T_TEST.ts": header + "1,2,4:2\n",
      "T.txt": "Twelve series, and so on.\n",
    ])
    let survey = try #require(try TSSurvey(folder.path()))
    #expect(survey.command.flags[0].value == folder.path("T_TRAIN.ts"))
  }

  private static let contents: [(bytes: [UInt8], name: String)] = {
    func bytes(_ text: String, after first: UInt8? = nil) -> [UInt8] {
      (first.map { [$0] } ?? []) + Array(text.utf8)
    }
    var contents: [(bytes: [UInt8], name: String)] = []
    contents.append((bytes("NUMPY\u{1}", after: 0x93), "a numpy array (npy)"))
    contents.append(([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00], "xz data"))
    contents.append((bytes("BZh91AY&SY"), "bzip2 data"))
    contents.append((bytes("PAR1\u{15}"), "a Parquet table"))
    contents.append((bytes("PNG\r\n\u{1A}\n", after: 0x89), "a picture (PNG)"))
    contents.append(
      (
        bytes("PK\u{3}\u{4}\u{14}\u{0}xl/worksheets/sheet1.xml"),
        "an Excel workbook (xlsx) or another Office document"
      ))
    contents.append((bytes("PK\u{3}\u{4}\u{14}\u{0}arr_0.npy"), "a numpy archive (npz)"))
    contents.append(
      ((0..<200).map { UInt8(truncatingIfNeeded: $0 * 37) }, "binary data of an unknown format"))
    contents.append((bytes("{\"a\": 1}"), "JSON"))
    return contents
  }()

  @Test(arguments: contents)
  func filesThatAreNoTextAreNamed(bytes: [UInt8], name: String) throws {
    folder.write(bytes, to: "d/a.bin")
    for place in ["d", "d/a.bin"] {
      let error = #expect(throws: RecordError.self) { try DataSurvey(folder.path(place)) }
      #expect(error?.description.contains("the file is \(name): expected rows of text") == true)
    }
  }

  @Test func filesOfAnotherShapeAreNamed() throws {
    for number in 0..<4 {
      folder.write(["S\(number)/acc.csv": InspectedFolder.rows(9, columns: 3, seed: number)])
    }
    folder.write(["S3/notes.csv": "a,b\nc,d\n"])
    #expect(
      try folder.conclusion().suspicious.contains { $0.contains("S3/notes.csv has no row of 3 fields") })
    #expect(try folder.commands().allSatisfy { !$0.contains("on-error") })
  }

  @Test func theDataSetFileHasTheFlagsOfTheTraining() throws {
    for number in 0..<6 {
      folder.write(["\(["a", "b"][number % 2])/s\(number).csv": InspectedFolder.rows(5, seed: number)])
    }
    let command = try folder.conclusion().commands[0]
    #expect(command.given.map(\.definition.name) == (command.flags + command.trainingFlags).map(\.name))
    #expect(command.given.last?.definition.name == "normalize")
  }

  /// A folder around the data, as in archives, changes nothing but paths.
  @Test func foldersAroundTheDataSayNothing() throws {
    for part in ["train", "test"] {
      for name in ["walk", "run"] {
        for number in 0..<4 {
          let rows = InspectedFolder.rows(5 + number * 4 + part.count % 2 + (name == "run" ? 2 : 0))
          folder.write([
            "\(part)/\(name)/\(number).csv": rows, "outer/inner/\(part)/\(name)/\(number).csv": rows,
          ])
        }
      }
    }
    folder.write(["outer/README.md": "# Data\n"])
    let flags = try folder.conclusion("outer").commands[0]
    #expect(
      flags.flags.map { $0.words.replacing(folder.path() + "/", with: "") }
        == ["--features outer/inner/train", "--labels-from folder"])
    #expect(
      flags.trainingFlags.last?.words.replacing(folder.path() + "/", with: "")
        == "--test-features outer/inner/test")
    #expect(try folder.conclusion("outer").suspicious == ["1 file of the kind \".md\" is not read"])
  }
}
