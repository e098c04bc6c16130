r"""Feature files have a header (--header), the text label files have none."""
from common import *

for align in "start", "equal", "end":
    r = convert("--features", "f_%d.csv", "--header", "--labels", "c_%d.csv", "--label-categories", "run,sit,walk", "--align", align)
    if r.code == 0:
        if classes(r.t) != [[2, 0, 1]]: short(f"--align {align}: classes {classes(r.t)[0]} without a word; right: [2, 0, 1] (walk, run, sit), or a refusal")
    else:
        fault = fault_of_refusal(r, ["c_0.csv"], r"--label-header|header", never="--align start")
        if fault: short(f"--align {align}: {fault}")
r = convert("--features", "f_%d.csv", "--header", "--labels", "c_%d.csv", "--label-header", "none", "--label-categories", "run,sit,walk")
if r.code != 0 or classes(r.t) != [[2, 0, 1]]: short("--label-header none: " + r.brief)
ok("the first label is not lost without a word")
