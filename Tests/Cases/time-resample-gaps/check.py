r"""resample:every=15min as pandas does it, with gaps filled, and --max-gap, which no window, difference or label crosses."""
from common import *

times = ["2024-03-31T01:50:00+01:00", "2024-03-31T01:58:00+01:00", "2024-03-31T03:05:00+02:00", "2024-03-31T03:50:00+02:00",
         "2024-03-31T09:00:00+02:00", "2024-03-31T09:20:00+02:00"]
with open("f_0.csv", "w") as f: f.write("ts,v\n" + "".join(f"{t},{k}\n" for k, t in enumerate(times)))
with open("l_0.csv", "w") as f: f.write("y\n" + "".join(f"{k * 10}\n" for k in range(6)))
base = ["--features", "f_%d.csv", "--header", "--time", "ts", "--time-unit", "minutes", "--align", "start"]
labels = ["--labels", "l_%d.csv", "--regression"]
resample = ["--transform", "resample:every=15min,labels=last,columns=v", "--transform", "fill:rule=forward,columns=v"]
r = convert(*base, *labels, "--max-gap", "1h", *resample)
if r.code: short("resample: " + r.brief)
x = [e[:, m > 0] for e, m in zip(r.t["features"], r.t.get("featuresMask", np.ones((2, 9))))]
if len(x) != 2 or not same(x[0], [[0, 15, 30, 45, 60], [.5, 2, 2, 2, 3]]) or not same(x[1], [[375, 390], [4, 5]]):
    short(f"resample, pieces of an hour: {[tidy(e) for e in x]}")
if [[v for v in e if v is not None] for e in values(r.t)] != [[10, 20, 20, 20, 30], [40, 50]]: short(f"labels: {values(r.t)}")
r = convert(*base, *labels, "--max-gap", "1h", "--window", "2,1")
if r.code or values(r.t) != [[0, 10], [10, 20], [20, 30], [40, 50]]: short(f"windows: {values(r.t) if r.t else r.brief}")
r = convert(*base, "--max-gap", "1h", "--transform", "difference:columns=ts")
x = [e[0][m > 0] for e, m in zip(r.t["features"], r.t.get("featuresMask", np.ones((2, 3))))] if r.t else []
if r.code or len(x) != 2 or not same(x[0], [8, 7, 45]) or not same(x[1], [20]): short(f"differences: {x} {r.brief}")
for words, cause in (["--max-gap", "1x"], "1h"), (["--transform", "resample:every=15x"], "15min"):
    r = convert(*base, *words)
    if not r.refused or cause not in r.said: short(f"{words}: {r.brief}")
r = convert("--features", "l_%d.csv", "--header", "--transform", "resample:every=1h")
if not r.refused or "--time" not in r.said: short("without --time: " + r.brief)
ok("intervals of time, and sequences that end at gaps")
