/// The learning rate and the gradient norms of one update.
public struct UpdateReport: Sendable, Hashable {
  /// The learning rate.
  public var learningRate: Float
  /// The L2 norm of each layer's gradient of the loss, before any limit; 0 for a frozen layer.
  public var gradientNorms: [Double]

  /// Makes a report.
  public init(learningRate: Float, gradientNorms: [Double]) {
    (self.learningRate, self.gradientNorms) = (learningRate, gradientNorms)
  }
}

/// A trainer that can report its updates, for a journal.
public protocol UpdateReporting: Trainer {
  /// True if every update makes a report; false by default, since that takes time.
  var reportsUpdates: Bool { get set }
  /// The report of the last update; `nil` before the first one, and if updates make no reports.
  var lastUpdate: UpdateReport? { get }
}
