r"""Channels with clocks of their own: --join-on time, previous and nearest, with and without --tolerance, gives what pandas.merge_asof gives."""
from common import *
import pandas as pd

r = np.random.RandomState(11)
def stamps(seconds): return pd.to_datetime(np.round(seconds * 1000).astype("int64"), unit="ms")
def write(path, seconds, columns):
    table = pd.DataFrame({"time": stamps(seconds), **{c: np.round(r.normal(size=len(seconds)), 4) for c in columns}})
    table.to_csv(path, index=False, date_format="%Y-%m-%dT%H:%M:%S.%f")
for i in range(3):
    base = 1.7e9 + 1000 * i
    write(f"acc_{i}.csv", base + np.cumsum(r.randint(5, 20, 60)) / 1000, ["x", "y"])
    # Slower, with equal times, with gaps, and beginning later.
    write(f"gyro_{i}.csv", base + 0.05 + np.cumsum(r.choice([0, 30, 40, 150], 12)) / 1000, ["x", "rate"])
def right(i, direction, tolerance):
    acc, gyro = (pd.read_csv(f"{n}_{i}.csv", parse_dates=["time"]) for n in ("acc", "gyro"))
    limit = None if tolerance is None else pd.Timedelta(tolerance)
    both = pd.merge_asof(acc, gyro, on="time", direction={"previous": "backward"}.get(direction, direction), tolerance=limit, suffixes=("", "_gyro"))
    seconds = (both["time"] - both["time"].iloc[0]).dt.total_seconds()
    # A row without a partner has missing values, here -1.
    return np.column_stack([seconds, both[["x", "y"]], both[["x_gyro", "rate"]].astype(np.float32).fillna(-1)])
for direction in "previous", "nearest":
    for tolerance in None, "20ms", "200ms":
        r_ = convert("--features", "acc_%d.csv", "--features", "gyro_%d.csv", "--header", "--time", "time", "--join-on", "time:" + direction,
                     *(["--tolerance", tolerance] if tolerance else []), "--drop-columns", "gyro_time", "--transform", "fill:rule=constant,value=-1")
        if r_.code: r_ = convert("--features", "acc_%d.csv", "--features", "gyro_%d.csv", "--header", "--time", "time", "--join-on", "time:" + direction,
                                 *(["--tolerance", tolerance] if tolerance else []), "--transform", "fill:rule=constant,value=-1")
        if r_.code: short(r_.brief)
        if fault := unequal([(right(i, direction, tolerance), None, None) for i in range(3)], examples("out")): short(f"{direction}, {tolerance}: {fault}")
ok("as merge_asof, previous and nearest, with and without a tolerance")
