import Conformance
import TestSupport
import Testing
import Timestep

@testable import CharacterModel

/// Batches out of a text.
@Suite struct CharacterIteratorTests {
  private let alphabet = Alphabet(of: "abcd")

  private func iterator(
    _ text: String, length: Int, batchSize: Int, order: ExampleOrder = .sequential
  ) throws -> CharacterIterator {
    CharacterIterator(
      try alphabet.numbers(of: text, called: "t"), alphabet: alphabet, length: length, batchSize: batchSize,
      order: order)
  }

  private func batches(_ iterator: CharacterIterator) -> [DataSet] {
    var iterator = iterator
    var batches: [DataSet] = []
    while let batch = iterator.next() { batches.append(batch) }
    return batches
  }

  /// The characters that a row's ones represent; "." for a step without any, "?" for one with several.
  private func text(_ tensor: Tensor, row: Int) -> String {
    (0..<tensor.shape[2]).map { step -> String in
      let ones = (0..<tensor.shape[1]).filter { tensor[row, $0, step] == 1 }
      let zeros = (0..<tensor.shape[1]).filter { tensor[row, $0, step] == 0 }
      guard ones.count + zeros.count == tensor.shape[1], ones.count < 2 else { return "?" }
      return ones.first.map { String(alphabet.characters[$0]) } ?? "."
    }.joined()
  }

  @Test(arguments: [ExampleOrder.sequential, .shuffled(seed: 3)])
  func itKeepsThePromisesOfIterators(order: ExampleOrder) throws {
    try checkConformance(of: iterator("abcdabcdaabbccdda", length: 3, batchSize: 2, order: order))
  }

  @Test func labelsAreTheNextCharacters() throws {
    let all = batches(try iterator("abcdabca", length: 3, batchSize: 2))
    #expect(all.count == 2)
    let labels = try all.map { try #require($0.labels) }
    #expect(text(all[0].features, row: 0) == "abc" && text(labels[0], row: 0) == "bcd")
    #expect(text(all[0].features, row: 1) == "dab" && text(labels[0], row: 1) == "abc")
    // The last example has the remaining step, without padding if it is alone in its batch.
    #expect(text(all[1].features, row: 0) == "c" && text(labels[1], row: 0) == "a")
    #expect(all[1].stepCount == 1)
  }

  @Test func aShorterExampleIsPaddedAndMasked() throws {
    let batch = try #require(batches(try iterator("abcda", length: 3, batchSize: 4)).first)
    let labels = try #require(batch.labels)
    #expect(text(batch.features, row: 1) == "d.." && text(labels, row: 1) == "a..")
    #expect(batch.featuresMask.lengths == [3, 1] && batch.labelsMask.lengths == [3, 1])
  }

  @Test(arguments: 2...14, [1, 2, 3, 5, 100])
  func everyCharacterButTheFirstIsALabelOnce(count: Int, length: Int) throws {
    let source = String("abcdabbccddaac".prefix(count))
    let pass = try iterator(source, length: length, batchSize: 2)
    let all = batches(pass)
    #expect(all.count == pass.batchCount)
    var found = ""
    for batch in all {
      let labels = try #require(batch.labels)
      for row in 0..<batch.exampleCount { found += text(labels, row: row).filter { $0 != "." } }
    }
    #expect(found == source.dropFirst())
  }

  @Test(arguments: 1...9)
  func batchesAreAsEqualAsPossible(batchSize: Int) throws {
    for count in 2...12 {
      let sizes = batches(try iterator(String("abcdabbccdda".prefix(count)), length: 1, batchSize: batchSize))
        .map(\.exampleCount)
      let (least, most) = (try #require(sizes.min()), try #require(sizes.max()))
      #expect(sizes.reduce(0, +) == count - 1 && most <= batchSize && most - least <= 1)
      // And no more of them than necessary.
      #expect(sizes.count == (count - 2) / batchSize + 1)
    }
  }

  @Test func epochsVisitTheSameExamplesInAnotherOrder() throws {
    var pass = try iterator("abcdabcdaabbccddabacadbbc", length: 2, batchSize: 20, order: .shuffled(seed: 1))
    func rows(_ epoch: Int) throws -> [String] {
      pass.begin(epoch: epoch)
      let first = pass.next()
      let batch = try #require(first)
      return (0..<batch.exampleCount).map { text(batch.features, row: $0) }
    }
    let (first, second) = (try rows(0), try rows(1))
    #expect(first != second && first.sorted() == second.sorted())
  }

  @Test func aStateOfAnotherTextOrOfOtherOptionsIsRejected() throws {
    var pass = try iterator("abcdabcd", length: 3, batchSize: 1)
    let text = try iterator("abcdabca", length: 3, batchSize: 1)
    #expect(
      message { try pass.restore(text.state) }
        == "iterator state: belongs to other data: the text changed; restore it on the data it was taken from"
    )
    let length = try iterator("abcdabcd", length: 2, batchSize: 1)
    #expect(
      message { try pass.restore(length.state) }
        == "iterator state: belongs to other options: the length of examples was 2, is 3; restore it with the options it "
        + "was taken with")
  }

  @Test(arguments: [(0, 4), (0, -1), (-1, 0)])
  func aDamagedStateIsRejectedAndChangesNothing(epoch: Int, batch: Int) throws {
    var pass = try iterator("abcdabcd", length: 3, batchSize: 1)
    _ = pass.next()
    let before = pass.state
    var state = before
    (state.epoch, state.batch) = (epoch, batch)
    #expect(
      message { try pass.restore(state) }
        == "iterator state: names batch \(batch) of pass \(epoch), a pass has 3 batches; the state is damaged"
    )
    #expect(pass.state == before)
  }
}
