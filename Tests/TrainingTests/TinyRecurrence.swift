import DataSets
import Platform
import Tensors
import Training

/// A trainer with everything that a checkpoint must contain: parameters, updater memory, counters and carried
/// state.
///
/// h = 0.5 h' + w mean(x), y[l] = (v + l) h; the error is squared. It descends its gradient with momentum,
/// without back-propagation through time. Its behaviour depends on all of its state, and is exact in every
/// process.
struct TinyRecurrence: StatefulTrainer, Checkpointable, Equatable {
  /// The state of every row.
  typealias State = [Double]

  struct Damage: Error, CustomStringConvertible { var description = "the file is not a tiny recurrence" }
  struct Unbegun: Error {}

  var stepsPerUpdate: Int?
  /// w and v.
  private(set) var parameters = [0.25, -0.5]
  private var momentum = [0.0, 0.0]
  private(set) var iteration = 0
  private(set) var epoch = -1
  /// The state at the end of the last piece; `nil` before the first.
  private(set) var carried: State?

  init(stepsPerUpdate: Int? = nil) { self.stepsPerUpdate = stepsPerUpdate }

  mutating func begin(epoch: Int) { self.epoch = epoch }

  func output(_ batch: DataSet) throws -> Tensor {
    var state: State?
    return try output(batch, continuing: &state)
  }

  func output(_ piece: DataSet, continuing state: inout State?) throws -> Tensor {
    let columns = piece.labels?.shape[1] ?? 1
    var output = Tensor(shape: [piece.exampleCount, columns, piece.stepCount], order: .timeMajor)
    try forEachStep(piece, &state) { row, step, h in
      for column in 0..<columns { output[row, column, step] = Float((parameters[1] + Double(column)) * h) }
    }
    return output
  }

  func score(_ batch: DataSet) throws -> BatchLoss {
    var state: State?
    return try score(batch, continuing: &state)
  }

  func score(_ piece: DataSet, continuing state: inout State?) throws -> BatchLoss {
    try lossAndGradient(piece, &state).0
  }

  mutating func fit(_ piece: DataSet) throws -> BatchLoss? {
    let (loss, gradient) = try lossAndGradient(piece, &carried)
    guard loss.stepCount > 0 else { return nil }
    for index in parameters.indices {
      momentum[index] = 0.9 * momentum[index] + gradient[index] / Double(piece.exampleCount)
      parameters[index] -= 0.01 / Double(1 + epoch) * momentum[index]
    }
    iteration += 1
    return loss
  }

  private func lossAndGradient(_ piece: DataSet, _ state: inout State?) throws -> (BatchLoss, [Double]) {
    guard let labels = piece.labels else { throw Unbegun() }
    var loss = BatchLoss(sequenceCount: piece.exampleCount, penalty: parameters[0] * parameters[0])
    var gradient = [0.0, 0.0]
    try forEachStep(piece, &state) { row, step, h in
      guard piece.labelsMask[row, step] else { return }
      loss.stepCount += 1
      for column in 0..<labels.shape[1] {
        let error = (parameters[1] + Double(column)) * h - Double(labels[row, column, step])
        loss.sum += error * error
        gradient[0] += error * (parameters[1] + Double(column)) * mean(piece, row, step)
        gradient[1] += error * h
      }
    }
    return (loss, gradient)
  }

  private func mean(_ piece: DataSet, _ row: Int, _ step: Int) -> Double {
    guard piece.featuresMask[row, step] else { return 0 }
    let columns = piece.features.shape[1]
    return (0..<columns).reduce(0.0) { $0 + Double(piece.features[row, $1, step]) } / Double(columns)
  }

  private func forEachStep(
    _ piece: DataSet, _ state: inout State?, _ body: (_ row: Int, _ step: Int, _ h: Double) -> Void
  ) throws {
    let mask = piece.stepMask
    let before = state
    state = try (0..<piece.exampleCount).map { row in
      var h: Double? = before.flatMap { $0.count == piece.exampleCount ? $0[row] : nil }
      for step in 0..<piece.stepCount {
        if piece.seriesStarts[row, step] { h = 0 }
        guard mask[row, step] else { continue }
        guard let last = h else { throw Unbegun() }
        let next = 0.5 * last + parameters[0] * mean(piece, row, step)
        body(row, step, next)
        h = next
      }
      return h ?? 0
    }
  }

  // One line: numbers as their bits; then the run, the number of all bytes before at the end.
  func write(to path: String, run: String?, contract: DataContract?) throws {
    let numbers = parameters + momentum + (run == nil ? [] : carried ?? [])
    var text = "\(iteration) \(epoch) \(carried == nil ? 0 : 1) "
    text += numbers.map { String($0.bitPattern) }.joined(separator: " ")
    let columns = contract?.columns.joined(separator: ",") ?? "-"
    text += "\n\(columns)\n\(run ?? "")\n"
    // Tests write thousands of files, which need not survive a power failure.
    let writer = try FileWriter(path, sync: .wholeDirectory)
    try writer.write(text + "\(text.utf8.count)")
    try writer.commit()
  }

  mutating func restore(from path: String) throws -> String? {
    let lines = try fileText(path).split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let size = lines.dropLast().reduce(0) { $0 + $1.utf8.count + 1 }
    guard lines.count == 4, lines[3] == String(size) else { throw Damage() }
    let texts = lines[0].split(separator: " ")
    let words = texts.compactMap { UInt64($0) }
    guard words.count == texts.count, words.count >= 7 else { throw Damage() }
    let numbers = words.dropFirst(3).map(Double.init(bitPattern:))
    (iteration, epoch) = (Int(words[0]), Int(words[1]))
    (parameters, momentum) = (Array(numbers[0..<2]), Array(numbers[2..<4]))
    carried = words[2] == 0 ? nil : Array(numbers.dropFirst(4))
    return lines[2].isEmpty ? nil : lines[2]
  }
}

/// The text of a file.
func fileText(_ path: String) throws -> String {
  let buffer = FileBuffer()
  try buffer.read(path)
  return String(decoding: Array(buffer.bytes), as: UTF8.self)
}

/// Batches in memory, in another order every epoch, whose position can be restored.
struct ResumableBatches: ResumableDataSetIterator {
  struct State: Codable, Sendable {
    var epoch: Int
    var batchIndex: Int
    var count: Int
  }
  struct OtherData: Error, CustomStringConvertible { var description = "it is of other data" }

  let batches: [DataSet]
  /// True if batches keep their order, because rows continue those of the previous batch.
  let isOrdered: Bool
  private var epoch = 0
  private var batchIndex = 0

  init(_ batches: [DataSet], isOrdered: Bool = true) { (self.batches, self.isOrdered) = (batches, isOrdered) }

  mutating func begin(epoch: Int) { (self.epoch, batchIndex) = (epoch, 0) }

  mutating func next() -> DataSet? {
    guard batchIndex < batches.count else { return nil }
    batchIndex += 1
    return batches[isOrdered ? batchIndex - 1 : (batchIndex - 1 + epoch) % batches.count]
  }

  var state: State { State(epoch: epoch, batchIndex: batchIndex, count: batches.count) }

  mutating func restore(_ state: State) throws {
    guard state.count == batches.count else { throw OtherData() }
    (epoch, batchIndex) = (state.epoch, state.batchIndex)
  }
}
