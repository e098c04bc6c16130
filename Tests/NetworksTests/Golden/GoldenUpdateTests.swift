import FoundationEssentials
import Networks
import TensorFiles
import TestSupport
import Testing

/// Updaters and gradient limits against the files that PyTorch wrote.
@Suite struct GoldenUpdateTests {
  private static func file(_ name: String) throws -> SafetensorsFile {
    try SafetensorsFile(Repository.fixture("golden/\(name).safetensors"))
  }

  private struct UpdaterSettings: Decodable {
    struct SGD: Decodable { var learningRate: Float }
    struct Adam: Decodable { var learningRate, beta1, beta2, epsilon: Float }
    var sgd: SGD
    var adam: Adam
  }

  @Test(arguments: ["sgd", "adam"])
  func updater(name: String) throws {
    let file = try Self.file("updaters")
    let json = Data((file.metadata["golden"] ?? "").utf8)
    let settings = try JSONDecoder().decode(UpdaterSettings.self, from: json)
    let adam = settings.adam
    let updater =
      name == "sgd"
      ? Updater.sgd(learningRate: .constant(settings.sgd.learningRate))
      : .adam(
        learningRate: .constant(adam.learningRate), beta1: adam.beta1, beta2: adam.beta2,
        epsilon: adam.epsilon)
    let gradients = try file.doubles("gradients")
    let (updates, count) = (gradients.shape[0], gradients.shape[1])
    #expect(updates == 5)
    var parameters = try file.doubles("parameters").elements.map(Float.init)
    var state = UpdaterState()
    for update in 0..<updates {
      let row = update * count..<(update + 1) * count
      state.update(
        &parameters, gradients.elements[row].map(Float.init), updater,
        rate: updater.learningRate.value(iteration: update, epoch: 0))
      func difference(_ values: [Float], _ tensor: String) throws -> Double {
        relativeDifference(
          values.map(Double.init), Array(try file.doubles("\(name).\(tensor)").elements[row]))
      }
      // Parameters gain an error of 2^-24 per update; m and v a few of those.
      #expect(try difference(parameters, "parameters") < 1e-6)
      if name == "adam" {
        #expect(try difference(state["m"], "m") < 1e-6)
        // 1 - beta2 of the nearest float to 0.999 is off by up to 2^-25 / 0.001. The bias correction is off by as much,
        // and both cancel in the parameters.
        #expect(try difference(state["v"], "v") < 0x1p-25 / 0.001)
      } else {
        #expect(state == UpdaterState())
      }
    }
  }

  private struct LimitSettings: Decodable { var value, norm: Float }

  @Test(arguments: [
    "byValue", "l2PerLayer", "l2PerParameter", "renormalizedPerLayer", "renormalizedPerParameter",
  ])
  func gradientLimit(name: String) throws {
    let file = try Self.file("clipping")
    let json = Data((file.metadata["golden"] ?? "").utf8)
    let settings = try JSONDecoder().decode(LimitSettings.self, from: json)
    let limits: [String: NetworkConfiguration.GradientLimit] = [
      "byValue": .elements(settings.value), "l2PerLayer": .layerNorm(settings.norm),
      "l2PerParameter": .parameterNorm(settings.norm), "renormalizedPerLayer": .renormalizedLayer,
      "renormalizedPerParameter": .renormalizedParameter,
    ]
    let limit = try #require(limits[name])
    func both(_ prefix: String) throws -> [Double] {
      try file.doubles("\(prefix).W").elements + file.doubles("\(prefix).b").elements
    }
    let layer = try both("gradient").map(Float.init)
    // The layer twice: limits per layer must not depend on the other one.
    var gradients = [layer, layer]
    limit.apply(to: &gradients, parameterCounts: [[12, 4], [12, 4]])
    for layer in gradients {
      #expect(relativeDifference(layer.map(Double.init), try both(name)) < 1e-6)
    }
    #expect(gradients[0] != layer)
  }

  @Test func globalNorm() {
    var gradients: [[Float]] = [[3, 0], [0, 4]]
    NetworkConfiguration.GradientLimit.globalNorm(5).apply(to: &gradients, parameterCounts: [[2], [2]])
    #expect(gradients == [[3, 0], [0, 4]])
    NetworkConfiguration.GradientLimit.globalNorm(2.5).apply(to: &gradients, parameterCounts: [[2], [2]])
    #expect(gradients == [[1.5, 0], [0, 2]])
    NetworkConfiguration.GradientLimit.none.apply(to: &gradients, parameterCounts: [[2], [2]])
    #expect(gradients == [[1.5, 0], [0, 2]])
  }

  @Test func renormalizingZerosKeepsThem() {
    for limit in [NetworkConfiguration.GradientLimit.renormalizedLayer, .renormalizedParameter] {
      var gradients: [[Float]] = [[0, 0]]
      limit.apply(to: &gradients, parameterCounts: [[1, 1]])
      #expect(gradients == [[0, 0]])
    }
  }

  /// A limit that turned NaN into a number would hide that training has diverged.
  @Test(arguments: [
    NetworkConfiguration.GradientLimit.elements(1), .layerNorm(1), .parameterNorm(1), .globalNorm(1),
    .renormalizedLayer,
    .renormalizedParameter,
  ])
  func noLimitHidesNaN(limit: NetworkConfiguration.GradientLimit) {
    var gradients: [[Float]] = [[.nan, 5]]
    limit.apply(to: &gradients, parameterCounts: [[2]])
    #expect(gradients[0][0].isNaN)
  }
}
