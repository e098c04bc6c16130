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

  @Test(arguments: ["\"AQ==\"", "\"x\"", "7"]) func otherTextIsRejected(text: String) {
    #expect(throws: DecodingError.self) {
      _ = try JSONDecoder().decode(PackedNumbers.self, from: Data(text.utf8))
    }
  }
}
