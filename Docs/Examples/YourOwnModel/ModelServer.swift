import Timestep

/// A Python program that holds models, and answers every message with a message.
///
/// The program ends when the value is dropped.
final class ModelServer {
  private let child: ChildProcess
  private let script: String
  private var modelCount = 0
  /// Models that are no longer used; the next message tells the program.
  private var dropped: [String] = []

  /// Starts `script`.
  ///
  /// - Throws: `FileError` if there is no such Python.
  init(python: String, script: String, arguments: [String] = []) throws {
    self.script = script
    child = try ChildProcess(
      python, [script] + arguments,
      remedy: "install Python (apt-get install python3), or name one with --python")
  }

  /// Returns a name for a new model.
  func newModel() -> String {
    modelCount += 1
    return String(modelCount)
  }

  /// Releases a model with the next message.
  func drop(_ model: String) { dropped.append(model) }

  /// Sends a request about a model, and waits for the answer.
  ///
  /// - Throws: `ModelServerError` if the program has ended, or its answer is invalid.
  func ask(
    _ what: String, of model: String, about batch: DataSet? = nil, _ notes: [String: String] = [:]
  ) throws -> TensorMessage {
    var message = TensorMessage(try batch?.tensors(layout: .ntc) ?? [], metadata: notes)
    message.metadata["do"] = what
    message.metadata["model"] = model
    message.metadata["dropped"] = dropped.joined(separator: " ")
    dropped = []
    do {
      try message.write(to: child)
      if let answer = try TensorMessage(from: child, named: script) { return answer }
    } catch is ReaderGone {
      throw try ended(what)
    } catch let error as TensorFileError {
      if child.outputHasEnded { throw try ended(what) }
      child.stop()
      throw ModelServerError(description: "\(error)")
    }
    child.stop()
    throw ModelServerError(
      description: "\(script): ended its output when asked to \(what); it must answer")
  }

  private func ended(_ what: String) throws -> ModelServerError {
    let end = try child.finish()
    let words =
      child.lastErrorLine.map { "its last message: \($0)" } ?? "it printed no message; run it by hand"
    return ModelServerError(
      description: "\(script): ended \(end) when asked to \(what); \(words)")
  }
}

/// An error about the program, with its last line of output.
struct ModelServerError: Error, CustomStringConvertible { var description: String }
