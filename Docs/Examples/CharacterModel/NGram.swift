import Glibc

/// Predicts a character from the few before it, by counting: the baseline for the network.
///
/// Each context adds one pseudo-count, distributed as the next shorter context predicts:
/// p(c | ab) = (count(abc) + p(c | b)) / (count(ab) + 1), and so on, down to equal probabilities.
struct NGram {
  /// The number of preceding characters.
  let order: Int
  private let alphabet: Alphabet
  /// The counts of each character, and of any, after each context; by the length of the context.
  private var followed: [[Int: Int]]
  private var seen: [[Int: Int]]

  /// Counts the characters of a text.
  init(order: Int, of text: [Int32], alphabet: Alphabet) {
    (self.order, self.alphabet) = (order, alphabet)
    followed = Array(repeating: [:], count: order + 1)
    seen = followed
    for location in text.indices {
      for length in 0...min(order, location) {
        let context = number(text[location - length..<location])
        seen[length][context, default: 0] += 1
        followed[length][context * alphabet.count + Int(text[location]), default: 0] += 1
      }
    }
  }

  /// Returns the loss on another text, in nats per character: of all characters but the first, as for a
  /// network.
  func loss(on text: [Int32]) -> CharacterLoss {
    let sum = text.indices.dropFirst().reduce(0.0) { $0 - log(probability(in: text, at: $1)) }
    return CharacterLoss(nats: sum / Double(text.count - 1))
  }

  private func probability(in text: [Int32], at location: Int) -> Double {
    var probability = 1 / Double(alphabet.count)
    for length in 0...min(order, location) {
      let context = number(text[location - length..<location])
      let count = followed[length][context * alphabet.count + Int(text[location])] ?? 0
      probability = (Double(count) + probability) / Double((seen[length][context] ?? 0) + 1)
    }
    return probability
  }

  /// Returns a number for a context, distinct from that of any other context of the same length.
  private func number(_ context: ArraySlice<Int32>) -> Int {
    context.reduce(0) { $0 * alphabet.count + Int($1) }
  }
}
