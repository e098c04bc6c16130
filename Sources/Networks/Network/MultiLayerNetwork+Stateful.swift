import DataSets
import Tensors
import Training

extension MultiLayerNetwork: StatefulTrainer {
  /// Returns the outputs of a piece, `[N, outputs, T]`, which are exactly 0 outside the piece's `stepMask`.
  ///
  /// - Parameters:
  ///   - piece: A batch, or some of its steps.
  ///   - state: The state after the previous piece, for rows that continue; becomes the state after this one.
  /// - Throws: `NetworkError` if the piece does not suit the network or the state, or a layer needs whole
  ///   series.
  public func output(_ piece: DataSet, continuing state: inout NetworkState?) throws -> Tensor {
    let results = try run(piece, .output, continuing: &state)
    defer { for result in results { shares.put(result.share) } }
    return output(of: results, piece)
  }

  /// Returns the loss of a piece without training; rows and state are as in `output(_:continuing:)`.
  public func score(_ piece: DataSet, continuing state: inout NetworkState?) throws -> BatchLoss {
    let results = try run(piece, .loss, continuing: &state)
    defer { for result in results { shares.put(result.share) } }
    return loss(of: results, on: piece)
  }

  private func run(_ piece: DataSet, _ purpose: Purpose, continuing state: inout NetworkState?)
    throws(NetworkError) -> [ShareResult]
  {
    let before = try self.state(state, before: piece)
    guard before.map(suits) ?? true else {
      throw NetworkError(
        "a piece is to go on from a state of other layers than the network has; give it the state that this network left"
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
