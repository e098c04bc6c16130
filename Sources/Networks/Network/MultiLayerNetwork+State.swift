import DataSets
import Tensors
import Training

extension MultiLayerNetwork {
  /// The state of the recurrent layers of a network for some rows, between two pieces of their series.
  public struct State: Sendable, Hashable, Codable {
    /// The number of rows, N.
    public let rows: Int
    /// The state of each layer, by index; `nil` for layers without one.
    public var layers: [RecurrentState?]

    /// Makes a state.
    public init(rows: Int, layers: [RecurrentState?]) {
      precondition(layers.allSatisfy { $0.map { $0.rows == rows } ?? true }, "states of other rows")
      (self.rows, self.layers) = (rows, layers)
    }

    /// Reads a state, and checks it.
    ///
    /// - Throws: `DecodingError` if the number of rows differs between layers.
    public init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      rows = try container.decode(Int.self, forKey: .rows)
      layers = try container.decode([RecurrentState?].self, forKey: .layers)
      guard rows >= 0, layers.allSatisfy({ [rows] layer in layer.map { $0.rows == rows } ?? true }) else {
        throw DecodingError.dataCorruptedError(
          forKey: .layers, in: container, debugDescription: "layers that remember other rows than \(rows)")
      }
    }

    /// Clears the state of one row, whose series has ended; the next step of that row begins a new one.
    public mutating func clear(row: Int) {
      for index in layers.indices { layers[index]?.clear(row: row) }
    }

    /// Returns the states of the rows in `range`, by layer.
    func rows(_ range: Range<Int>) -> [RecurrentState?] { layers.map { $0?.rows(range) } }
  }
}

extension MultiLayerNetwork: StatefulTrainer {
  /// Returns the outputs of a piece, `[N, outputs, T]`, which are exactly 0 outside the piece's `stepMask`.
  ///
  /// - Parameters:
  ///   - piece: A batch, or some of its steps.
  ///   - state: The state after the previous piece, for rows that continue; becomes the state after this one.
  /// - Throws: `NetworkError` if the piece does not suit the network or the state, or a layer needs whole
  ///   series.
  public func output(_ piece: DataSet, continuing state: inout State?) throws -> Tensor {
    let results = try run(piece, .output, continuing: &state)
    defer { for result in results { shares.put(result.share) } }
    return output(of: results, piece)
  }

  /// Returns the loss of a piece without training; rows and state are as in `output(_:continuing:)`.
  public func score(_ piece: DataSet, continuing state: inout State?) throws -> BatchLoss {
    let results = try run(piece, .loss, continuing: &state)
    defer { for result in results { shares.put(result.share) } }
    return loss(of: results, on: piece)
  }

  private func run(_ piece: DataSet, _ purpose: Purpose, continuing state: inout State?)
    throws(NetworkError) -> [ShareResult]
  {
    let before = try self.state(state, before: piece)
    guard before.map(suits) ?? true else {
      throw NetworkError(
        "a piece continues from a state of other layers than the network has; give it the state that this network left"
      )
    }
    let results = try run(piece, purpose, from: before)
    state = self.state(after: results, rows: piece.exampleCount)
    return results
  }

  /// Throws an error if a layer needs whole series, so that they cannot be continued.
  func checkPieces() throws(NetworkError) {
    for (index, entry) in configuration.layers.enumerated() where entry.layer.needsWholeSeries {
      throw NetworkError(
        "\(configuration.name(of: index)) needs whole series, so that they cannot be given piece by piece; give it whole "
          + "series")
    }
  }
}
