/// The state of the recurrent layers of a network for some rows, between two pieces of their series.
public struct NetworkState: Sendable, Hashable, Codable {
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
