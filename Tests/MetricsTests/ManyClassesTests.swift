import Metrics
import TestSupport
import Testing

@Suite struct ManyClassesTests {
  /// Memory and time go with the pairs that occur: a square of these classes would have 10^10 cells.
  @Test func classesThatDoNotOccurTakeNoRoom() throws {
    var evaluation = Evaluation(classCount: 100_000)
    evaluation.add(actual: [7, 7, 99_999, 7], predicted: [7, 8, 7, 8])
    #expect(try evaluation.accuracy == 0.25)
    #expect(evaluation.confusion.cells.map(\.count) == [1, 2, 1])
    let worst = evaluation.confusion.confusions.first
    #expect(worst?.actual == 7 && worst?.predicted == 8 && worst?.count == 2)
    #expect(evaluation.confusion.actualCount(of: 7) == 3 && evaluation.confusion.predictedCount(of: 7) == 2)
    let text = evaluation.description
    #expect(text.contains("(the most frequent 3 of 100000 classes)"))
    #expect(text.contains("(the most frequent 2 of 2 confusions)"))
    #expect(text.count < 2000)
  }

  /// The counts by pair, against a square of counts.
  @Test func countsAgreeWithASquare() {
    var random = SplitMix(state: 5)
    for classCount in [1, 2, 5, 60] {
      var square = [[Int]](repeating: Array(repeating: 0, count: classCount), count: classCount)
      var matrix = Evaluation.ConfusionMatrix(classNames: (0..<classCount).map(String.init))
      for _ in 0..<300 {
        let actual = Int.random(in: 0..<classCount, using: &random)
        let predicted = Int.random(in: 0..<classCount, using: &random)
        square[actual][predicted] += 1
        matrix.add(actual: actual, predicted: predicted)
      }
      #expect(matrix.rows == square)
      #expect(matrix.total == 300 && matrix.correct == (0..<classCount).reduce(0) { $0 + square[$1][$1] })
      for index in 0..<classCount {
        #expect(matrix.actualCount(of: index) == square[index].reduce(0, +))
        #expect(matrix.predictedCount(of: index) == square.reduce(0) { $0 + $1[index] })
      }
      var sum = matrix
      sum += matrix
      #expect(sum.rows == square.map { $0.map { 2 * $0 } })
      let some = Array(matrix.listedClasses.prefix(3))
      #expect(
        matrix.restricted(to: some).rows == some.map { row in some.map { square[row][$0] } })
      #expect(matrix.listedClasses.count == min(50, classCount))
    }
  }
}
