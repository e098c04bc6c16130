import CNetworkKernels
import DataSets
import Glibc
import Testing

/// The kernels of single steps in every version that this CPU can run, against plain formulas in double precision.
@Suite struct StepKernelTests {
  static let versions = Array(0...timestep_find_best_version())
  private static let sizes = [1, 2, 3, 7, 8, 9, 15, 16, 17, 24, 31, 33]

  private func activation(_ code: Int, _ x: Double) -> Double {
    switch code {
    case TIMESTEP_SIGMOID: return 1 / (1 + exp(-x))
    case TIMESTEP_IDENTITY: return x
    case TIMESTEP_RELU: return max(0, x)
    default: return tanh(x)
    }
  }

  /// Three steps, the state carried on.
  @Test(arguments: versions, [false, true])
  func lstm(version: Int32, hasPeepholes: Bool) {
    for (number, n) in Self.sizes.enumerated() {
      for inputs in [1, 2, 3, 16, 21] {
        var random = SplitMix64(seed: UInt64(n * 100 + inputs))
        func values(_ count: Int) -> [Float] { (0..<count).map { _ in Float(random.symmetric(1)) } }
        let code = [TIMESTEP_TANH, TIMESTEP_SIGMOID, TIMESTEP_IDENTITY, TIMESTEP_RELU][number % 4]
        let parameters = values(4 * n * (inputs + n + 1) + (hasPeepholes ? 3 * n : 0)).map { $0 / Float(n) }
        var packed = [Float](repeating: .nan, count: timestep_count_packed_lstm(inputs, n, hasPeepholes))
        timestep_pack_lstm(inputs, n, hasPeepholes, parameters, &packed)
        var (h, c, y) = (values(n), values(n), values(n))
        var (slowH, slowC) = (h.map(Double.init), c.map(Double.init))
        for step in 0..<3 {
          let x = values(inputs)
          var (otherH, otherC, otherY) = (h, c, y)
          timestep_step_lstm(
            version, inputs, n, hasPeepholes, Int32(code), step != 1, packed, x, &otherH, &otherC, &otherY)
          timestep_step_lstm(version, inputs, n, hasPeepholes, Int32(code), step == 1, packed, x, &h, &c, &y)
          #expect([otherH, otherC, otherY] == [h, c, y], "the direction changes a result")
          let rows = x.map(Double.init) + slowH
          func z(_ gate: Int, _ unit: Int) -> Double {
            rows.indices.reduce(Double(parameters[4 * n * rows.count + gate * n + unit])) {
              $0 + rows[$1] * Double(parameters[4 * n * $1 + gate * n + unit])
            }
          }
          func peephole(_ gate: Int, _ unit: Int, _ cell: Double) -> Double {
            hasPeepholes ? cell * Double(parameters[4 * n * (rows.count + 1) + gate * n + unit]) : 0
          }
          for unit in 0..<n {
            let old = slowC[unit]
            let f = activation(TIMESTEP_SIGMOID, z(1, unit) + peephole(0, unit, old))
            let i = activation(TIMESTEP_SIGMOID, z(2, unit) + peephole(1, unit, old))
            slowC[unit] = f * old + i * activation(code, z(0, unit))
            let o = activation(TIMESTEP_SIGMOID, z(3, unit) + peephole(2, unit, slowC[unit]))
            slowH[unit] = o * activation(code, slowC[unit])
          }
          #expect(y == h)
          for unit in 0..<n {
            #expect((Double(h[unit]) - slowH[unit]).magnitude < 2e-6 * max(1, slowH[unit].magnitude))
            #expect((Double(c[unit]) - slowC[unit]).magnitude < 2e-6 * max(1, slowC[unit].magnitude))
          }
        }
      }
    }
  }

  @Test(arguments: versions) func dense(version: Int32) {
    for n in Self.sizes {
      for inputs in [1, 2, 3, 4, 5, 33] {
        var random = SplitMix64(seed: UInt64(n * 100 + inputs))
        func values(_ count: Int) -> [Float] { (0..<count).map { _ in Float(random.symmetric(1)) } }
        let (parameters, x) = (values(n * (inputs + 1)), values(inputs))
        var packed = [Float](repeating: .nan, count: timestep_count_packed_dense(inputs, n))
        timestep_pack_dense(inputs, n, parameters, &packed)
        var y = [Float](repeating: .nan, count: n + 1)
        timestep_step_dense(version, inputs, n, packed, x, &y)
        for unit in 0..<n {
          let exact = (0..<inputs).reduce(Double(parameters[inputs * n + unit])) {
            $0 + Double(x[$1]) * Double(parameters[$1 * n + unit])
          }
          #expect((Double(y[unit]) - exact).magnitude < Double(inputs + 1) * 0x1p-23)
        }
        // Nothing after the last unit is written.
        #expect(y[n].isNaN)
      }
    }
  }
}
