import Glibc

/// Foresees a character from the few before it, by counting alone: what a network has to do better than.
///
/// Counts behind a longer context are filled up with one character, shared out as the shorter context foresees:
/// p(c | ab) = (count(abc) + p(c | b)) / (count(ab) + 1), and so on down to all characters being alike.
struct NGram {
  /// The number of characters before.
  let order: Int
  private let alphabet: Alphabet
  /// How often each context was followed by each character, and by any; by the number of characters in the context.
  private var followed: [[Int: Int]]
  private var seen: [[Int: Int]]

  /// Counts in a text.
  init(order: Int, of text: [Int32], alphabet: Alphabet) {
    (self.order, self.alphabet) = (order, alphabet)
    followed = Array(repeating: [:], count: order + 1)
    seen = followed
    for place in text.indices {
      for length in 0...min(order, place) {
        let context = number(text[place - length..<place])
        seen[length][context, default: 0] += 1
        followed[length][context * alphabet.count + Int(text[place]), default: 0] += 1
      }
    }
  }

  /// The loss on another text, in nats a character: of those that a network is asked for, all but the first.
  func loss(on text: [Int32]) -> CharacterLoss {
    let sum = text.indices.dropFirst().reduce(0.0) { $0 - log(probability(in: text, at: $1)) }
    return CharacterLoss(nats: sum / Double(text.count - 1))
  }

  private func probability(in text: [Int32], at place: Int) -> Double {
    var probability = 1 / Double(alphabet.count)
    for length in 0...min(order, place) {
      let context = number(text[place - length..<place])
      let count = followed[length][context * alphabet.count + Int(text[place])] ?? 0
      probability = (Double(count) + probability) / Double((seen[length][context] ?? 0) + 1)
    }
    return probability
  }

  /// One number for a context, that of no other one as long.
  private func number(_ context: ArraySlice<Int32>) -> Int {
    context.reduce(0) { $0 * alphabet.count + Int($1) }
  }
}
