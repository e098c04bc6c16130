import DataSets
import FoundationEssentials
import TensorFiles
import TestSupport

/// The description of a network in Fixtures/golden/layers: the JSON under the metadata key `golden`.
struct GraphDescription: Decodable {
  var input: GraphShape
  var layers: [GraphLayer]
  var l1: Double
  var l2: Double
}

/// A network, a batch and PyTorch's results; Fixtures/golden/README.md has the names.
struct GraphGolden {
  /// With PyTorch's parameters.
  let graph: ReferenceGraph
  /// Absent cells hold 99.
  let batch: ReferenceBatch
  /// The states before step 0, by layer and row.
  let states: [Int: [ReferenceState]]
  /// The expected results.
  let expected: GraphRun
  /// The gradients of the score, by PyTorch's autograd.
  let gradients: [String: [Double]]

  /// The folder of the files.
  static let folder = Repository.fixture("golden/layers")

  /// Reads `Fixtures/golden/layers/NAME.safetensors`.
  init(named name: String) throws {
    let file = try SafetensorsFile("\(Self.folder)/\(name).safetensors")
    let json = Data((file.metadata["golden"] ?? "").utf8)
    let description = try JSONDecoder().decode(GraphDescription.self, from: json)
    func value(_ key: String) throws -> [Double] { try file.doubles(key).elements }
    var graph = ReferenceGraph(input: description.input, layers: description.layers)
    (graph.l1, graph.l2) = (description.l1, description.l2)
    var gradients: [String: [Double]] = [:]
    for key in graph.parameters.keys {
      graph.parameters[key] = try value(key)
      gradients[key] = try value("gradient.\(key)")
    }
    func mask(_ key: String) throws -> Mask {
      let tensor = try file.doubles(key)
      return Mask(rows: tensor.shape[0], steps: tensor.shape[1]) {
        tensor.elements[$0 * tensor.shape[1] + $1] > 0
      }
    }
    func series(_ key: String) throws -> ReferenceSeries {
      let tensor = try file.doubles(key)
      return ReferenceSeries(tensor.shape[0], tensor.shape[1], tensor.shape[2], tensor.elements)
    }
    batch = ReferenceBatch(
      features: try series("features"), labels: try series("labels"), featuresMask: try mask("featuresMask"),
      labelsMask: try mask("labelsMask"), seriesStarts: try mask("seriesStarts"))
    let rows = batch.exampleCount
    func states(_ prefix: String) throws -> [Int: [ReferenceState]] {
      var states = graph.zeroStates(rows)
      for index in states.keys where file.names.contains("\(prefix).layer\(index).h") {
        let h = try value("\(prefix).layer\(index).h")
        let hasCell = graph.layers[index].stateSizes?.c != 0
        let c = hasCell ? try value("\(prefix).layer\(index).c") : []
        states[index] = (0..<rows).map { row in
          ReferenceState(
            h: Array(h[row * h.count / rows..<(row + 1) * h.count / rows]),
            c: Array(c[row * c.count / rows..<(row + 1) * c.count / rows]))
        }
      }
      return states
    }
    self.graph = graph
    self.gradients = gradients
    self.states = try states("initialState")
    expected = GraphRun(
      activations: try graph.layers.indices.map { try series("activation.layer\($0)") },
      lossSum: try value("lossSum")[0], penalty: try value("penalty")[0], states: try states("state"))
  }
}
