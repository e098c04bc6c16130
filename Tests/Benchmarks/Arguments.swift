/// The words and the `--name value` pairs of the command line.
struct Arguments {
  private var words: [String] = []
  private var values: [String: String] = [:]

  init(_ list: some Sequence<String>) throws(ArgumentError) {
    var name: String?
    for text in list {
      if let flag = name {
        values[flag] = text
        name = nil
      } else if text.hasPrefix("--") {
        name = String(text.dropFirst(2))
      } else {
        words.append(text)
      }
    }
    if let name { throw ArgumentError(problem: "--\(name) has no value") }
  }

  /// The word at `index`, counted from 0.
  func word(_ index: Int) throws(ArgumentError) -> String {
    guard words.indices.contains(index) else { throw ArgumentError(problem: "word \(index + 1) is missing") }
    return words[index]
  }

  /// The words from the second on, as whole numbers, `count` of them.
  func sizes(_ count: Int) throws(ArgumentError) -> [Int] {
    let sizes = words.dropFirst().compactMap { Int($0) }
    guard sizes.count == count, words.count == count + 1 else {
      throw ArgumentError(problem: "expected \(count) sizes behind \"\(words.first ?? "")\"")
    }
    return sizes
  }

  /// The text of a flag.
  func text(_ name: String) throws(ArgumentError) -> String {
    guard let value = values[name] else { throw ArgumentError(problem: "--\(name) is missing") }
    return value
  }

  /// The number of a flag, or `other` without it.
  func number(_ name: String, default other: Int) throws(ArgumentError) -> Int {
    guard let value = values[name] else { return other }
    guard let number = Int(value), number > 0 else {
      throw ArgumentError(problem: "--\(name) \(value) is not a number above 0")
    }
    return number
  }

  /// Returns true if a flag is given.
  func has(_ name: String) -> Bool { values[name] != nil }
}

/// An error in the command line.
struct ArgumentError: Error, CustomStringConvertible {
  var problem: String
  var description: String { problem }
}
