import Timestep

/// A Python program that holds models, and answers every message with one.
///
/// It ends with the value.
final class ModelServer {
  private let child: ChildProcess
  private let script: String
  private var modelCount = 0
  /// Models that nobody holds any more; the next message says so.
  private var dropped: [String] = []

  /// Starts `script`.
  ///
  /// - Throws: `FileError` when there is no such Python.
  init(python: String, script: String, arguments: [String] = []) throws {
    self.script = script
    child = try ChildProcess(
      python, [script] + arguments,
      remedy: "install Python (apt-get install python3), or name one with --python")
  }

  /// The name of a model that is about to be made.
  func newModel() -> String {
    modelCount += 1
    return String(modelCount)
  }

  /// Forgets a model, when the program is next asked for something.
  func drop(_ model: String) { dropped.append(model) }

  /// Asks the program to do something with a model, and waits for the answer.
  ///
  /// - Throws: `ModelServerError` when the program has ended, or answers nonsense.
  func ask(
    _ what: String, of model: String, about batch: DataSet? = nil, _ notes: [String: String] = [:]
  ) throws -> TensorMessage {
    var message = TensorMessage(batch?.tensors(layout: .ntc) ?? [], metadata: notes)
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
      description: "\(script): ended the stream when it was asked to \(what); it must answer")
  }

  private func ended(_ what: String) throws -> ModelServerError {
    let end = try child.finish()
    let words = child.lastErrorLine.map { "its last words: \($0)" } ?? "it said nothing; run it by hand"
    return ModelServerError(
      description: "\(script): it has ended, \(end), when it was asked to \(what); \(words)")
  }
}

/// What is wrong with the program, and its last words.
struct ModelServerError: Error, CustomStringConvertible { var description: String }
