import Reports
import TestSupport
import Testing
import Timestep

@testable import CharacterModel

/// The tests during a run, and the picture of their results.
@Suite struct LearningCurveTests {
  @Test func itEvaluatesDuringTrainingAndDrawsTheCurve() throws {
    let alphabet = Alphabet(of: "abcd")
    let text = try alphabet.numbers(of: String(repeating: "abcd", count: 60), called: "t")
    let batches = CharacterIterator(
      text, alphabet: alphabet, length: 20, batchSize: 4, order: .sequential)
    let counting = NGram(order: 0, of: text, alphabet: alphabet)
    let curve = LearningCurve(every: 5, on: batches, beside: counting, counting.loss(on: text))
    var network = try characterNetwork(alphabet: alphabet, hiddenSize: 8, learningRate: 0.02)
    try TrainingLoop(epochs: 4, listeners: [curve]).fit(&network, batches)

    let lines = curve.chart.lines
    // Twelve updates of 80 characters each (one per epoch of 79): tested after the 5th, the 10th and the
    // last.
    let locations: [Double] = [5 * 80 - 1, 10 * 80 - 3, 12 * 80 - 4]
    #expect(lines[0].points.map { ($0.x * 1e6).rounded() } == locations)
    #expect(lines[0].points.map(\.x) == lines[1].points.map(\.x))
    let last = try #require(lines[0].points.last)
    #expect(try abs(last.y - CharacterLoss(network, on: batches).nats) < 1e-9)
    #expect(lines[2].points.map(\.x) == [0, last.x])
    #expect(lines[2].points.allSatisfy { $0.y == counting.loss(on: text).nats })
    // Well-formed.
    let drawing = try Markup(curve.chart.svg.text)
    #expect(drawing.name == "svg")
  }
}
