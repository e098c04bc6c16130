import Platform

/// A parser for the Python dictionary in an npy header.
///
/// For example, `{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }`. It accepts only the syntax
/// that numpy writes: three keys in any order, strings, `True`, `False` and a tuple of integers.
struct NpyDictionary {
  private(set) var descr: String?
  private(set) var fortranOrder: Bool?
  private(set) var shape: [Int]?
  private var rest: Slice<UnsafeRawBufferPointer>

  init(_ text: Slice<UnsafeRawBufferPointer>) { rest = text }

  mutating func parse() throws(Fault) {
    try expect("{")
    while !take("}") {
      let key = try string()
      try expect(":")
      switch key {
      case "descr" where descr == nil: descr = try string()
      case "fortran_order" where fortranOrder == nil: fortranOrder = try boolean()
      case "shape" where shape == nil: shape = try tuple()
      default: throw Fault("has \(quoted(key)) in its header, which is unknown or there twice")
      }
      if !take(",") {
        try expect("}")
        break
      }
    }
    skipSpace()
    guard rest.isEmpty else { throw malformed("its end") }
  }

  private mutating func skipSpace() {
    while let byte = rest.first, byte == 0x20 || byte == 0x0A { rest = rest.dropFirst() }
  }

  /// Skips `text` if it comes next, and returns true if it did.
  private mutating func take(_ text: StaticString) -> Bool {
    skipSpace()
    let found = text.withUTF8Buffer { rest.starts(with: $0) }
    if found { rest = rest.dropFirst(text.utf8CodeUnitCount) }
    return found
  }

  private mutating func expect(_ text: StaticString) throws(Fault) {
    guard take(text) else { throw malformed("\"\(text)\"") }
  }

  private mutating func string() throws(Fault) -> String {
    skipSpace()
    if rest.first == UInt8(ascii: "[") {
      throw Fault("contains records of several fields: save each field as an array of its own")
    }
    guard let quote = rest.first, quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\""),
      let end = rest.dropFirst().firstIndex(of: quote)
    else { throw malformed("a string") }
    let text = String(decoding: rest[(rest.startIndex + 1)..<end], as: UTF8.self)
    rest = rest[(end + 1)...]
    return text
  }

  private mutating func boolean() throws(Fault) -> Bool {
    if take("True") { return true }
    if take("False") { return false }
    throw malformed("True or False")
  }

  private mutating func tuple() throws(Fault) -> [Int] {
    try expect("(")
    var sizes: [Int] = []
    while !take(")") {
      sizes.append(try integer())
      if !take(",") {
        try expect(")")
        break
      }
    }
    return sizes
  }

  private mutating func integer() throws(Fault) -> Int {
    skipSpace()
    let digits = rest.prefix { $0 >= 0x30 && $0 <= 0x39 }
    // Numbers that do not fit in Int, and negative ones, are rejected.
    guard let value = Int(String(decoding: digits, as: UTF8.self)) else { throw malformed("a size") }
    rest = rest[digits.endIndex...]
    _ = take("L")  // Python 2 wrote long integers like this.
    return value
  }

  private func malformed(_ expected: String) -> Fault {
    let found = String(decoding: rest.prefix(40), as: UTF8.self)
    return Fault("has a header in which \(expected) was expected, but \(quoted(found)) found")
  }
}
