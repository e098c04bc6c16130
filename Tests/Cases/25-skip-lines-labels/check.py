r"""--skip-lines 1 for the features; the label files have a label a row and no line to skip."""
from common import *

for align in "start", "equal", "end":
    r = convert("--features", "s_%d.csv", "--skip-lines", "1", "--labels", "z_%d.csv", "--classes", "3", "--align", align)
    if r.code == 0:
        if classes(r.t) != [[0, 1, 2]]: short(f"--align {align}: classes {classes(r.t)[0]} without a word; right: [0, 1, 2], or a refusal")
    else:
        fault = fault_of_refusal(r, ["z_0.csv"], r"--label-skip-lines|skip", never="--align start")
        if fault: short(f"--align {align}: {fault}")
r = convert("--features", "s_%d.csv", "--skip-lines", "1", "--labels", "z_%d.csv", "--label-skip-lines", "0", "--classes", "3")
if r.code != 0 or classes(r.t) != [[0, 1, 2]]: short("--label-skip-lines 0: " + r.brief)
ok("the first label is not lost without a word")
