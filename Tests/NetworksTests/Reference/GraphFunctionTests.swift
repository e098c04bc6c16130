import FoundationEssentials
import TensorFiles
import Testing

/// Activations and losses of the slow graph against PyTorch's.
@Suite struct GraphFunctionTests {
  private static func file(_ name: String) throws -> SafetensorsFile {
    try SafetensorsFile("\(GraphGolden.folder)/\(name).safetensors")
  }

  /// Central differences of a function of one row, element by element.
  private func differences(_ row: [Double], _ function: ([Double]) -> Double) -> [Double] {
    row.indices.map { index in
      let step = ReferenceGraph.slopeStep
      var (above, below) = (row, row)
      above[index] += step
      below[index] -= step
      return (function(above) - function(below)) / (2 * step)
    }
  }

  private func rows(_ file: SafetensorsFile, _ name: String) throws -> [[Double]] {
    let tensor = try file.doubles(name)
    let size = tensor.shape[1]
    return (0..<tensor.shape[0]).map { Array(tensor.elements[$0 * size..<($0 + 1) * size]) }
  }

  @Test(arguments: GraphActivation.allCases)
  func activation(activation: GraphActivation) throws {
    let file = try Self.file("activations")
    let (z, weights) = (try rows(file, "z"), try rows(file, "weights"))
    let values = z.flatMap { activation($0) }
    #expect(relativeDifference(values, try file.doubles("\(activation).value").elements) < 1e-14)
    let slopes = zip(z, weights).flatMap { row, weights in
      differences(row) { row in
        let y = activation(row)
        return activation == .softmax ? zip(y, weights).reduce(0) { $0 + $1.0 * $1.1 } : y.reduce(0, +)
      }
    }
    #expect(relativeDifference(slopes, try file.doubles("\(activation).derivative").elements) < 1e-8)
  }

  @Test(arguments: GraphLoss.allCases)
  func loss(loss: GraphLoss) throws {
    let file = try Self.file("losses")
    let (z, labels) = (try rows(file, "z"), try rows(file, "\(loss).labels"))
    let weights = try file.doubles("weights").elements
    for activation in loss.activations {
      for (kind, weights) in [("plain", nil), ("weighted", weights)] {
        let key = "\(loss).\(activation).\(kind)"
        let values = zip(z, labels).map { loss(activation($0), labels: $1, weights: weights) }
        #expect(relativeDifference(values, try file.doubles("\(key).value").elements) < 1e-13, "\(key)")
        let slopes = zip(z, labels).flatMap { z, labels in
          differences(z) { loss(activation($0), labels: labels, weights: weights) }
        }
        #expect(relativeDifference(slopes, try file.doubles("\(key).derivative").elements) < 1e-8, "\(key)")
      }
    }
  }
}
