r"""Differences of timestamps are exact with every origin and unit, from a cache too, and predict gives the same."""
from common import *

at = [1711846200, 1711846201, 1711846260, 1711846260, 1740000000, 1740000001]
with open("e.csv", "w") as f: f.write("ts,v\n" + "".join(f"{t},{k}\n" for k, t in enumerate(at)))
units = {"seconds": 1, "minutes": 60, "hours": 3600, "days": 86400}
for origin in "sequence", "epoch":
    for unit, seconds in units.items():
        for k in range(2):
            r = convert("--features", "e.csv", "--header", "--time", "ts=unix", "--time-origin", origin, "--time-unit", unit,
                        "--transform", "difference:columns=ts", "--cache", "cache-" + origin + unit)
            right = np.float32(np.diff(at) / seconds)
            if r.code or (r.t["features"][0][0] != right).any(): short(f"{origin} {unit}: {tidy(r.t.get('features', [[None]])[0][0])}, right: {tidy(right)}: {r.brief}")
words = ["--features", "e.csv", "--header", "--time", "ts=unix", "--time-origin", "epoch", "--transform", "difference:columns=ts"]
r = timestep("train", *words, "--label-column", "v", "--regression", "--model", "m", "--epochs", "3", "--hidden", "2", "--seed", "1")
if r.code: short("train: " + r.brief)
shifted = [t - at[0] for t in at]
def predicted(times): return timestep("predict", "--model", "m", stdin="".join(f"{t}\n" for t in times).encode())
a, b = predicted(at), predicted(shifted)
if a.code or b.code or a.out != b.out or len(a.out.splitlines()) != len(at) - 1: short(f"predict: {a.brief}; {a.out} {b.out}")
ok("differences of timestamps are exact")
