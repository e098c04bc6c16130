import FoundationEssentials
import TestSupport
import Testing

@testable import TimestepCommand

struct LocatedJSONTests {
  private func parsed(_ text: String) throws -> LocatedJSON {
    try LocatedJSON(Array(text.utf8), path: "f.json")
  }

  @Test func valuesKnowWhereTheyBegin() throws {
    let text =
      "\u{FEFF}{\n  \"a\": [1, -2.5e3],\n\t\"\\u00e4\\ud83d\\ude00\\n\": \"x\\\"y\", \"t\":true, \"n\": null}\n"
    guard case .object(let members) = try parsed(text).content else {
      Issue.record("no object")
      return
    }
    #expect(members.map(\.key) == ["a", "ä😀\n", "t", "n"])
    #expect(members.map { "\($0.place.line):\($0.place.column)" } == ["2:3", "3:2", "3:34", "3:44"])
    #expect(
      members.map { "\($0.value.place.line):\($0.value.place.column)" } == ["2:8", "3:26", "3:38", "3:49"])
    #expect(members.map(\.value.description) == ["a list", "the text \"x\"y\"", "true", "null"])
  }

  @Test(arguments: [
    ("", "f.json:1:1: a value is missing: expected a value, found the end of the file"),
    ("{\"a\" 1}", "f.json:1:6: a key has no value: expected a colon, found \"1}\""),
    ("{\"a\": 1,\n}", "f.json:2:1: a key is missing: expected a key in quotes, found \"}\""),
    ("{'a': 1}", "f.json:1:2: a key is missing: expected a key in quotes, found \"'a': 1}\""),
    ("{\"a\": 01}", "f.json:1:8: a number begins with 0: expected a number without it, found \"1}\""),
    (
      "{\"a\": yes}",
      "f.json:1:7: this is not JSON: expected a text in quotes, a number, a list, true or false, found \"yes}\""
    ),
    ("[1, 2", "f.json:1:6: a list does not end: expected a comma or ], found the end of the file"),
    ("{} x", "f.json:1:4: there is text after the end: expected nothing, found \"x\""),
    ("\"a\nb\"", "f.json:1:3: a text does not end in its line: expected a quote, found \"\\x0Ab\"\""),
    (
      "\"\\ud800x\"",
      "f.json:1:8: an escape before this is half a character: expected a pair of \\uD8.. and \\uDC.., found \"x\"\""
    ),
  ])
  func faultsHaveAPlace(text: String, message: String) {
    expectMessage(message) { _ = try parsed(text) }
  }

  @Test func nestingIsLimited() {
    #expect(throws: (any Error).self) { try parsed(String(repeating: "[", count: 100_000)) }
  }

  /// Whatever Foundation reads is read, with the same contents; anything else is refused.
  @Test func itReadsWhatFoundationReads() throws {
    var random = SplitMix(state: 11)
    func text(_ depth: Int) -> String {
      let blank = ["", " ", "\n", "\t"][Int(random.next(below: 4))]
      switch random.next(below: depth > 2 ? 4 : 6) {
      case 0: return "\(Int(random.next(below: 2000)) - 1000)\(blank)"
      case 1: return ["1.5", "-0.25e3", "2E-2", "0"][Int(random.next(below: 4))]
      case 2: return ["\"a\"", "\"\\u0041\\t\"", "\"ö\"", "\"\\\\\""][Int(random.next(below: 4))] + blank
      case 3: return ["true", "false", "null"][Int(random.next(below: 3))]
      case 4:
        return "[\(blank)" + (0..<random.next(below: 3)).map { _ in text(depth + 1) }.joined(separator: ",")
          + "]"
      default:
        return "{"
          + (0..<random.next(below: 3)).map { "\"k\($0)\":\(blank)\(text(depth + 1))" }.joined(separator: ",")
          + "}"
      }
    }
    for _ in 0..<500 {
      var sample = text(0)
      if random.next(below: 3) == 0, !sample.isEmpty {
        // A byte less may be no JSON any more.
        let cut = Int(random.next(below: UInt64(sample.count)))
        sample.remove(at: sample.index(sample.startIndex, offsetBy: cut))
      }
      let known = try? JSONDecoder().decode(AnyJSON.self, from: Data(sample.utf8))
      let found = try? parsed(sample)
      #expect((known == nil) == (found == nil), "\(sample)")
      if let known, let found { #expect(known == AnyJSON(found), "\(sample)") }
    }
  }
}

/// Any JSON value, for comparisons.
private indirect enum AnyJSON: Decodable, Equatable {
  case object([String: AnyJSON])
  case list([AnyJSON])
  case text(String)
  case number(Double)
  case boolean(Bool)
  case null

  init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    if value.decodeNil() {
      self = .null
    } else if let found = try? value.decode(Bool.self) {
      self = .boolean(found)
    } else if let found = try? value.decode(Double.self) {
      self = .number(found)
    } else if let found = try? value.decode(String.self) {
      self = .text(found)
    } else if let found = try? value.decode([AnyJSON].self) {
      self = .list(found)
    } else {
      self = .object(try value.decode([String: AnyJSON].self))
    }
  }

  init(_ value: LocatedJSON) {
    switch value.content {
    case .object(let members):
      self = .object(Dictionary(members.map { ($0.key, AnyJSON($0.value)) }) { _, last in last })
    case .list(let values): self = .list(values.map(AnyJSON.init))
    case .text(let text): self = .text(text)
    case .number(let digits): self = .number(Double(digits) ?? .nan)
    case .boolean(let found): self = .boolean(found)
    case .null: self = .null
    }
  }
}
