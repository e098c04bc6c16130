r"""The layout of the Air Quality data: two columns without a name, decimal commas, -200 for missing, two rows of delimiters alone at the end; --decimal , --missing=-200 --on-error skip-row --transform fill."""
from common import *

base = ["--features", "air_%d.csv", "--delimiter", ";", "--decimal", ",", "--missing=-200", "--on-error", "skip-row", "--transform", "fill"]
runs = [convert(*base, "--header", "--keep-columns", "CO(GT),T"), convert(*base, "--skip-lines", "1", "--keep-columns", "2,3")]
for r in runs:
    if r.crashed: short(r.brief)
    if r.code == 0 and r.t["features"].shape == (1, 2, 5): short("the two rows of delimiters alone become steps: features " + tidy(r.t["features"]) + "; right: 3 steps")
r = next((r for r in runs if r.code == 0), runs[0])
if r.code == 0:
    if not same(r.t["features"], [[[2.6, 2, 2], [13.6, 12.75, 11.9]]]): short("features " + tidy(r.t["features"]) + "; right: 2.6,2,2 / 13.6,12.75,11.9")
    ok("three steps, single gaps filled, rows of delimiters alone left out")
fault = fault_of_refusal(r, ["air_0.csv:5", "air_0.csv:6"], r"empty|no (value|field)|only delimiters|blank")
if fault: short(fault)
ok("refused: the message says that rows are empty")
