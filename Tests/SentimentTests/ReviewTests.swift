import ArgumentParser
import TestSupport
import Testing
import Timestep

@testable import Sentiment

/// Reviews out of files.
@Suite struct ReviewTests {
  let directory = TestDirectory()

  @Test func textsAreUnquotedAndLabelsKnown() throws {
    let path = directory.write(
      "label,source,text\n1,imdb,\"so \"\"good\"\",\nreally\"\nnegative,rt,bad\n0,imdb,dull\n", to: "r.csv")
    #expect(
      try Review.read(path) == [
        Review(text: "so \"good\",\nreally", isPositive: true), Review(text: "bad", isPositive: false),
        Review(text: "dull", isPositive: false),
      ])
    #expect(try Review.read(path, source: "rt") == [Review(text: "bad", isPositive: false)])
  }

  @Test func faultsNameTheirLocation() {
    let path = directory.write("text,label\na,1\nb,2\n", to: "r.csv")
    #expect(
      message(in: directory) { _ = try Review.read(path) }
        == "DIR/r.csv:3: the label is unknown: expected 1, positive, 0 or negative, found \"2\"; correct it")
    let other = directory.write("text,label,source\na,1,imdb\n", to: "o.csv")
    #expect(
      message(in: directory) { _ = try Review.read(other, source: "rt") }
        == "DIR/o.csv: the file has no reviews of the source \"rt\": expected at least one, found none; name another file "
        + "or source")
    #expect(throws: RecordError.self) { try Review.read(path, source: "imdb") }
  }

  @Test func setsAreSplitOnceAndEquallyForASeed() throws {
    let rows = (0..<40).map { row -> String in "review \(row),\(row % 2)\n" }.joined()
    let path = directory.write("text,label\n" + rows, to: "r.csv")
    func sets(_ seed: Int) throws -> ReviewSets {
      try ReviewSets(Options.parse(["--reviews", path, "--vectors", "v", "--seed", "\(seed)"]))
    }
    let first = try sets(1)
    #expect(first.test.count == 4 && first.validation.count == 4 && first.training.count == 32)
    let all = [first.test, first.validation, first.training].joined()
    #expect(Set(all).count == 40)
    #expect(try sets(1).test == first.test && sets(2).test != first.test)
  }
}
