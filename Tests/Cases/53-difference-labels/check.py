r"""--transform difference leaves out the first row; a label file has a label for every row."""
from common import *

features = [[[-1, 4, 1, 1, 1, 1], [1] * 6]]
for align in "start", "equal", "end":
    r = convert("--features", "f_0.csv", "--header", "--labels", "y_0.csv", "--label-header", "none", "--regression",
                "--transform", "difference", "--align", align)
    if r.code == 0:
        if not same(r.t["features"], features) or values(r.t) != [[2, 3, 4, 5, 6, 7]]:
            short(f"--align {align}: differences {tidy(r.t['features'][0][0])} have the labels {values(r.t)[0]} without a word; right: -1,4,1,1,1,1 with 2,3,4,5,6,7")
    else:
        fault = fault_of_refusal(r, ["f_0.csv", "y_0.csv"], r"difference|transform|first=|left out|--align end", never="--align start")
        if fault: short(f"--align {align}: {fault}")
ok("rows keep their labels through --transform difference, or the command says why not")
