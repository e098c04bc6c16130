import Glibc
import Timestep

/// Writes texts character by character: each is drawn from the network's prediction, and is its next input.
struct Sampler {
  /// The text that all samples continue.
  let priming: String
  /// Below 1, likely characters become likelier; above 1, all become more equal.
  let temperature: Double
  private let alphabet: Alphabet
  private let start: [Int32]

  /// Makes a sampler.
  ///
  /// - Parameter priming: The text to continue; `nil`: a line end or, if the alphabet has none, its first
  ///   character.
  /// - Throws: `TextError` if the priming is empty, or has a character that is not in the alphabet.
  init(_ alphabet: Alphabet, priming: String? = nil, temperature: Double = 1) throws(TextError) {
    let characters = alphabet.characters
    let first = characters.first(where: \.isNewline) ?? characters.first
    self.priming = priming ?? first.map { String($0) } ?? ""
    (self.alphabet, self.temperature) = (alphabet, temperature)
    start = try alphabet.numbers(of: self.priming, called: "--priming")
    guard !start.isEmpty else {
      throw TextError("--priming: it is empty: expected at least one character to continue; give one")
    }
  }

  /// Writes `count` texts of `length` characters at once; all continue the priming.
  func texts(_ count: Int, length: Int, by network: MultiLayerNetwork, seed: UInt64) throws -> [String] {
    var generator = SplitMix64(seed: seed)
    // The session holds the state of every text, so a step costs the same for any length.
    var session = try network.session(rows: count)
    var foreseen = Tensor(shape: [count, alphabet.count])
    for number in start { foreseen = try session.step(oneHot(Array(repeating: Int(number), count: count))) }
    var texts = Array(repeating: "", count: count)
    for _ in 0..<length {
      let drawn = (0..<count).map { row in draw(foreseen, row: row, using: &generator) }
      for row in 0..<count { texts[row].append(alphabet.characters[drawn[row]]) }
      foreseen = try session.step(oneHot(drawn))
    }
    return texts
  }

  /// Returns one-hot inputs, `[N, characters]`.
  private func oneHot(_ numbers: [Int]) -> Tensor {
    var input = Tensor(shape: [numbers.count, alphabet.count])
    for (row, number) in numbers.enumerated() { input[row, number] = 1 }
    return input
  }

  /// Draws a character with probability p^(1 / temperature), scaled so that all sum to 1.
  func draw(_ probabilities: Tensor, row: Int, using generator: inout some RandomNumberGenerator) -> Int {
    let logarithms = (0..<alphabet.count).map { log(Double(probabilities[row, $0])) / temperature }
    // The largest becomes 1: otherwise all would underflow at low temperatures.
    let largest = logarithms.max() ?? 0
    let weights = logarithms.map { exp($0 - largest) }
    var rest = Double.random(in: 0..<weights.reduce(0, +), using: &generator)
    for (number, weight) in weights.enumerated() {
      rest -= weight
      if rest < 0 { return number }
    }
    // Rounding can leave a remainder; it goes to the likeliest character.
    return logarithms.firstIndex(of: largest) ?? 0
  }
}
