r"""seriesStarts is in every message of stream, and says where series begin."""
from common import *

for i, steps in enumerate((3, 1, 4, 2)): open(f"f_{i}.csv", "w").write("".join(f"{i},{t}\n" for t in range(steps)))
for words in ["--lanes", "1", "--tbptt", "3"], ["--lanes", "3", "--tbptt", "2"], ["--batch-size", "2"], ["--batch-size", "2", "--layout", "NCT", "--epochs", "2"]:
    r = stream("--features", "f_%d.csv", "--order", "file", *words)
    if r.code: short(r.brief)
    for t in r.batches:
        begins = (t["features"][:, 1] == 0) & (t["featuresMask"] > 0)
        if "seriesStarts" not in t or not np.array_equal(t["seriesStarts"] > 0, begins):
            short(f"{words}, batch {t['step']}: seriesStarts {t.get('seriesStarts', 'is absent')}, series begin at {begins.astype(int).tolist()}")
ok("every message says where series begin")
