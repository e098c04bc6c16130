"""Writes join.json: as-of joins of timestamped rows by pandas.

    python Fixtures/golden/make_join_golden.py

It needs pandas. The output is the same every time."""
import json, os
import numpy as np
import pandas as pd

random = np.random.default_rng(20)
cases = []
for number in range(60):
    left = np.sort(random.integers(0, 60, random.integers(1, 12)))
    right = np.sort(random.integers(0, 60, random.integers(1, 12)))
    frames = [pd.DataFrame({"time": pd.to_datetime(times, unit="ms")}) for times in (left, right)]
    frames[1]["step"] = np.arange(len(right))
    expected = {}
    for direction, theirs in ("previous", "backward"), ("nearest", "nearest"):
        for tolerance in None, 0, 5, 20:
            joined = pd.merge_asof(*frames, on="time", direction=theirs,
                                   tolerance=None if tolerance is None else pd.Timedelta(tolerance, "ms"))
            expected[f"{direction},{'' if tolerance is None else tolerance}"] = [None if np.isnan(s) else int(s) for s in joined.step]
    cases.append({"left": left.tolist(), "right": right.tolist(), "expected": expected})

path = os.path.join(os.path.dirname(__file__), "join.json")
with open(path, "w") as file: json.dump({"cases": cases}, file, separators=(",", ":"))
