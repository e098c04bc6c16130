import CNetworkKernels
import DataSets
import Testing

/// Our own products against three loops in double precision, if the CPU can run them.
@Suite(.enabled(if: timestep_find_best_version() == TIMESTEP_AVX512)) struct ProductKernelTests {
  /// Every height of a tile and every width of a panel, with remainders of both.
  @Test(arguments: [false, true], [false, true])
  func everyTile(isATransposed: Bool, isBTransposed: Bool) {
    for m in 1...13 {
      for n in [1, 2, 15, 16, 17, 31, 32, 33, 48, 49, 63, 64, 65, 130] {
        for k in [1, 2, 3, 17] {
          expectProduct(m, n, k, isATransposed, isBTransposed)
        }
      }
    }
  }

  /// More rows, and more columns of the first factor, than are processed in one block.
  @Test(arguments: [(95, 17, 16), (96, 3, 255), (97, 65, 256), (193, 10, 257), (7, 130, 513), (25, 64, 700)])
  func severalBlocks(m: Int, n: Int, k: Int) {
    for isATransposed in [false, true] {
      for isBTransposed in [false, true] { expectProduct(m, n, k, isATransposed, isBTransposed) }
    }
  }

  /// Only some rows: the same sums there, and no change elsewhere.
  @Test(arguments: [1, 2, 7, 24, 100, 300]) func someRows(m: Int) {
    for n in [1, 17, 40, 64, 100] {
      for k in [1, 5, 300] {
        var random = SplitMix64(seed: UInt64(m * 1000 + n + k))
        func values(_ count: Int) -> [Float] { (0..<count).map { _ in Float(random.symmetric(1)) } }
        let (a, b, before) = (values(m * k), values(k * n), values(m * n))
        let rows = (0..<m).filter { _ in Bool.random(using: &random) }.map { UInt32($0) }
        a.withUnsafeBufferPointer { aValues in
          b.withUnsafeBufferPointer { bValues in
            let first = timestep_matrix(values: aValues.baseAddress, row_stride: k, column_stride: 1)
            let second = timestep_matrix(values: bValues.baseAddress, row_stride: n, column_stride: 1)
            var packed = [Float](repeating: .nan, count: timestep_count_packed_matrix(k, n))
            timestep_pack_matrix(k, n, second, &packed)
            var (all, c, other) = (before, before, before)
            timestep_multiply_matrices(m, n, k, first, second, true, &all, nil, nil)
            timestep_multiply_matrices(rows.count, n, k, first, second, true, &c, rows, nil)
            timestep_multiply_packed(rows.count, n, k, first, packed, true, &other, rows)
            #expect(c == other)
            for row in 0..<m {
              let place = row * n..<(row + 1) * n
              #expect(c[place] == (rows.contains(UInt32(row)) ? all : before)[place])
            }
          }
        }
      }
    }
  }

  /// Only some terms: as if the omitted rows of the second factor were 0.
  @Test(arguments: [1, 2, 7, 24, 300, 700]) func someTerms(k: Int) {
    for m in [1, 5, 12, 100] {
      for n in [1, 17, 40, 64, 100] {
        var random = SplitMix64(seed: UInt64(m * 1000 + n + k))
        func values(_ count: Int) -> [Float] { (0..<count).map { _ in Float(random.symmetric(1)) } }
        let (a, b) = (values(k * m), values(k * n))
        let terms = (0..<k).filter { _ in Bool.random(using: &random) }.map { UInt32($0) } + [UInt32(k - 1)]
        let chosen = Array(Set(terms)).sorted()
        var c = [Float](repeating: .nan, count: m * n)
        a.withUnsafeBufferPointer { aValues in
          b.withUnsafeBufferPointer { bValues in
            timestep_multiply_matrices(
              m, n, chosen.count,
              timestep_matrix(values: aValues.baseAddress, row_stride: 1, column_stride: m),
              timestep_matrix(values: bValues.baseAddress, row_stride: n, column_stride: 1), false, &c, nil,
              chosen)
          }
        }
        for row in 0..<m {
          for column in 0..<n {
            let exact = chosen.reduce(0) { sum, term in
              sum + Double(a[Int(term) * m + row]) * Double(b[Int(term) * n + column])
            }
            #expect((Double(c[row * n + column]) - exact).magnitude <= Double(k + 1) * 0x1p-23)
          }
        }
      }
    }
  }

  private func expectProduct(_ m: Int, _ n: Int, _ k: Int, _ isATransposed: Bool, _ isBTransposed: Bool) {
    var random = SplitMix64(seed: UInt64(m * 10_000 + n * 100 + k))
    func values(_ count: Int) -> [Float] { (0..<count).map { _ in Float(random.symmetric(1)) } }
    let (a, b, before) = (values(m * k), values(k * n), values(m * n))
    let (aRow, aColumn) = isATransposed ? (1, m) : (k, 1)
    let (bRow, bColumn) = isBTransposed ? (1, k) : (n, 1)
    a.withUnsafeBufferPointer { aValues in
      b.withUnsafeBufferPointer { bValues in
        let first = timestep_matrix(values: aValues.baseAddress, row_stride: aRow, column_stride: aColumn)
        let second = timestep_matrix(values: bValues.baseAddress, row_stride: bRow, column_stride: bColumn)
        var packed = [Float](repeating: .nan, count: timestep_count_packed_matrix(k, n))
        timestep_pack_matrix(k, n, second, &packed)
        for adds in [false, true] {
          // The result may contain anything unless it is added to; the memory after it is not touched.
          var c = (adds ? before : [Float](repeating: .nan, count: m * n)) + [7]
          var other = c
          timestep_multiply_matrices(m, n, k, first, second, adds, &c, nil, nil)
          timestep_multiply_packed(m, n, k, first, packed, adds, &other, nil)
          #expect(c == other && c[m * n] == 7)
          var worst = 0.0
          for row in 0..<m {
            for column in 0..<n {
              var sum = adds ? Double(before[row * n + column]) : 0
              for i in 0..<k {
                sum += Double(a[row * aRow + i * aColumn]) * Double(b[i * bRow + column * bColumn])
              }
              worst = max(worst, (Double(c[row * n + column]) - sum).magnitude)
            }
          }
          #expect(worst <= Double(k + 1) * 0x1p-23, "\(m) \(n) \(k) \(worst)")
        }
      }
    }
  }
}
