import TestSupport
import Testing
import Timestep

/// Which columns and names labels, attributes and times are taken from.
@Suite(.startsProcesses) struct LabelSourceColumnTests {
  private let scratch = TestDirectory()

  private func convert(_ flags: [String]) throws -> (text: String, batch: DataSet) {
    let run = try timestep(["convert", "--output", "o", "--overwrite"] + flags, in: scratch)
    #expect(run.exitCode == 0, "\(run.error)")
    return (run.error, try SavedDataSets(scratch.path("o")).batch(epoch: 0, index: 0))
  }

  /// Without a column of labels, a table has them in the first column with no other use.
  @Test func labelsAreInTheFirstColumnThatIsFree() throws {
    for name in ["a", "b"] { scratch.write("1\n2\n3\n", to: "\(name).csv") }
    scratch.write("file,t,label\na,0,x\na,1,y\nb,2,x\n", to: "steps.csv")
    scratch.write("t,label,file\n0,x,a\n1,y,a\n2,x,b\n", to: "turned.csv")
    let (text, batch) = try convert(["--features", "[ab].csv", "--label-table", "steps.csv:time=t"])
    #expect(text.contains("2 classes") && text.contains("x, y"), "\(text)")
    let (_, turned) = try convert(["--features", "[ab].csv", "--label-table", "turned.csv:key=file,time=t"])
    #expect(batch.labels == turned.labels && batch.labelsMask == turned.labelsMask)
    #expect(batch.labelsMask[0, 0] && batch.labelsMask[0, 1] && !batch.labelsMask[0, 2])
    try expectFailure(
      "Error: --label-table steps.csv: expected another column for label= than for time=, found \"t\" for both",
      ["convert", "--output", "p", "--features", "[ab].csv", "--label-table", "steps.csv:time=t,label=t"],
      in: scratch,
      exitCode: 64)
  }

  /// Attributes are numbers in the notation of the files.
  @Test(arguments: [[], ["--label-decimal", ","]]) func attributesHaveTheNotationOfTheFiles(flags: [String])
    throws
  {
    for name in ["a", "b"] { scratch.write("1,5\n2,5\n", to: "\(name).csv") }
    scratch.write("file;kind;age\na;x;61,5\nb;y;3,25\n", to: "t.csv")
    let (_, batch) = try convert(
      [
        "--features", "[ab].csv", "--delimiter", ";", "--decimal", ",", "--label-table", "t.csv", "--static",
        "age",
      ] + flags)
    #expect((0..<2).map { batch.features[$0, 1, 1] } == [61.5, 3.25])
    #expect(batch.features[0, 0, 1] == 2.5)
  }

  /// The rows of a table without names are those of the series, attributes too.
  @Test func attributesOfRowsWithoutNames() throws {
    for name in ["a", "b"] { scratch.write("1\n2\n", to: "\(name).csv") }
    scratch.write("kind,age\nx,61\ny,3\n", to: "t.csv")
    let (_, batch) = try convert([
      "--features", "[ab].csv", "--label-table", "t.csv:key=@row", "--static", "age",
    ])
    #expect((0..<2).map { batch.features[$0, 1, 1] } == [61, 3])
  }

  /// A missing attribute gets the mean over series, however long these are.
  @Test func theMeanOfAttributesIsThatOfSeries() throws {
    for (name, steps) in [("a", 1), ("b", 9), ("c", 2)] {
      scratch.write(String(repeating: "1\n", count: steps), to: "\(name).csv")
    }
    scratch.write("file,kind,age\na,x,10\nb,y,20\nc,x,\n", to: "t.csv")
    let (_, batch) = try convert(
      ["--features", "[abc].csv", "--label-table", "t.csv", "--static", "age"]
        + ["--transform", "fill:rule=mean,columns=age"])
    #expect((0..<3).map { batch.features[$0, 1, 0] } == [10, 20, 15])
  }

  /// A gap makes pieces, not series.
  @Test(arguments: [[], ["--max-gap", "60s"]]) func theMeanOfAttributesCountsSeriesOnce(flags: [String])
    throws
  {
    scratch.write("t,a\n0,1\n10,2\n100,3\n110,4\n200,5\n210,6\n", to: "a.csv")
    for name in ["b", "c"] { scratch.write("t,a\n0,1\n10,2\n20,4\n", to: "\(name).csv") }
    scratch.write("file,kind,age\na,x,10\nb,y,20\nc,y,\n", to: "t.csv")
    let (_, batch) = try convert(
      [
        "--features", "[abc].csv", "--header", "--time", "t=unix", "--label-table", "t.csv", "--static",
        "age",
      ]
        + ["--transform", "fill:rule=mean,columns=age"] + flags)
    #expect(batch.features[batch.exampleCount - 1, 2, 0] == 15)
  }

  /// An archive is a directory: its name is no part of a class.
  @Test func theFoldersOfAnArchiveAreClasses() throws {
    let files = ["walk/a.csv", "run/b.csv"].map { ArchivedFile($0, Array("1\n2\n".utf8)) }
    scratch.write(zipArchive(files), to: "g.zip")
    scratch.write(tarArchive(files), to: "g.tar")
    scratch.makeDirectory("plain")
    for folder in ["walk", "run"] { scratch.makeDirectory("plain/\(folder)") }
    scratch.write("1\n2\n", to: "plain/walk/a.csv")
    scratch.write("1\n2\n", to: "plain/run/b.csv")
    let part = try convert(["--features", "g.zip:walk/*.csv", "--labels-from", "folder"])
    #expect(part.text.contains(": walk\n"), "\(part.text)")
    scratch.write(zipArchive([ArchivedFile("a.csv", Array("1\n".utf8))]), to: "flat.zip")
    let flat = try timestep(
      ["convert", "--output", "p", "--features", "flat.zip", "--labels-from", "folder"], in: scratch)
    #expect(flat.exitCode == 1 && flat.error.contains("the file is in no folder of a class"), "\(flat.error)")
    for source in ["plain", "g.zip", "g.tar"] {
      let (text, batch) = try convert(["--features", source, "--labels-from", "folder"])
      #expect(text.contains(": run, walk\n"), "\(text)")
      #expect(batch.labels?.shape == [2, 2, 2])
    }
  }

  /// A row may name a numbered file by its number as it is written.
  @Test func numbersAreNamedAsTheyAreWritten() throws {
    for number in 0..<3 { scratch.write("\(number)\n", to: "f_00\(number).csv") }
    for keys in [["0", "1", "2"], ["000", "001", "002"], ["f_000", "f_001.csv", "2"]] {
      scratch.write("file,y\n" + keys.enumerated().map { "\($1),\($0 * 10)\n" }.joined(), to: "t.csv")
      let (_, batch) = try convert(
        ["--features", "f_%03d.csv", "--label-table", "t.csv", "--regression"])
      #expect((0..<3).map { batch.labels?[$0, 0, 0] } == [0, 10, 20])
    }
  }

  /// Several files are joined by the column that is named, which must be one.
  @Test func filesAreJoinedByTheNamedColumn() throws {
    scratch.write("t1,t2,x\n0,100,1\n1000,200,2\n2000,300,3\n", to: "a_0.csv")
    scratch.write("t1,t2,y\n0,300,7\n1000,200,8\n2000,100,9\n", to: "b_0.csv")
    let words = ["--features", "a_%d.csv", "--features", "b_%d.csv", "--header", "--time", "t1=unix-ms"]
    let (_, first) = try convert(words + ["--time", "t2=unix-ms", "--join-on", "t1:nearest"])
    #expect(first.features.shape[1] == 5)
    let place = first.features.shape[1] - 1
    #expect((0..<3).map { first.features[0, place, $0] } == [7, 8, 9])
    let (_, second) = try convert(words + ["--time", "t2=unix-ms", "--join-on", "t2:nearest"])
    #expect((0..<3).map { second.features[0, place, $0] } == [9, 8, 7])
    for (column, problem) in [("x", "expected a column of timestamps"), ("tim", "did you mean \"t1\"?")] {
      let run = try timestep(["convert", "--output", "p"] + words + ["--join-on", column], in: scratch)
      #expect(run.exitCode != 0 && run.error.contains(problem), "\(run.error)")
    }
  }

  /// Groups of a column that series are grouped by stay together.
  @Test(arguments: [["user"], ["user", "session"], ["session", "user"], ["file", "user"]])
  func columnsOfKeysKeepSeriesTogether(
    keys: [String]
  ) throws {
    var text = "user,session,x\n"
    for user in 0..<6 {
      for session in 0..<3 { for row in 0..<2 { text += "u/\(user),s\(session),\(row)\n" } }
    }
    scratch.write(text, to: "all.csv")
    var parts: [Set<String>] = []
    var count = 0
    for part in ["train", "test"] {
      let (_, batch) = try convert(
        ["--features", "all.csv", "--header", "--group-by", keys.joined(separator: ","), "--split", "2,0,1"]
          + ["--split-by", "user", "--part", part]
          + (keys.contains("session") ? [] : ["--drop-columns", "session"]))
      // The number of the user is in its key, with or without a backslash before its slash.
      parts.append(
        Set(
          batch.metadata.map { source in
            let key = source.features.key
            let user =
              key.firstRange(of: "u/") ?? key.firstRange(of: "u\\/") ?? key.startIndex..<key.startIndex
            return String(key[user.upperBound...].prefix(1))
          }))
      count += batch.exampleCount
    }
    #expect(parts[0].isDisjoint(with: parts[1]) && parts[0].union(parts[1]).count == 6, "\(parts)")
    #expect(count == (keys.contains("session") ? 18 : 6) && parts[1].count == 2)
  }

  /// What sets the flags is an input.
  @Test func theDataSetFileIsNotReplaced() throws {
    scratch.write("1,0\n2,1\n", to: "f.csv")
    scratch.write(
      "{\"features\": \"f.csv\", \"label-column\": \"1\", \"classes\": 2, \"epochs\": 1}", to: "r.json")
    let before = try scratch.bytes(of: "r.json")
    let run = try timestep(
      ["train", "r.json", "--model", "m", "--save-flags", "r.json", "--overwrite"], in: scratch)
    #expect(run.exitCode == 64 && run.error.contains("r.json"), "\(run.error)")
    #expect(try scratch.bytes(of: "r.json") == before)
  }

  @Test func misspelledFlagsAreNamedFirst() throws {
    for (words, problem) in [
      (
        ["train", "--fetures", "x", "--model", "m"], "Unknown option '--fetures'. Did you mean '--features'?"
      ),
      (
        ["convert", "--lables-from", "folder", "--output", "o"],
        "Unknown option '--lables-from'. Did you mean '--labels-from'?"
      ),
      (["evaluate", "--modle", "m", "--features", "x"], "Unknown option '--modle'. Did you mean '--model'?"),
      (["train", "--frobnicate"], "Unknown option '--frobnicate'"),
    ] {
      let run = try timestep(words, in: scratch)
      #expect(run.exitCode == 64 && run.error.hasPrefix("Error: \(problem)\n"), "\(run.error)")
    }
  }
}
