/// A trainer whose learning rate can be scaled while it trains, as `PlateauRate` does.
public protocol RateScaling: Trainer {
  /// The factor of the learning rate, beside its own schedule; 1 unless a loop changes it.
  var rateScale: Float { get set }
}
