import ArgumentParser

/// The sizes of layers: `64` or `64,64`.
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
