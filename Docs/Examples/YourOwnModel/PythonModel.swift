import Timestep

/// A model in another program, as a `Trainer`: a value, whose copies learn independently.
///
/// The copy is made in the program, and only before one of the two learns.
struct PythonModel: Trainer {
  private var parameters: RemoteParameters

  /// Makes a model with fresh parameters.
  init(_ server: ModelServer, inputs: Int, outputs: Int, seed: Int) throws {
    parameters = try RemoteParameters(
      server, "make", ["inputs": "\(inputs)", "outputs": "\(outputs)", "seed": "\(seed)"])
  }

  mutating func fit(_ piece: DataSet) throws -> BatchLoss? {
    guard piece.labelsMask.count > 0 else { return nil }
    if !isKnownUniquelyReferenced(&parameters) { parameters = try parameters.copied() }
    let answer = try parameters.ask("fit", about: piece)
    if let part = answer.metadata["diverged"] { throw Divergence(.gradient, of: part) }
    return try loss(in: answer, of: piece)
  }

  func score(_ batch: DataSet) throws -> BatchLoss {
    guard batch.labelsMask.count > 0 else { return BatchLoss(sequenceCount: batch.exampleCount) }
    return try loss(in: parameters.ask("score", about: batch), of: batch)
  }

  func output(_ batch: DataSet) throws -> Tensor {
    let answer = try parameters.ask("output", about: batch)
    guard case .floats(let output)? = answer["output"], output.rank == 3,
      output.shape[0] == batch.exampleCount, output.shape[2] == batch.stepCount
    else {
      throw ModelServerError(
        description: "the model's answer has no tensor \"output\" F32 [\(batch.exampleCount), outputs, "
          + "\(batch.stepCount)]; fix its output()")
    }
    return output
  }

  private func loss(in answer: TensorMessage, of batch: DataSet) throws -> BatchLoss {
    guard let sum = answer.metadata["sum"].flatMap({ Double($0) }) else {
      throw ModelServerError(
        description: "the model's answer has no number \"sum\"; fix its fit() and score()")
    }
    return BatchLoss(sum: sum, stepCount: batch.labelsMask.count, sequenceCount: batch.exampleCount)
  }
}

/// The parameters of one model in a server, which releases them when they are no longer used.
private final class RemoteParameters {
  private let server: ModelServer
  private let model: String

  init(_ server: ModelServer, _ what: String, _ notes: [String: String]) throws {
    self.server = server
    model = server.newModel()
    _ = try server.ask(what, of: model, notes)
  }

  deinit { server.drop(model) }

  func copied() throws -> RemoteParameters { try RemoteParameters(server, "copy", ["from": model]) }

  func ask(_ what: String, about batch: DataSet) throws -> TensorMessage {
    try server.ask(what, of: model, about: batch)
  }
}
