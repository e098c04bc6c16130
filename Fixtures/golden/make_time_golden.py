"""Writes time.json: fills, lags, differences and resampling of timestamped series by pandas, per group, over daylight saving in both
directions.

    python Fixtures/golden/make_time_golden.py

It needs pandas. The output is the same every time."""
import json, os
import numpy as np
import pandas as pd

random = np.random.default_rng(19)
FIGURES = {"mean": "mean", "first": "first", "last": "last", "minimum": "min", "maximum": "max", "sum": "sum", "mode": "mode"}


def series(start, count, seconds):
    """A series of local times in Berlin, some gaps and equal times among them, written with their offset from UTC."""
    steps = random.choice(seconds, count)
    steps[random.random(count) < 0.1] *= 7
    steps[random.random(count) < 0.1] = 0
    utc = pd.Timestamp(start, tz="Europe/Berlin") + pd.to_timedelta(np.cumsum(steps), unit="s")
    values = np.round(random.normal(size=count) * 10, 2)
    values[random.random(count) < 0.15] = np.nan
    return pd.DataFrame({"time": utc.tz_convert("Europe/Berlin"), "value": values})


def numbers(values): return [None if pd.isna(v) else float(v) for v in values]


def nanoseconds(index): return [int(t.value) for t in index]


def most_frequent(values):
    """The most frequent value, the first of equals, where pandas' own mode takes the smallest."""
    counts = values.value_counts()
    return next((v for v in values if pd.notna(v) and counts[v] == counts.max()), np.nan)


def aggregated(resampled, figure):
    if figure == "mode": return resampled.apply(most_frequent)
    return resampled.sum(min_count=1) if figure == "sum" else getattr(resampled, FIGURES[figure])()


cases = []
for name, start, seconds in ("spring", "2024-03-30 21:07", [300, 600, 900, 1234]), ("autumn", "2024-10-26 22:13", [60, 900, 1800]), (
        "years", "2023-12-30 05:00", [40000, 86400, 100000]):
    groups = {key: series(start, 40, seconds) for key in ("a", "b")}
    rows = [f"{key},{t.isoformat()},{'' if np.isnan(v) else v}" for key, frame in groups.items() for t, v in zip(frame.time, frame.value)]
    expected = []
    mean = pd.concat([frame.value for frame in groups.values()]).mean()
    for number, frame in enumerate(groups.values()):
        utc = frame.set_index(frame.time.dt.tz_convert("UTC").dt.tz_localize(None)).value
        results = {"differences": {}, "byRows": {}, "byTime": [], "lags": [numbers(frame.value.shift(back).iloc[2:]) for back in (0, 1, 2)]}
        results["fills"] = {
            "forward": numbers(frame.value.ffill().fillna(-1)), "constant": numbers(frame.value.fillna(7)),
            "linear": numbers(frame.value.interpolate("linear", limit_direction="both")), "mean": numbers(frame.value.fillna(mean))}
        for lag in 1, 3:
            seconds_between = frame.time.diff(lag).dropna().dt.total_seconds()
            results["differences"][str(lag)] = {"time": numbers(seconds_between), "value": numbers(frame.value.diff(lag).iloc[lag:])}
        for figure in FIGURES:
            by_rows = frame.value.groupby(np.arange(len(frame)) // 4)
            results["byRows"][figure] = numbers(aggregated(by_rows, figure))
        for every, rule in ("15min", "15min"), ("1h", "1h"), ("1d", "1D"), ("7min", "7min"):
            if len(utc.resample(rule, origin="epoch")) > 400: continue
            for side in "left", "right":
                figures = {f: aggregated(utc.resample(rule, origin="epoch", closed="left", label=side), f) for f in FIGURES}
                results["byTime"].append({
                    "nanoseconds": int(pd.Timedelta(rule).value), "side": side, "times": nanoseconds(figures["mean"].index),
                    "figures": {f: numbers(v) for f, v in figures.items()}})
        expected.append(results)
    cases.append({"name": name, "text": "key,time,value\n" + "\n".join(rows) + "\n", "groups": expected})
with open(os.path.join(os.path.dirname(__file__), "time.json"), "w") as file:
    json.dump({"pandas": pd.__version__, "cases": cases}, file, separators=(",", ":"), allow_nan=False)
    file.write("\n")
