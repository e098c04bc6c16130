import Sequences
import TestSupport
import Testing

@Suite struct GlobSplitTests {
  let directory = TestDirectory()

  @Test(arguments: [
    ("*.csv", ["x_1", "x_02", "x_10"]),
    ("x_*.csv", ["1", "02", "10"]),
    ("x_??.csv", ["02", "10"]),
    ("x_[0-9].csv", ["1"]),
    ("x_[!1]?.csv", ["02"]),
    ("[[:alpha:]]_*.csv", ["x/1", "x/02", "x/10"]),
    ("*/*.txt", ["b/q", "c/q"]),
    ("[bc]/q.*", ["b/txt", "c/txt"]),
    ("\\[z\\]*.tsv", ["-9"]),
  ])
  func theKeyIsTheTextMatchedByTheWildcards(_ pattern: String, _ keys: [String]) throws {
    for name in ["x_1.csv", "x_02.csv", "x_10.csv", "b/q.txt", "c/q.txt", "[z]-9.tsv", ".x_3.csv"] {
      directory.write("1\n", to: name)
    }
    #expect(try GlobSplit("\(directory.path)/\(pattern)").locations().map(\.key) == keys)
  }

  @Test func earlierWildcardsMatchLess() throws {
    directory.write("1\n", to: "a-b-c.csv")
    #expect(try GlobSplit("\(directory.path)/*-*.csv").locations().map(\.key) == ["a/b-c"])
  }

  @Test func directoriesAreSkipped() throws {
    directory.write("1\n", to: "one.d/x.csv")
    directory.write("1\n", to: "two.d")
    #expect(try GlobSplit("\(directory.path)/*.d").locations().map(\.key) == ["two"])
  }

  @Test func faults() {
    #expect(
      message { _ = try GlobSplit("data/x.csv") }
        == "pattern \"data/x.csv\": there is no wildcard: expected *, ? or [...], found none; "
        + "write for example data/*.csv")
    #expect(throws: UsageError.self) { try GlobSplit("data/[x.csv") }
    #expect(throws: UsageError.self) { try GlobSplit("data/\\*.csv") }
    #expect(
      message(in: directory) { _ = try GlobSplit("\(directory.path)/*.csv").locations() }
        == "DIR/*.csv: no file matches the pattern: expected at least one, found none; "
        + "check the pattern and the working directory, and quote the pattern in a shell")
  }
}
