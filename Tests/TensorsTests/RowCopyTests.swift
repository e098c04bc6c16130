import Testing

@testable import Tensors

@Suite struct RowCopyTests {
  /// Every small number of rows, width, stride and start, against a loop over elements.
  @Test func rowsAreWhereALoopPutsThem() {
    for rows in 0...4 {
      for width in [1, 2, 3, 4, 5, 20, 64, 65] {
        for stride in [width, width + 1, width + 5] {
          for start in 0...2 {
            let source = (0..<rows * width).map { Float($0 + 1) }
            let count = start + max(0, rows - 1) * stride + width
            var expected = [Float](repeating: 0, count: count)
            for row in 0..<rows {
              for column in 0..<width {
                expected[start + row * stride + column] = source[row * width + column]
              }
            }
            var found = Tensor(shape: [count])
            found.withMutableSpan { source.copyRows(width: width, to: start, stride: stride, in: &$0) }
            #expect(found.elements == expected)
          }
        }
      }
    }
    // A single row has no neighbour that it could overwrite.
    var one = Tensor(shape: [2])
    one.withMutableSpan { [3, 4].copyRows(width: 2, to: 0, stride: 1, in: &$0) }
    #expect(one.elements == [3, 4])
  }
}
