import Platform
import Testing

enum LearningRate { case constant(Float) }
enum UpdateRule { case adam(learningRate: LearningRate, beta1: Double) }

/// No message shows the notation of Swift.
struct InWordsTests {
  @Test func swiftNotationBecomesWords() {
    for (text, words) in [
      ("shuffled(seed: 0)", "shuffled (seed 0)"), ("sequential", "sequential"), ("inOrder", "in order"),
      ("truncated(forward: 2, backward: 3)", "truncated (forward 2, backward 3)"),
      ("buckets(edges: [3, 5])", "buckets (edges [3, 5])"),
      ("blankLine=skip-sequence, raise", "blank line=skip-sequence, raise"),
      ("adam(learningRate: Networks.Schedule.constant(0.001))", "adam (learning rate constant (0.001))"),
      (
        "fill: forward(first: 0.0) of [\"theColumn: (x)\"]",
        "fill: forward (first 0.0) of [\"theColumn: (x)\"]"
      ),
      ("LSTM", "LSTM"), ("simpleRNN", "simple RNN"), ("aB", "a b"), ("usesSGDNow", "uses SGD now"),
      ("notANumber", "not a number"),
      ("1e-5", "1e-5"), ("", ""), ("(", "("),
    ] { #expect(inWords(text) == words) }
    let update = UpdateRule.adam(learningRate: .constant(0.5), beta1: 0.9)
    #expect(inWords(update) == "adam (learning rate constant (0.5), beta1 0.9)")
  }
}
