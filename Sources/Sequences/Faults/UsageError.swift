/// An invalid request rather than a fault in the data: a pattern, a range, an option.
///
/// The command line exits with code 64 on such an error, and with 1 on all others.
public protocol UsageError: Error, CustomStringConvertible {}
