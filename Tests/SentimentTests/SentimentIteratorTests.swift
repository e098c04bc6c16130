import ArgumentParser
import Conformance
import TestSupport
import Testing
import Timestep

@testable import Sentiment

/// Batches of reviews.
@Suite struct SentimentIteratorTests {
  private let directory = TestDirectory()
  private let vectors: WordVectors

  init() throws {
    let path = directory.write("good 1 10\nbad 2 20\nfilm 3 30\n", to: "v.txt")
    vectors = try WordVectors(path, format: .glove, index: path + ".index")
  }

  private func encoded(_ text: String, _ isPositive: Bool = true, length: Int = 100) -> EncodedReview? {
    EncodedReview(Review(text: text, isPositive: isPositive), vectors, length: length)
  }

  @Test func wordsWithoutAVectorAreDroppedAndLongReviewsCut() {
    #expect(encoded("A good, GOOD film!")?.words == [0, 0, 2])
    #expect(encoded("A good, GOOD film!", length: 2)?.words == [0, 0])
    #expect(encoded("nothing known") == nil && encoded("") == nil)
  }

  @Test(arguments: [ExampleOrder.sequential, .shuffled(seed: 1)])
  func itKeepsThePromisesOfIterators(order: ExampleOrder) throws {
    let texts = ["good", "bad bad film", "film good", "bad", "good good good good", "film bad", "film"]
    let reviews = texts.enumerated().compactMap { encoded($1, $0.isMultiple(of: 2)) }
    try checkConformance(of: SentimentIterator(reviews, vectors, batchSize: 3, order: order))
  }

  @Test func labelsAreOnlyAtTheLastWord() throws {
    let reviews = try [
      #require(encoded("good film")), #require(encoded("bad", false)), #require(encoded("film bad good")),
    ]
    var batches = SentimentIterator(reviews, vectors, batchSize: 8, order: .sequential)
    let first = try batches.next()
    let batch = try #require(first)
    let labels = try #require(batch.labels)
    #expect(try batch.features.shape == [3, 2, 3] && batches.next() == nil)
    #expect(batch.featuresMask.lengths == [2, 1, 3] && batch.labelsMask.lengths == [1, 1, 1])
    #expect(batch.labelsMask.lastSteps == [1, 0, 2])
    #expect((0..<3).map { batch.features[0, 0, $0] } == [1, 3, 0])
    #expect((0..<3).map { batch.features[2, 1, $0] } == [30, 20, 10])
    #expect([labels[0, 1, 1], labels[1, 0, 0], labels[2, 1, 2]] == [1, 1, 1])
    #expect(labels.elements.reduce(0, +) == 3)
  }

  @Test func aStateOfOtherReviewsIsRejected() throws {
    var one = try SentimentIterator([#require(encoded("good"))], vectors, batchSize: 1, order: .sequential)
    let other = try SentimentIterator([#require(encoded("bad"))], vectors, batchSize: 1, order: .sequential)
    #expect(
      message { try one.restore(other.state) }
        == "iterator state: belongs to other data: the reviews changed; restore it on the data it was taken from"
    )
  }

  @Test(arguments: [(0, 4), (0, -1), (-1, 0)])
  func aDamagedStateIsRejectedAndChangesNothing(epoch: Int, batch: Int) throws {
    let reviews = ["good", "bad", "film", "good film", "bad film"].compactMap { encoded($0) }
    var batches = SentimentIterator(reviews, vectors, batchSize: 2, order: .shuffled(seed: 1))
    _ = try batches.next()
    let before = batches.state
    var state = before
    (state.epoch, state.batch) = (epoch, batch)
    #expect(
      message { try batches.restore(state) }
        == "iterator state: names batch \(batch) of pass \(epoch), a pass has 3 batches; the state is damaged"
    )
    #expect(batches.state == before)
  }

  @Test func aNetworkLearnsFromThem() throws {
    var options = try Options.parse(["--quick"])
    (options.hidden, options.dropout) = (4, 0)
    let reviews = ["good film", "film good good", "good", "bad film", "bad bad", "film bad film"].compactMap {
      encoded($0, $0.contains("good"))
    }
    let batches = SentimentIterator(reviews, vectors, batchSize: 3, order: .shuffled(seed: 1))
    var network = try sentimentNetwork(dimension: 2, options: options)
    try TrainingLoop(epochs: 60).fit(&network, batches)
    #expect(try network.evaluate(on: batches).accuracy == 1)
    let found = try probabilities(network, reviews, vectors)
    #expect(found.map { $0 > 0.5 } == reviews.map(\.isPositive))
  }
}
