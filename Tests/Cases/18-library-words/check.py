r"""NaN and an empty field in the features, without and with --missing NaN."""
from common import *

for words in ["f_%d.csv"], ["f_%d.csv", "--missing", "NaN"], ["g_%d.csv"]:
    r = convert("--features", *words)
    fault = fault_of_refusal(r, [words[0].replace("%d", "0")], r"--missing|fill|--on-error|--drop-columns")
    if fault: short(f"{' '.join(words)}: {fault}")
r = convert("--features", "f_%d.csv", "--missing", "NaN", "--transform", "fill:rule=constant")
if r.code != 0 or not same(r.t["features"], [[[1, 3], [2.5, 0]]]): short("--missing NaN --transform fill:rule=constant: " + r.brief)
ok("the messages name flags of the command line")
