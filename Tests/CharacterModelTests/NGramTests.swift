import Glibc
import Testing

@testable import CharacterModel

/// Predictions made by counting alone.
@Suite struct NGramTests {
  private let alphabet = Alphabet(of: "ab")

  private func nats(_ order: Int, of text: String, on other: String) throws -> Double {
    let counts = NGram(order: order, of: try alphabet.numbers(of: text, called: "t"), alphabet: alphabet)
    return counts.loss(on: try alphabet.numbers(of: other, called: "t")).nats
  }

  @Test func lossesAreThoseCountedByHand() throws {
    // In abab, a and b occur 2 times each: p(a) = p(b) = (2 + 1/2) / (4 + 1) = 1/2.
    // b follows a 2 of 2 times: (2 + 1/2) / (2 + 1) = 5/6. a follows b 1 of 1 times: (1 + 1/2) / (1 + 1) =
    // 3/4.
    #expect(try abs(nats(1, of: "abab", on: "ab") - -log(5.0 / 6)) < 1e-12)
    #expect(try abs(nats(1, of: "abab", on: "ba") - -log(3.0 / 4)) < 1e-12)
    #expect(try abs(nats(1, of: "abab", on: "bb") - -log(1.0 / 4)) < 1e-12)
    #expect(try abs(nats(1, of: "abab", on: "bab") - -log(3.0 / 4 * 5 / 6) / 2) < 1e-12)
    // b follows ba 1 of 1 times: (1 + 5/6) / (1 + 1).
    #expect(try abs(nats(2, of: "abab", on: "bab") - -log(3.0 / 4 * 11 / 12) / 2) < 1e-12)
    #expect(try abs(nats(0, of: "aab", on: "ab") - -log(1.5 / 4)) < 1e-12)
  }

  @Test(arguments: 0...4)
  func probabilitiesOfNextCharactersAddUpToOne(order: Int) throws {
    for context in ["aa", "ab", "ba", "bb", "abab", "bbbb"] {
      let before = try nats(order, of: "abaabbbaba", on: context) * Double(context.count - 1)
      let sum = try ["a", "b"].reduce(0.0) { sum, next in
        let nats = try nats(order, of: "abaabbbaba", on: context + next) * Double(context.count)
        return sum + exp(before - nats)
      }
      #expect(abs(sum - 1) < 1e-12)
    }
  }
}
