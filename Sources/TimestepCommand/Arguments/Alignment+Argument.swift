import ArgumentParser
import Timestep

extension Alignment: ExpressibleByArgument {}
extension TensorFileFormat: ExpressibleByArgument {}
extension TensorLayout: ExpressibleByArgument {}

/// A delimiter as the command line gives it: `\\t` is a tab.
func unescaped(_ delimiter: String) -> String { delimiter == "\\t" ? "\t" : delimiter }
