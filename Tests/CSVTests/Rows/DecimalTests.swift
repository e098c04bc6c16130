import CText
import Glibc
import TestSupport
import Testing

@Suite struct DecimalTests {
  private func parse(_ text: String) -> (kind: timestep_decimal, value: Float) {
    var value: Float = 12345
    let kind = text.utf8CString.withUnsafeBufferPointer {
      timestep_parse_float($0.baseAddress, $0.count - 1, &value)
    }
    return (kind, value)
  }

  @Test(
    arguments: [
      ("0", 0), ("-0", -0.0), ("+1", 1), ("1.", 1), (".5", 0.5), ("-.5e1", -5), ("1.e2", 100), ("007", 7),
      (" 1\t", 1), ("\t-2.5e-1 ", -0.25), ("1E+2", 100), ("16777217", 16_777_216), ("16777219", 16_777_220),
      ("0.1", 0.1), ("3.4028235e38", .greatestFiniteMagnitude), ("3.4028235677973367e38", .infinity),
      ("3.4028235677973366e38", .greatestFiniteMagnitude), ("1.1754943508222875e-38", .leastNormalMagnitude),
      ("1e-45", .leastNonzeroMagnitude), ("7.006492321624085354618e-46", 0),
      ("7.006492321624085354619e-46", .leastNonzeroMagnitude), ("1e-999", 0), ("-1e-999", -0.0),
      ("0e999999999999999999999", 0), ("123456789012345678901234567890", 1.2345679e29),
      ("0.00000000000000000000000000000000000000000000001e47", 1),
      ("9007199254740993", 9_007_199_254_740_992),
      // Halfway between two Floats after rounding to Double, not before: rounding twice gives 1.
      ("1.00000005960464478", 1.0000001),
    ] as [(String, Float)])
  func numbers(_ text: String, _ value: Float) {
    let result = parse(text)
    if value.isInfinite {
      #expect(result.kind == .out_of_range)
      #expect(result.value == 12345)
    } else {
      #expect(result.kind == .number)
      #expect(result.value.bitPattern == value.bitPattern)
    }
  }

  @Test(arguments: [
    "0x1F", "1_000", "1,5", "--1", "+-1", "-+1", "++1", ".", "-", "+", "-.", "e5", ".e5", "1e", "1e+",
    "1e5.0",
    "1 2", "1\n", "\r1", "1f", "nan(abc)", "nan1", "infin", "infinityy", "in", "- 1", "1..2", "1.2.3", "١",
    "n\u{0}n", "1\u{0}", "@an", "1e5e5", "0x", "inf inity", "+ inf",
  ])
  func noNumbers(_ text: String) {
    let result = parse(text)
    #expect(result.kind == .not_a_number)
    #expect(result.value == 12345)
  }

  @Test func words() {
    for text in ["nan", "NaN", "+nan", "-NAN", " nan\t"] {
      #expect(parse(text).kind == .not_finite)
      #expect(parse(text).value.isNaN)
    }
    for text in ["inf", "Infinity", "+INF", " iNfInItY "] {
      #expect(parse(text).kind == .not_finite)
      #expect(parse(text).value == .infinity)
    }
    #expect(parse("-inf").value == -.infinity)
    for text in ["", " ", "\t \t"] { #expect(parse(text).kind == .empty) }
    for text in ["1e999", "-1e39", "340282356779733661637539395458142568448"] {
      #expect(parse(text).kind == .out_of_range)
    }
  }

  @Test func floatsAreReadBackBitForBit() {
    var random = SplitMix(state: 1)
    for _ in 0..<20_000 {
      let float = Float(bitPattern: UInt32.random(in: 0...UInt32.max, using: &random))
      guard float.isFinite else { continue }
      let result = parse("\(float)")
      #expect(result.kind == .number && result.value.bitPattern == float.bitPattern, "\(float)")
    }
  }

  /// Plain numbers have their own code path, which must round as the C library does.
  @Test func plainNumbersRoundAsTheCLibraryDoes() {
    var random = SplitMix(state: 2)
    for _ in 0..<20_000 {
      let digits = String(
        UInt64.random(in: 0...UInt64.max, using: &random) >> UInt64.random(in: 0..<64, using: &random))
      let point = Int.random(in: 0...digits.count, using: &random)
      let text = "\(digits.prefix(point)).\(digits.dropFirst(point))"
      let result = parse(text)
      #expect(result.kind == .number && result.value.bitPattern == strtof(text, nil).bitPattern, "\(text)")
    }
    // Halfway cases and their neighbours, in the digits that a double can hold.
    for _ in 0..<5_000 {
      let float = Float.random(in: 0.5..<8, using: &random)
      let halfway = (Double(float) + Double(float.nextUp)) / 2
      for number in [halfway, halfway.nextUp, halfway.nextDown] {
        let text = "\(number)"
        #expect(parse(text).value.bitPattern == strtof(text, nil).bitPattern, "\(text)")
      }
    }
  }
}
