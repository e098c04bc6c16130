import Glibc
import TestSupport

/// Three series of two steps and two columns, `f_0.csv` ..., with one class per step, `l_0.csv` ...
func writeSmallData(into scratch: TestDirectory) throws {
  for number in 0..<3 {
    scratch.write("1,2\n3,4\n", to: "f_\(number).csv")
    scratch.write("0\n1\n", to: "l_\(number).csv")
  }
}

/// The flags that name the small data.
let smallData = ["--features", "f_%d.csv", "--labels", "l_%d.csv", "--classes", "2"]

/// The flags of a training that ends immediately.
let shortTraining = ["--epochs", "1", "--hidden", "2"]

/// Returns a command line in which some flags have other values.
func setting(_ flags: [String], in words: [String]) -> [String] {
  var kept: [String] = []
  var rest = words[...]
  while let word = rest.popFirst() {
    if word.hasPrefix("--"), flags.contains(word) { _ = rest.popFirst() } else { kept.append(word) }
  }
  return kept + flags
}

/// The path of a directory in Fixtures.
func fixture(_ name: String) -> String { Repository.fixture(name) }

/// Whether this process is root, which may read everything and mount.
var isRoot: Bool { getuid() == 0 }

#if DEBUG
  /// True if arithmetic is slow, so that a training must be short.
  let isDebug = true
#else
  /// True if arithmetic is slow, so that a training must be short.
  let isDebug = false
#endif
