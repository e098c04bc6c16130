r"""Features with a header, label files of one row without one (a text, a number)."""
from common import *

for labels, more, right in ("one", ["--label-categories", "run,sit,walk"], 2), ("onen", ["--classes", "3"], 1):
    words = ["--features", "f_%d.csv", "--header", "--labels", labels + "_%d.csv", *more, "--align", "end"]
    r = convert(*words)
    if r.code == 0:
        if classes(r.t) != [[None, None, right]]: short(f"{labels}_0.csv: classes {classes(r.t)[0]}")
        continue
    fault = fault_of_refusal(r, [labels + "_0.csv"], "--label-header")
    if fault: short(f"{labels}_0.csv: {fault}")
    q = convert(*words, "--label-header", "none")
    if q.code != 0 or classes(q.t) != [[None, None, right]]: short(f"{labels}_0.csv with --label-header none: {q.brief}")
ok("a label file of one row without a header is read, or the message names --label-header none")
