import Conformance
import Glibc
import Testing

/// The directory that tests of plug-ins write to.
@Suite struct ScratchDirectoryTests {
  @Test func itKeepsFilesUntilItIsDropped() throws {
    var path = ""
    do {
      let scratch = try ScratchDirectory()
      #expect(try scratch.names == [])
      let file = try scratch.write("1,2\n", to: "a/b/x_10.csv")
      try scratch.write("3\n", to: "x_2.csv")
      try scratch.write("4\n", to: "x_10.csv")
      #expect(file == scratch.path("a/b/x_10.csv") && file.hasPrefix(scratch.path + "/"))
      #expect(try scratch.text(of: "a/b/x_10.csv") == "1,2\n")
      #expect(try scratch.names == ["a", "x_2.csv", "x_10.csv"])
      try scratch.write("5\n", to: "x_2.csv")
      #expect(try scratch.text(of: "x_2.csv") == "5\n")
      path = scratch.path
    }
    #expect(access(path, F_OK) != 0)
  }
}
