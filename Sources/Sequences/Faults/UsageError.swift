/// A fault in what was asked for, not in the data: a pattern, a range, an option.
///
/// The command line exits with code 64 on such an error, and with 1 on every other.
public protocol UsageError: Error, CustomStringConvertible {}
