import Glibc
import Timestep

/// The built `timestep`, next to the tests.
func builtTimestep() throws -> String {
  var buffer = [CChar](repeating: 0, count: 4096)
  let count = max(0, readlink("/proc/self/exe", &buffer, buffer.count))
  let own = String(decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  for start in [own, CommandLine.arguments[0]] {
    var folder = start[...]
    while let slash = folder.lastIndex(of: "/") {
      folder = folder[..<slash]
      if access("\(folder)/timestep", X_OK) == 0 { return "\(folder)/timestep" }
    }
  }
  throw FileError(path: "timestep", problem: "is not built; build it: swift build")
}
