import Testing

/// Returns the description of the error that `body` throws, with `DIR` for the path of `directory`.
public func message(in directory: TestDirectory? = nil, _ body: () throws -> Void) -> String {
  do {
    try body()
    return "no error"
  } catch {
    guard let directory else { return "\(error)" }
    return "\(error)".split(separator: directory.path, omittingEmptySubsequences: false).joined(
      separator: "DIR")
  }
}

/// Expects `body` to throw an error with exactly this message.
public func expectMessage(
  _ expected: String, sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws -> Void
) {
  let found = message(body)
  #expect(found == expected, sourceLocation: sourceLocation)
}

/// Expects `body` to throw an error about the file `path` with `fragment` in its message.
public func expectRejection(
  _ path: String, _ fragment: String, sourceLocation: SourceLocation = #_sourceLocation,
  _ body: () throws -> Void
) {
  let found = message(body)
  #expect(found.hasPrefix("\(path): "), sourceLocation: sourceLocation)
  #expect(found.contains(fragment), sourceLocation: sourceLocation)
}
