r"""Label files at 1 Hz, features at 10 Hz: --join-on time gives every row the label that pandas.merge_asof gives; a row without one is masked."""
from common import *
import pandas as pd

r = np.random.RandomState(12)
for i in range(3):
    base = pd.Timestamp("2024-03-05 10:00:00") + pd.Timedelta(hours=i)
    pd.DataFrame({"time": base + pd.to_timedelta(np.arange(50) * 100, unit="ms"), "x": np.round(r.normal(size=50), 4)}).to_csv(
        f"x_{i}.csv", index=False, date_format="%Y-%m-%dT%H:%M:%S.%f")
    pd.DataFrame({"time": base + pd.to_timedelta(1000 * np.arange(5) + 150, unit="ms"), "label": r.randint(0, 3, 5)}).to_csv(
        f"y_{i}.csv", index=False, date_format="%Y-%m-%dT%H:%M:%S.%f")
for direction, tolerance in ("previous", None), ("previous", "500ms"), ("nearest", None), ("nearest", "200ms"):
    run = convert("--features", "x_%d.csv", "--labels", "y_%d.csv", "--header", "--classes", "3", "--time", "time", "--join-on", "time:" + direction,
                  *(["--tolerance", tolerance] if tolerance else []))
    if run.code: short(run.brief)
    right = []
    for i in range(3):
        x, y = (pd.read_csv(f"{n}_{i}.csv", parse_dates=["time"]) for n in "xy")
        both = pd.merge_asof(x, y, on="time", direction={"previous": "backward"}.get(direction, direction),
                             tolerance=pd.Timedelta(tolerance) if tolerance else None)
        seconds = (both["time"] - both["time"].iloc[0]).dt.total_seconds()
        mask = both["label"].notna().to_numpy().astype(float)
        right.append((np.column_stack([seconds, both["x"]]), [one_hot(-1 if np.isnan(v) else int(v), 3) for v in both["label"]], mask))
    if fault := unequal(right, examples("out")): short(f"{direction}, {tolerance}: {fault}")
ok("labels as merge_asof, and masked where it has none")
