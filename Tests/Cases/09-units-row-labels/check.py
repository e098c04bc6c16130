r"""A line of units below the header is left out (--on-error skip-row); the label file has one label for every row of data."""
from common import *

cause = r"skip-row|left out|leave out|leaving out|skipped|line 2|u_0\.csv:2"
for align in "start", "equal", "end":
    r = convert("--features", "u_%d.csv", "--header", "--label-header", "none", "--labels", "v_%d.csv", "--classes", "3",
                "--on-error", "skip-row", "--align", align)
    if r.code == 0:
        if not same(r.t["features"], [[[0, 1, 2], [10, 20, 30]]]): short(f"--align {align}: features {tidy(r.t['features'])}")
        if classes(r.t) != [[0, 1, 2]]: short(f"--align {align}: rows (0,10) (1,20) (2,30) have the classes {classes(r.t)[0]} without a word; right: [0, 1, 2], or a refusal")
    else:
        fault = fault_of_refusal(r, ["u_0.csv", "v_0.csv"], cause, never="--align start")
        if fault: short(f"--align {align}: {fault}")
r = convert("--features", "g_%d.csv", "--labels", "k_%d.csv", "--classes", "3", "--on-error", "skip-row", "--align", "start")
if r.code != 0 or not same(r.t["features"], [[[0, 2], [10, 12]]]) or classes(r.t) != [[0, 2]]:
    short("a label file that has a label for the faulty row too: its label has to leave with it, " + r.brief)
ok("labels stay with their rows, or the command says why not")
