r"""Labels are missing (NA) at some steps: numbers, classes, a label column. --label-missing NA."""
from common import *

for what, words, read, want in (
    ("numbers", ["--features", "f_%d.csv", "--labels", "r_%d.csv", "--regression"], values, [[10, None, None, None, 50]] * 2),
    ("classes", ["--features", "f_%d.csv", "--labels", "c_%d.csv", "--classes", "2"], classes, [[0, None, None, None, 1], [1, None, 0, None, None]]),
    ("a label column", ["--features", "one_%d.csv", "--label-column", "1", "--regression"], values, [[10, None, None, None, 50]] * 2)):
    r = convert(*words, "--label-missing", "NA")
    if r.code != 0: short(f"{what}: {r.brief}")
    if not same(r.t["features"], [[[1, 2, 3, 4, 5]]] * 2) or not same(r.t.get("featuresMask", np.ones((2, 5))), np.ones((2, 5))):
        short(f"{what}: features {tidy(r.t['features'])}; right: all five steps")
    if read(r.t) != want: short(f"{what}: labels {read(r.t)}; right: {want}")
    if not np.isfinite(r.t["labels"]).all(): short(f"{what}: labels under the mask are not finite")
ok("missing labels have the mask 0, features stay")
