import CNetworkKernels
import DataSets
import Glibc
import Testing

/// The vector functions against double precision, over floats of every magnitude.
///
/// Every 997th bit pattern in release builds (4.3 million), every 99991st in debug builds. The bounds are those that
/// Sources/CNetworkKernels/vector_math.h states.
@Suite struct KernelAccuracyTests {
  /// The bit patterns, finite ones only.
  private static let floats: [Float] = stride(
    from: UInt32(0), to: .max - 100_000, by: isRelease ? 997 : 99_991
  ).map { Float(bitPattern: $0) }.filter(\.isFinite)

  /// The error in units of the last place of the exact value.
  ///
  /// Exact values below the smallest normal float may be flushed to 0 or be off by less than that float.
  private func error(_ found: Float, _ exact: Double) -> Double {
    let difference = (Double(found) - exact).magnitude
    if exact.magnitude < Double(Float.leastNormalMagnitude) {
      return difference < Double(Float.leastNormalMagnitude) ? 0 : .infinity
    }
    return difference / Double(Float(exact).ulp)
  }

  private func worst(
    _ inputs: [Float], _ outputs: [Float], _ exact: (Double) -> Double
  ) -> (ulp: Double, at: Float) {
    var worst = (ulp: 0.0, at: Float.nan)
    for (input, output) in zip(inputs, outputs) {
      let error = error(output, exact(Double(input)))
      if !(error <= worst.ulp) { worst = (error, input) }
    }
    return worst
  }

  @Test func tanhWithin3Ulp() {
    var values = Self.floats
    timestep_forward_tanh(values.count, &values)
    let worst = worst(Self.floats, values) { tanh($0) }
    #expect(worst.ulp <= 3, "\(worst)")
  }

  @Test func sigmoidWithin3Ulp() {
    var values = Self.floats
    timestep_forward_sigmoid(values.count, &values)
    let worst = worst(Self.floats, values) { 1 / (1 + exp(-$0)) }
    #expect(worst.ulp <= 3, "\(worst)")
  }

  /// Next to a large logit, the softmax of a small one is just the exponential function.
  @Test func exponentialWithin2Ulp() {
    let inputs = Self.floats.filter { $0 < -20 }
    var values = inputs.flatMap { [Float(0), $0] }
    timestep_forward_softmax(inputs.count, 2, &values)
    let outputs = stride(from: 1, to: values.count, by: 2).map { values[$0] }
    let worst = worst(inputs, outputs) { exp($0) }
    #expect(worst.ulp <= 2, "\(worst)")
  }

  /// Every float is tested where functions change quickly, or where their formulas change.
  @Test(
    arguments: [-104, -88.4, -87.4, -87.3366, -17, -9.11, -1, -0.35, 0.34, 9.09, 16.6, 87.3, 88.2] as [Float])
  func everyFloatNear(start: Float) {
    var inputs = [start]
    for _ in 0..<(isRelease ? 100_000 : 2_000) { inputs.append(inputs[inputs.count - 1].nextUp) }
    var values = inputs
    timestep_forward_tanh(values.count, &values)
    #expect(worst(inputs, values) { tanh($0) }.ulp <= 3)
    values = inputs
    timestep_forward_sigmoid(values.count, &values)
    #expect(worst(inputs, values) { 1 / (1 + exp(-$0)) }.ulp <= 3)
  }

  /// Rows of three logits against double precision: the sum adds its own rounding.
  @Test func softmaxRows() {
    var random = SplitMix64(seed: 3)
    for n in [1, 2, 3, 7, 8, 9, 17, 100] {
      for bound in [0.1, 3, 30, 200] {
        let logits = (0..<n).map { _ in Float(random.symmetric(bound)) }
        var values = logits
        timestep_forward_softmax(1, n, &values)
        let top = logits.max() ?? 0
        let terms = logits.map { exp(Double($0) - Double(top)) }
        let sum = terms.reduce(0, +)
        for (found, term) in zip(values, terms) {
          // The difference to the largest logit is rounded: |x| 2^-24 relative in e^x. The rest are a few ulp.
          let bound = (Double(n) + 8 + 2 * bound) * 0x1p-24
          #expect((Double(found) - term / sum).magnitude <= bound * term / sum + 0x1p-126)
        }
        #expect((values.reduce(0) { $0 + Double($1) } - 1).magnitude < Double(n + 2) * 0x1p-24)
      }
    }
  }

  @Test func notANumberStaysSo() {
    for count in [1, 3, 8, 19] {
      for at in 0..<count {
        var input = [Float](repeating: 0.5, count: count)
        input[at] = at % 2 == 0 ? .nan : -.nan
        var (a, b, c) = (input, input, input)
        timestep_forward_tanh(count, &a)
        timestep_forward_sigmoid(count, &b)
        timestep_forward_softmax(1, count, &c)
        for index in 0..<count {
          #expect(a[index].isNaN == (index == at) && b[index].isNaN == (index == at))
          #expect(c[index].isNaN)
        }
      }
    }
  }

  @Test func infinitiesAndZeros() {
    var a: [Float] = [.infinity, -.infinity, .greatestFiniteMagnitude, -.greatestFiniteMagnitude, 0]
    var b = a
    timestep_forward_tanh(a.count, &a)
    #expect(a == [1, -1, 1, -1, 0])
    timestep_forward_sigmoid(b.count, &b)
    #expect(b == [1, 0, 1, 0, 0.5])
    var c: [Float] = [-.infinity, 3, -.infinity, 3]
    timestep_forward_softmax(1, c.count, &c)
    #expect(c == [0, 0.5, 0, 0.5])
    // An infinite logit cannot give a sensible result, so the result must show it.
    var d: [Float] = [.infinity, 3]
    timestep_forward_softmax(1, d.count, &d)
    #expect(d[0].isNaN)
  }

  @Test(arguments: [0, 1, 7, 8, 33, 1000])
  func adam(count: Int) {
    var random = SplitMix64(seed: UInt64(count))
    func values(_ bound: Double) -> [Float] { (0..<count).map { _ in Float(random.symmetric(bound)) } }
    let (p, g, m, v) = (values(1), values(2), values(1), values(1).map(abs))
    var (newP, newM, newV) = (p, m, v)
    timestep_update_adam(count, &newP, g, &newM, &newV, 0.01, 0.9, 0.99, 1e-8, 0.5, 0.25)
    for index in 0..<count {
      let gradient = Double(g[index])
      let slowM = Double(Float(0.9)) * Double(m[index]) + (1 - Double(Float(0.9))) * gradient
      let slowV = Double(Float(0.99)) * Double(v[index]) + (1 - Double(Float(0.99))) * gradient * gradient
      let step = Double(Float(0.01)) * (slowM / 0.5) / ((slowV / 0.25).squareRoot() + Double(Float(1e-8)))
      // Four roundings at most each, of terms below 2, 5 and, for the step, of numbers a few hundredths large.
      #expect((Double(newM[index]) - slowM).magnitude <= 4 * 0x1p-24)
      #expect((Double(newV[index]) - slowV).magnitude <= 4 * 0x1p-24)
      #expect(
        (Double(newP[index]) - (Double(p[index]) - step)).magnitude <= 0x1p-24 + 16 * 0x1p-24
          * max(1, step.magnitude))
    }
  }
}
