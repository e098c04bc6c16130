import ArgumentParser
import Timestep

/// Numbers from one to another, both included: `0...9`.
struct NumberRange: ExpressibleByArgument, CustomStringConvertible {
  let first: Int
  let last: Int

  init?(argument: String) {
    let ends = argument.split(separator: "...", omittingEmptySubsequences: false).map { Int($0) }
    guard ends.count == 2, let first = ends[0], let last = ends[1], first >= 0, first <= last else {
      return nil
    }
    (self.first, self.last) = (first, last)
  }

  var description: String { "\(first)...\(last)" }
}

/// Columns by number: `3` or `3,4`.
struct ColumnList: ExpressibleByArgument, CustomStringConvertible {
  let columns: [Int]

  init?(argument: String) {
    let columns = argument.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
    let known = columns.compactMap { $0 }.filter { $0 >= 0 }
    guard !known.isEmpty, known.count == columns.count, Set(known).count == known.count else { return nil }
    self.columns = known
  }

  var description: String { columns.map(String.init).joined(separator: ",") }
}

extension Alignment: ExpressibleByArgument {}
extension TensorFileFormat: ExpressibleByArgument {}
extension TensorLayout: ExpressibleByArgument {}

/// Sizes of layers: `64` or `64,64`.
struct LayerSizes: ExpressibleByArgument, CustomStringConvertible {
  let sizes: [Int]

  init(sizes: [Int]) { self.sizes = sizes }

  init?(argument: String) {
    let sizes = argument.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
    let known = sizes.compactMap { $0 }.filter { (1...65536).contains($0) }
    guard !known.isEmpty, known.count == sizes.count else { return nil }
    self.sizes = known
  }

  var description: String { sizes.map(String.init).joined(separator: ",") }
  var defaultValueDescription: String { description }
}

/// A delimiter as the command line gives it: `\\t` is a tab.
func unescaped(_ delimiter: String) -> String { delimiter == "\\t" ? "\t" : delimiter }
