r"""Moments a microsecond apart as ISO 8601 texts, --time ts."""
from common import *

r = convert("--features", "mus_%d.csv", "--header", "--time", "ts")
said = said_of(r, ["mus_0.csv", "ts"], r"precis|resol|microsec|fraction|finer|too fine")
if r.code != 0 and not (r.refused and said): short(r.brief)
if r.code == 0 and not said:
    got = r.t["features"][0][0]
    if np.abs(got - np.arange(4) * 1e-6).max() > 1e-9: short(f"moments {tidy(got)} without a word; right: 0, 1e-6, 2e-6, 3e-6")
ok("moments a microsecond apart are 1e-6 apart, or it is said")
