import ArgumentParser

/// A list of column numbers: `3` or `3,4`.
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
