import ArgumentParser
import Timestep

extension Alignment: ExpressibleByArgument {}
extension TensorFileFormat: ExpressibleByArgument {}
extension TensorLayout: ExpressibleByArgument {}

/// Returns a delimiter from its form on the command line: `\\t` is a tab.
func unescaped(_ delimiter: String) -> String { delimiter == "\\t" ? "\t" : delimiter }
