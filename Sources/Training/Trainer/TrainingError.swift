import DataSets
import Metrics
import Tensors

/// A fault that ends a run: the problem, the update, and the remedy.
public struct TrainingError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The classes of faults.
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// A pass in which the iterator returned no batch.
    case noBatches
    /// An epoch in which no batch had anything to learn from.
    case nothingToLearn
    /// A score, a gradient or an output that is NaN or infinite.
    case notFinite
    /// Batches whose rows continue series, where the model or the batch before does not allow it.
    case continuedSeries
    /// A checkpoint that cannot be restored, or a directory that has checkpoints of another run.
    case checkpoint
  }

  /// The class of the fault.
  public var kind: Kind
  /// The epoch, from 1, as in progress lines; `nil` outside a run of epochs.
  public var epoch: Int?
  /// The batch of the epoch, from 1; `nil` if the fault does not belong to one batch.
  public var batch: Int?
  /// The update, from 1; `nil` if the fault does not belong to one update.
  public var iteration: Int?
  /// The locations of the batch's examples, `PATH:LINE`; empty for data without metadata.
  public var locations: [String]
  /// The problem, with its remedy if there is only one.
  public var problem: String
  /// The remedy, which a program that knows more about the run can replace by its own; `nil`: `problem` has it.
  public var remedy: String?

  /// Makes an error.
  public init(
    _ kind: Kind, epoch: Int? = nil, batch: Int? = nil, iteration: Int? = nil, locations: [String] = [],
    _ problem: String, remedy: String? = nil
  ) {
    self.kind = kind
    self.epoch = epoch
    self.batch = batch
    self.iteration = iteration
    self.locations = locations
    self.problem = problem
    self.remedy = remedy
  }

  /// The remedy of a run whose numbers become too large.
  package static let smallerSteps = "lower the learning rate, clip the gradients, or normalize the data"

  /// The text, such as `epoch 2, batch 3, iteration 17, data a.csv:1, b.csv:1: what is wrong; the remedy`.
  public var description: String {
    var parts: [String] = []
    if let epoch { parts.append("epoch \(epoch)") }
    if let batch { parts.append("batch \(batch)") }
    if let iteration { parts.append("iteration \(iteration)") }
    if !locations.isEmpty {
      // A message with 256 paths is not helpful; `locations` has them all.
      let shown = locations.prefix(4).joined(separator: ", ")
      parts.append("data \(shown)" + (locations.count > 4 ? " and \(locations.count - 4) more" : ""))
    }
    let text = problem + (remedy.map { "; \($0)" } ?? "")
    return parts.isEmpty ? text : parts.joined(separator: ", ") + ": " + text
  }

  /// Returns the error of a score that is NaN or infinite.
  static func notFinite(
    _ loss: BatchLoss, _ progress: TrainingProgress, _ batch: DataSet
  ) -> TrainingError {
    TrainingError(
      .notFinite, epoch: progress.epoch + 1, batch: progress.batch, iteration: progress.iteration,
      locations: batch.metadata.map(\.location),
      "the score is \(loss.score), so the parameters are useless now\(largestValues(of: batch))",
      remedy: smallerSteps)
  }

  /// Returns the error of a trainer that found a gradient or an output that is not finite, before its update.
  static func diverged(
    _ divergence: Divergence, _ progress: TrainingProgress, _ batch: DataSet
  ) -> TrainingError {
    TrainingError(
      .notFinite, epoch: progress.epoch + 1, batch: progress.batch, iteration: progress.iteration + 1,
      locations: batch.metadata.map(\.location),
      "\(divergence), so no update was made\(largestValues(of: batch))", remedy: smallerSteps)
  }

  /// Returns a clause about the features and labels of a batch that are farthest from 0, as the trainer gets them.
  private static func largestValues(of batch: DataSet) -> String {
    var text = ""
    if let feature = batch.features.largest(where: batch.featuresMask) {
      text = "; the largest feature of the batch is \(Double(feature).short)"
    }
    if let label = batch.labels?.largest(where: batch.labelsMask) {
      text +=
        (text.isEmpty ? "; the largest label of the batch is " : ", the largest label ") + Double(label).short
    }
    return text
  }

  /// Returns the error of a pass without any batch.
  static func noBatches(epoch: Int? = nil) -> TrainingError {
    TrainingError(
      .noBatches, epoch: epoch,
      "the iterator returned no batch; check that its data is not empty, and that begin(epoch:) returns to the "
        + "first batch")
  }

  /// Returns the error of an epoch without any update.
  static func nothingToLearn(_ progress: TrainingProgress) -> TrainingError {
    TrainingError(
      .nothingToLearn, epoch: progress.epoch + 1,
      "no label is present in any of the \(progress.batch) batches, so there was nothing to learn from; give the "
        + "iterator labels, and check the labels masks")
  }
}

/// A trainer's report, before an update, that training has diverged, with the part of the model that went
/// first.
///
/// `Trainer.fit` throws it, with all parameters unchanged; the loop turns it into a `TrainingError` that adds
/// epoch, iteration and the batch's files.
public struct Divergence: Error, Hashable, Sendable, CustomStringConvertible {
  /// The quantity that is NaN or infinite.
  public enum Quantity: String, Sendable, Hashable, CaseIterable {
    /// A gradient.
    case gradient
    /// An output, on the forward pass.
    case output
    /// A parameter, after the update before.
    case parameter = "value"
  }

  /// The quantity that is NaN or infinite.
  public var what: Quantity
  /// The part of the model that went first, such as "W of layer 1 (lstm)".
  public var part: String

  /// Makes a divergence.
  public init(_ what: Quantity, of part: String) {
    self.what = what
    self.part = part
  }

  /// The text, such as `the gradient of W of layer 1 (lstm) is not finite`.
  public var description: String { "the \(what.rawValue) of \(part) is not finite" }
}

extension Tensor {
  /// Returns the value of a tensor `[N, C, T]` that is farthest from 0, at the steps that are present; `nil` if there
  /// are none.
  fileprivate func largest(where mask: Mask) -> Float? {
    var largest: Float?
    let (elements, strides) = (elements, strides)
    for row in 0..<shape[0] {
      for step in 0..<shape[2] where mask[row, step] {
        for column in 0..<shape[1] {
          let value = elements[row * strides[0] + column * strides[1] + step * strides[2]]
          if !(abs(value) <= abs(largest ?? -1)) || largest == nil { largest = value }
        }
      }
    }
    return largest
  }
}
