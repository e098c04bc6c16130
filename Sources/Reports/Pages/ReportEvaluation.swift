import DataSets
import Metrics
import Tensors
import Training

extension ReportEvaluation {
  /// The evaluation of a model on some data.
  public struct Judgement: Sendable {
    /// The figures, depending on the type of labels.
    public enum Figures: Sendable {
      /// The labels are classes.
      case classification(Evaluation)
      /// The labels are classes of which several may be present.
      case multiLabel(BinaryEvaluation)
      /// The labels are numbers; includes a sample of true and predicted values.
      case regression(RegressionEvaluation, ForecastSample)
    }

    /// The figures; `nil` for an evaluation before a checkpoint from which the run was resumed.
    public let figures: Figures?
    /// The loss.
    public let loss: BatchLoss
    /// The name and value of the most important figure; NaN if nothing was evaluated.
    public let headline: (name: String, value: Double)

    /// Makes a judgement.
    public init(_ figures: Figures, loss: BatchLoss) {
      (self.figures, self.loss) = (figures, loss)
      switch figures {
      case .classification(let evaluation):
        headline = ("accuracy", (try? evaluation.accuracy) ?? .nan)
      case .multiLabel(let evaluation):
        headline = ("accuracy", (try? evaluation.accuracy) ?? .nan)
      case .regression(let evaluation, _):
        headline = ("root mean squared error", (try? evaluation.averages.rootMeanSquaredError) ?? .nan)
      }
    }

    /// Makes the judgement of an evaluation of which a checkpoint has kept only this.
    init(headline: (name: String, value: Double), loss: BatchLoss) {
      (self.headline, self.loss) = (headline, loss)
      figures = nil
    }
  }
}

/// Evaluates a model on some data, repeatedly.
public struct ReportEvaluation {
  /// The name of the data: "training", "test".
  public let name: String
  /// Evaluates a model.
  public let judge: (any Trainer) throws -> Judgement

  /// Makes an evaluation from any function of the trainer.
  public init(_ name: String, judge: @escaping (any Trainer) throws -> Judgement) {
    (self.name, self.judge) = (name, judge)
  }

  /// Evaluates a classifier on the first epoch of `batches`.
  ///
  /// - Parameters:
  ///   - name: The name of the data.
  ///   - batches: The data; every evaluation begins its own first epoch.
  ///   - classNames: The names of the classes, by index.
  ///   - policy: The exceptions allowed; by default an example that its normalizer was fitted on is an
  ///     error.
  public static func classifier(
    _ name: String, on batches: some DataSetSource, classNames: [String],
    allowing policy: EvaluationPolicy = []
  ) -> ReportEvaluation {
    ReportEvaluation(name) { trainer in
      Judgement(
        .classification(try trainer.evaluate(on: batches, classNames: classNames, allowing: policy)),
        loss: try trainer.score(on: batches, allowing: policy))
    }
  }

  /// Evaluates a classifier for which several classes may be present, on the first epoch of `batches`.
  ///
  /// - Parameters:
  ///   - name: The name of the data.
  ///   - batches: The data; every evaluation begins its own first epoch.
  ///   - classNames: The names of the classes, by label column.
  ///   - policy: The exceptions allowed; by default an example that its normalizer was fitted on is an
  ///     error.
  public static func multiLabel(
    _ name: String, on batches: some DataSetSource, classNames: [String],
    allowing policy: EvaluationPolicy = []
  ) -> ReportEvaluation {
    ReportEvaluation(name) { trainer in
      Judgement(
        .multiLabel(
          try trainer.evaluate(on: batches, BinaryEvaluation(columns: classNames), allowing: policy)),
        loss: try trainer.score(on: batches, allowing: policy))
    }
  }

  /// Evaluates predicted numbers on the first epoch of `batches`.
  ///
  /// - Parameters:
  ///   - name: The name of the data.
  ///   - batches: The data; every evaluation begins its own first epoch.
  ///   - columns: The names of the label columns.
  ///   - quantiles: The levels of the quantiles that the columns take turns to be, in order; empty: they are no quantiles. The
  ///     quantile that is the nearest to the median is judged, and of the first column drawn beside the truth, between the
  ///     outer two.
  ///   - reverting: Converts labels or predictions, `[N, L, T]` with their mask, back to their original
  ///     units.
  ///   - policy: The exceptions allowed; by default an example that its normalizer was fitted on is an
  ///     error.
  public static func regressor(
    _ name: String, on batches: some DataSetSource, columns: [String], quantiles: [Float] = [],
    reverting: (@Sendable (Tensor, Mask) -> Tensor)? = nil, allowing policy: EvaluationPolicy = []
  ) -> ReportEvaluation {
    let middle = quantiles.middleQuantile ?? 0
    let judged = quantiles.middleColumns(of: columns.indices)
    let outer = quantiles.count > 1 ? [0, quantiles.count - 1].filter { $0 != middle } : []
    return ReportEvaluation(name) { trainer in
      let (evaluation, sampling) = try trainer.evaluate(
        on: batches, RegressionEvaluation(columns: columns, reverting: reverting),
        ForecastSampling(
          of: middle, among: columns, besides: outer.map { ("quantile \(quantiles[$0])", $0) },
          reverting: reverting),
        allowing: policy)
      return Judgement(
        .regression(evaluation.keeping(judged), sampling.sample),
        loss: try trainer.score(on: batches, allowing: policy))
    }
  }
}
