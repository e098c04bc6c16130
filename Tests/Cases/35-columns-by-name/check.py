r"""Later files have the columns in another order, or others: headers a,b / b,a / a,c; --keep-columns a."""
from common import *

r = convert("--features", "f_%d.csv", "--header", "--keep-columns", "a")
if r.code != 0: short(r.brief)
if not same(r.t["features"], [[[1, 2]]] * 3): short("features " + tidy(r.t["features"]) + "; right: 1,2 in all three")
r = convert("--features", "f_[01].csv", "--header", "--keep-columns", "b,a")
if r.code != 0: short("--keep-columns b,a: " + r.brief)
if not same(r.t["features"], [[[100, 200], [1, 2]]] * 2): short("--keep-columns b,a: features " + tidy(r.t["features"]))
r = convert("--features", "f_%d.csv", "--header", "--keep-columns", "b")
fault = fault_of_refusal(r, ["f_2.csv"], r"\bb\b")
if fault: short("--keep-columns b, which f_2.csv does not have: " + fault)
ok("columns that are kept by name are found by name")
