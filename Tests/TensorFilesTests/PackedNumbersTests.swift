import FoundationEssentials
import TensorFiles
import TestSupport
import Testing

struct PackedNumbersTests {
  @Test func numbersAreReadAsTheyWereWritten() throws {
    var random = SplitMix(state: 3)
    for count in 0..<20 {
      let integers = (0..<count).map { _ in Int(truncatingIfNeeded: random.next()) } + [.min, .max, 0, -1]
      let doubles =
        integers.map { Double(bitPattern: UInt64(bitPattern: Int64($0))) } + [.nan, .infinity, -0.0, 0.1]
      let text = try jsonText([PackedNumbers(integers), PackedNumbers(doubles)])
      let read = try JSONDecoder().decode([PackedNumbers].self, from: Data(text.utf8))
      #expect(read[0].integers == integers)
      #expect(read[1].doubles.map(\.bitPattern) == doubles.map(\.bitPattern))
    }
    #expect(try jsonText(PackedNumbers([1, 2] as [Int])) == "\"AQAAAAAAAAACAAAAAAAAAA==\"")
  }

  @Test func equalNumbersAreWrittenOnce() throws {
    for numbers in [[], [7], [7, 7], Array(repeating: -3, count: 1000), Array(5...999), [1, 2, 5, 4]]
      as [[Int]]
    {
      let texts = try [jsonText(PackedNumbers(numbers)), jsonText(PackedNumbers(differencesOf: numbers))]
      let read = try texts.map { try JSONDecoder().decode(PackedNumbers.self, from: Data($0.utf8)) }
      #expect(read[0].integers == numbers && read[1].sums == numbers)
    }
    #expect(try jsonText(PackedNumbers([1, 1, 1] as [Int])) == "\"3*AQAAAAAAAAA=\"")
    #expect(PackedNumbers(differencesOf: [.min, .max, 0]).sums == [.min, .max, 0])
  }

  @Test(arguments: [
    "\"3*\"", "\"0*AQAAAAAAAAA=\"", "\"x*AQAAAAAAAAA=\"", "\"999999999999*AQAAAAAAAAA=\"",
    "\"2*AQAAAAAAAAACAAAAAAAAAA==\"", "\"AQ==\"", "\"x\"", "7",
  ]) func otherTextIsRejected(text: String) {
    #expect(throws: DecodingError.self) {
      _ = try JSONDecoder().decode(PackedNumbers.self, from: Data(text.utf8))
    }
  }
}
