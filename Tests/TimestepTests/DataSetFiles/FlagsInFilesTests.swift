import ArgumentParser
import TestSupport
import Testing

@testable import TimestepCommand

/// A data set file stands for flags of any command.
struct FlagsInFilesTests {
  private let scratch = TestDirectory()

  private func write(_ text: String, to name: String = "d.json") -> String {
    scratch.write(text, to: name)
    return scratch.path(name)
  }

  /// Returns the words that the parser gets.
  private func words(_ command: String, _ text: String, _ given: String...) throws -> [String] {
    let path = write(text)
    return try GivenFlags(completing: [command, path] + given).words.map {
      $0.replacing("\(scratch.path)/", with: "")
    }
  }

  @Test func theFileIsRecognizedByItsContent() throws {
    #expect(try DataSetFile.isOne(write("{}")))
    #expect(try DataSetFile.isOne(write("\u{FEFF} \n\t{\"a\"")))
    for text in ["", "[1]", "a,b\n", "1,2\n3,4\n"] { #expect(try !DataSetFile.isOne(write(text)), "\(text)") }
    #expect(try !DataSetFile.isOne(scratch.path("none")) && !DataSetFile.isOne(scratch.path))
  }

  @Test func flagsPrecedeThoseOfTheCommandLine() throws {
    let text = """
      {"features": "f_%d.csv", "header": true, "regression": false, "batch-size": 16, "missing": ["NA", "--"],
       "learning-rate": 0.003, "label-column": "y", "rename": "a=b", "epochs": 3}
      """
    #expect(
      try words("train", text, "--epochs", "5") == [
        "train", "--features=f_%d.csv", "--header", "--batch-size=16", "--missing=NA", "--missing=--",
        "--learning-rate=0.003", "--label-column=y", "--rename=a=b", "--epochs", "5",
      ])
    // Those of other commands are ignored.
    #expect(
      try words("convert", text, "--output", "o") == [
        "convert", "--features=f_%d.csv", "--header", "--batch-size=16", "--missing=NA", "--missing=--",
        "--label-column=y", "--rename=a=b", "--output", "o",
      ])
    #expect(try words("predict", text, "--model", "m").contains("--missing=NA"))
  }

  @Test func flagsOfTheCommandLineWin() throws {
    // One of several that exclude each other, with what needs the other ones.
    #expect(
      try words(
        "convert", "{\"features\": \"f\", \"labels\": \"l\", \"label-header\": \"none\", \"classes\": 2}",
        "--label-column", "y")
        == ["convert", "--features=f", "--classes=2", "--label-column", "y"])
    #expect(
      try words("convert", "{\"classes\": 2, \"align\": \"end\"}", "--regression") == [
        "convert", "--align=end", "--regression",
      ])
    #expect(
      try words("train", "{\"features\": \"f\", \"labels\": \"l\", \"skip-lines\": 1}", "--batches", "b") == [
        "train", "--batches", "b",
      ])
    #expect(
      try words("inspect", "{\"features\": \"f\", \"model\": \"m\"}", "--model", "n") == [
        "inspect", "--model", "n",
      ])
    #expect(
      try words("convert", "{\"header\": true, \"columns-by-name\": true, \"classes\": 2}", "--header=false")
        == ["convert", "--classes=2"])
    #expect(try words("convert", "{\"header\": false}", "--header=true") == ["convert", "--header"])
    // The seed of a training is not that of an order.
    let training = "{\"features\": \"f\", \"seed\": 3, \"epochs\": 4}"
    #expect(try words("convert", training) == ["convert", "--features=f"])
    #expect(
      try words("convert", training, "--order", "shuffled") == [
        "convert", "--features=f", "--seed=3", "--order", "shuffled",
      ])
    #expect(try words("train", training) == ["train", "--features=f", "--seed=3", "--epochs=4"])
    #expect(try words("convert", "{\"regression\": false}", "--header=false") == ["convert"])
    #expect(
      message { try GivenFlags(["convert", "--header", "--header=false"]).check() }
        == "--header and --header=false exclude each other; leave one out")
    // A range belongs to its pattern, and all values of a repeated flag to each other.
    #expect(
      try words("convert", "{\"features\": \"f_%d\", \"range\": \"0...3\"}", "--features", "g_%d")
        == ["convert", "--features", "g_%d"])
    #expect(
      try words("convert", "{\"missing\": [\"a\", \"b\"]}", "--missing", "c") == [
        "convert", "--missing", "c",
      ])
    // What the file alone gets wrong is reported, not hidden.
    let given = try GivenFlags(completing: ["convert", write("{\"features\": \"f\", \"tail\": \"keep\"}")])
    #expect(throws: ValidationError.self) { try given.check() }
  }

  /// A name may mean something else in a command.
  @Test func keysMeanTheSameInEveryCommand() throws {
    let text = "{\"on-error\": [\"skip-row\"], \"model\": \"m\"}"
    #expect(try words("predict", text) == ["predict", "--model=m"])
    #expect(try words("inspect", text) == ["inspect", "--on-error=skip-row"])
    #expect(try words("evaluate", text) == ["evaluate", "--on-error=skip-row", "--model=m"])
  }

  @Test func pathsAreRelativeToTheFile() throws {
    scratch.makeDirectory("a[b]")
    let text = """
      {"features": "x/*.csv", "labels": "l_%d.csv", "cache": "/tmp/c", "validation-features": "../v.csv",
       "input-split": "glob:pattern=*\\\\,.csv", "header": true}
      """
    let path = write(text, to: "a[b]/d.json")
    let values = try GivenFlags(completing: ["train", path]).flags.map { $0.value ?? "-" }
    let directory = "\(scratch.path)/a[b]/"
    #expect(
      values == [
        "\(scratch.path)/a\\[b]/x/*.csv", "\(directory)l_%d.csv", "/tmp/c", "\(directory)../v.csv",
        "glob:pattern=\(scratch.path)/a\\\\[b]/*\\,.csv", "-",
      ])
  }

  @Test(arguments: [
    (
      "{\n  \"feature\": \"f\"}",
      "2:3: no command knows the key \"feature\": expected the name of a flag, without hyphens; did you mean \"features\"?"
    ),
    (
      "{\"--header\": true}",
      "1:2: no command knows the key \"--header\": expected the name of a flag, without hyphens; did you mean \"header\"?"
    ),
    (
      "{\"save-flags\": \"x\"}",
      "1:2: no command knows the key \"save-flags\": expected the name of a flag, without hyphens"
    ),
    (
      "{\"header\": \"yes\"}",
      "1:12: the value of \"header\" has the wrong type: expected true or false, found the text \"yes\""
    ),
    (
      "{\"batch-size\": \"32\"}",
      "1:16: the value of \"batch-size\" has the wrong type: expected a whole number, found the text \"32\"; write it without quotes"
    ),
    (
      "{\"batch-size\": 1.5}",
      "1:16: the value of \"batch-size\" has the wrong type: expected a whole number, found the number 1.5"
    ),
    (
      "{\"missing\": [-200]}",
      "1:14: the value of \"missing\" has the wrong type: expected a text or a list of texts, found the number -200; write \"-200\""
    ),
    (
      "{\"delimiter\": [\"a\"]}",
      "1:15: the value of \"delimiter\" has the wrong type: expected a text, found a list; write several as one text: \"a,b\""
    ),
    (
      "{\"epochs\": true}",
      "1:12: the value of \"epochs\" has the wrong type: expected a whole number, found true"
    ),
    (
      "{\"header\": true,\n\"header\": true}",
      "2:1: the key \"header\" occurs twice: expected it once, found it in line 1 too; leave one out"
    ),
  ])
  func faultsNameTheirPlace(text: String, fault: String) {
    let path = write(text)
    expectMessage("\(path):\(fault)") { _ = try GivenFlags(completing: ["train", path]) }
  }

  /// Every flag survives being written and read, in every command.
  @Test func everyFlagIsReadAsItWasWritten() throws {
    for command in FlagDefinition.Command.allCases {
      let flags = FlagDefinition.all.filter { $0.commands.contains(command) && $0.isForFiles }
      guard !flags.isEmpty else { continue }
      let given = flags.flatMap { flag -> [GivenFlags.Flag] in
        let value = sampleWords(of: flag).dropFirst().first
        let one = GivenFlags.Flag(definition: flag, value: value)
        return flag.isRepeated ? [one, GivenFlags.Flag(definition: flag, value: "-\"\\x\u{1}ö")] : [one]
      }
      scratch.makeDirectory("deep")
      let path = scratch.path("deep/d.json")
      try DataSetFile.write(given, to: path)
      let read = try DataSetFile(path).flags(of: command)
      func sorted(_ flags: [GivenFlags.Flag]) -> [GivenFlags.Flag] {
        flags.enumerated().sorted {
          ($0.element.definition.name, $0.offset) < ($1.element.definition.name, $1.offset)
        }
        .map(\.element)
      }
      #expect(sorted(read).map(\.definition.name) == sorted(given).map(\.definition.name))
      for (one, other) in zip(sorted(given), sorted(read)) {
        guard one.definition.path != nil else {
          #expect(one.value == other.value, "\(one.definition.spelling)")
          continue
        }
        // The same file, seen from the working directory.
        let value = try #require(other.value)
        #expect(
          value.hasPrefix("\(scratch.path)/deep/../") && value.hasSuffix("/\(one.value ?? "")"), "\(value)")
      }
    }
  }

  @Test func numbersBecomeThoseOfJSON() throws {
    let words = [
      "train", "--l1", ".5", "--l2=0x1p-1", "--learning-rate", "1e-3", "--seed", "18446744073709551615",
      "--epochs=+3",
    ]
    let text = try DataSetFile.text(of: GivenFlags(words).flags, at: "d.json")
    #expect(
      text
        == "{\n  \"learning-rate\": 1e-3,\n  \"l1\": 0.5,\n  \"l2\": 0.5,\n  \"seed\": 18446744073709551615,\n  \"epochs\": 3\n}\n"
    )
    #expect(throws: ValidationError.self) {
      try DataSetFile.text(of: GivenFlags(["train", "--time-limit", "inf"]).flags, at: "d.json")
    }
  }

  @Test(arguments: [
    ("f.csv", "/a", "/a", "f.csv"), ("f.csv", "/a", "/a/b", "../f.csv"), ("b/f.csv", "/a", "/a/b", "f.csv"),
    ("b", "/a", "/a/b", "../b"), ("/x/f", "/a", "/b", "/x/f"), ("../f", "/a/b", "/a/c", "../b/../f"),
    ("./x/", "/a", "/b/c", "../../a/x/"), ("f", "/", "/t", "../f"),
  ])
  func pathsBecomeRelative(path: String, here: String, directory: String, expected: String) {
    #expect(DataSetFile.relativePath(of: path, from: here, to: directory) == expected)
  }

  /// What a shell makes of a pattern without quotes is explained.
  @Test func wordsThatAreNoFlagsAreExplained() throws {
    for name in ["f_0.csv", "f_1.csv", "f_2.csv"] { scratch.write("1\n", to: name) }
    func message(_ words: String...) -> String {
      do {
        _ = try GivenFlags(completing: words.map { $0.replacing("DIR", with: scratch.path) })
      } catch let error as ValidationError {
        return error.message.replacing(scratch.path, with: "DIR")
      } catch { return "\(error)" }
      return "no error"
    }
    #expect(
      message("convert", "--features", "f_0.csv", "f_1.csv", "f_2.csv", "--header").hasSuffix(
        "is not a flag: expected flags, found 2 words; a shell expands a pattern, so quote the pattern (--features 'f_*.csv')"
      ))
    #expect(
      message("train", "f_0.csv", "f_1.csv").hasPrefix(
        "\"f_0.csv\" is not a flag: expected flags, or a data set file (JSON) as the first argument, found 2 words; a shell expands"
      ))
    #expect(
      message("train", "DIR/f_0.csv").contains(
        "found a file that does not begin with {; give it after the flag it belongs to, and quote the pattern"
      ))
    #expect(message("train", "nosuch").contains("found the name of no file;"))
    #expect(
      message("train", "DIR").contains(
        "found a directory; \"timestep inspect DIR\" says which flags describe it"))
    scratch.write("{}", to: "d.json")
    #expect(
      message("train", "--header", "DIR/d.json").contains(
        "found a data set file; give it directly after \"train\""))
    #expect(message("inspect", "a.csv", "b.csv").contains("quote the pattern ('*.csv')"))
    #expect(message("train", "x", "--hiden").contains("Unknown option '--hiden'. Did you mean '--hidden'?"))
    // The parser explains a single hyphen; a location is no flag; the others take no flags.
    for words in [
      ["train", "x", "-n"], ["inspect", "x"], ["diff", "a", "b"], ["plugins"], ["nosuch", "x"],
    ] {
      #expect(throws: Never.self) { try GivenFlags(completing: words) }
    }
  }

  @Test func theOriginOfAFlagIsNamed() throws {
    let path = write("{\"align\": \"middle\"}")
    let given = try GivenFlags(completing: ["convert", path, "--output", "o"])
    #expect(
      given.places(in: "The value 'middle' is invalid for '--align <align>'")
        == "\(path):1:2: --align is set here\n")
    #expect(given.places(in: "--alignment, --output") == "")
  }
}
