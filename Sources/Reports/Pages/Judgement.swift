import DataSets
import Metrics
import Tensors
import Training

/// What a model was worth on some data.
public struct Judgement: Sendable {
  /// The figures, by what labels are.
  public enum Figures: Sendable {
    /// Labels are classes.
    case classification(Evaluation)
    /// Labels are numbers; with some of them beside what was predicted.
    case regression(RegressionEvaluation, ForecastSample)
  }

  /// The figures.
  public var figures: Figures
  /// The loss.
  public var loss: BatchLoss

  /// Makes a judgement.
  public init(_ figures: Figures, loss: BatchLoss) { (self.figures, self.loss) = (figures, loss) }

  /// The one figure that matters most: its name, and its value; NaN when nothing was evaluated.
  var headline: (name: String, value: Double) {
    switch figures {
    case .classification(let evaluation): ("accuracy", (try? evaluation.accuracy) ?? .nan)
    case .regression(let evaluation, _):
      ("root mean squared error", (try? evaluation.averages.rootMeanSquaredError) ?? .nan)
    }
  }
}

/// Judges a model on some data, again and again.
public struct ReportEvaluation {
  /// What the data is: "training", "test".
  public let name: String
  /// Judges a model.
  public let judge: (any Trainer) throws -> Judgement

  /// Makes a judge by any function of the trainer.
  public init(_ name: String, judge: @escaping (any Trainer) throws -> Judgement) {
    (self.name, self.judge) = (name, judge)
  }

  /// Judges a classifier on the first pass of `batches`.
  ///
  /// - Parameters:
  ///   - name: What the data is.
  ///   - batches: The data; every judgement begins its own first pass.
  ///   - classNames: The names of the classes, by index.
  ///   - allowance: What is let pass; by default an example that its normalizer was fitted on is refused.
  public static func classifier(
    _ name: String, on batches: some DataSetIterator, classNames: [String],
    allowing allowance: EvaluationPolicy = []
  ) -> ReportEvaluation {
    ReportEvaluation(name) { trainer in
      var pass = batches
      let evaluation = try evaluate(
        trainer, on: &pass, with: Evaluation(classNames: classNames), allowing: allowance)
      return Judgement(.classification(evaluation), loss: try score(trainer, on: &pass, allowing: allowance))
    }
  }

  /// Judges predicted numbers on the first pass of `batches`.
  ///
  /// - Parameters:
  ///   - name: What the data is.
  ///   - batches: The data; every judgement begins its own first pass.
  ///   - columns: The names of the label columns.
  ///   - reverting: Brings labels or predictions, `[N, L, T]` with their mask, back to their own units.
  ///   - allowance: What is let pass; by default an example that its normalizer was fitted on is refused.
  public static func regressor(
    _ name: String, on batches: some DataSetIterator, columns: [String],
    reverting: (@Sendable (Tensor, Mask) -> Tensor)? = nil, allowing allowance: EvaluationPolicy = []
  ) -> ReportEvaluation {
    ReportEvaluation(name) { trainer in
      var pass = batches
      let pair = try evaluate(
        trainer, on: &pass,
        with: MetricPair(
          RegressionEvaluation(columns: columns, reverting: reverting),
          ForecastSampling(ForecastSample(column: columns[0]), reverting: reverting)), allowing: allowance)
      return Judgement(
        .regression(pair.first, pair.second.sample), loss: try score(trainer, on: &pass, allowing: allowance))
    }
  }
}
