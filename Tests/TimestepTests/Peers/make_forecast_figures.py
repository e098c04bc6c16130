"""Prints the figures of GluonTS that ForecastFiguresTests and StepsAheadTests compare with: make_forecast_figures.py
(pip install gluonts)."""
import numpy as np
from gluonts.evaluation import metrics

truth = np.array([12.5, -3.0, 0.25, 40.0, 7.5, -1.0, 2.0, 9.75])
forecast = np.array([10.0, -4.5, 0.5, 44.0, 7.5, 1.0, 0.0, 9.0])
past = np.array([1.0, 4.0, 2.0, 8.0, 5.0, 7.0, 1.5, 9.0, 6.0, 3.0])
print("smape", repr(100 * metrics.smape(truth, forecast)))
print("wape", repr(100 * metrics.abs_error(truth, forecast) / metrics.abs_target_sum(truth)))
for season in 1, 3:
    scale = metrics.calculate_seasonal_error(past, seasonality=season)
    print("season", season, "scale", repr(scale), "mase", repr(metrics.mase(truth, forecast, scale)))
