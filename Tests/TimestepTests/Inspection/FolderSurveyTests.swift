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

  @Test func filesThatDescribeThemselvesComeFirst() throws {
    let header = "@problemName t\n@timeStamps false\n@univariate true\n@classLabel true 1 2\n@data\n"
    folder.write([
      "T_TRAIN.ts": header + "1,2,3:1\n4,5,6:2\n", "T_TEST.ts": header + "1,2,4:2\n",
      "T.txt": "Twelve series, and so on.\n",
    ])
    let survey = try #require(try TSSurvey(folder.path()))
    #expect(survey.command.flags[0].value == folder.path("T_TRAIN.ts"))
  }

  @Test(arguments: [
    ([0x93] + Array("NUMPY\u{1}".utf8), "a numpy array (npy)"),
    ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00], "xz data"),
    (Array("BZh91AY&SY".utf8), "bzip2 data"), (Array("PAR1\u{15}".utf8), "a Parquet table"),
    ([0x89] + Array("PNG\r\n\u{1A}\n".utf8), "a picture (PNG)"),
    (
      Array("PK\u{3}\u{4}\u{14}\u{0}xl/worksheets/sheet1.xml".utf8),
      "an Excel workbook (xlsx) or another Office document"
    ),
    (Array("PK\u{3}\u{4}\u{14}\u{0}arr_0.npy".utf8), "a numpy archive (npz)"),
    ((0..<200).map { UInt8($0 * 37 % 256) }, "binary data of an unknown format"),
    (Array("{\"a\": 1}".utf8), "JSON"),
  ])
  func filesThatAreNoTextAreNamed(bytes: [UInt8], name: String) throws {
    folder.write(bytes, to: "d/a.bin")
    for place in ["d", "d/a.bin"] {
      let error = #expect(throws: RecordError.self) { try DataSurvey(folder.path(place)) }
      #expect(error?.description.contains("the file is \(name): expected rows of text") == true)
    }
  }

  @Test func theDataSetFileHasTheFlagsOfTheTraining() throws {
    for number in 0..<6 {
      folder.write(["\(["a", "b"][number % 2])/s\(number).csv": InspectedFolder.rows(5, seed: number)])
    }
    let command = try folder.conclusion().commands[0]
    #expect(command.given.map(\.definition.name) == (command.flags + command.trainingFlags).map(\.name))
    #expect(command.given.last?.definition.name == "normalize")
  }
}
