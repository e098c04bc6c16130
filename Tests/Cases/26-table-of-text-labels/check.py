r"""One table of features with a key, one table series_id,surface with text labels (--label-categories tiles,wood)."""
from common import *

words = ["--features", "X.csv", "--header", "--group-by", "series_id", "--label-categories", "tiles,wood", "--align", "end"]
want = [[None, 1], [None, None, 0]]
def right(q): return q.code == 0 and [[c for c in row] for row in classes(q.t)] in ([[None, 1, None], [None, None, 0]], [[None, None, 1], [None, None, 0]])
r = convert(*words, "--labels", "y.csv")
if right(r): ok("wood (1) and tiles (0) are paired by key")
if r.code == 0: short(f"classes {classes(r.t)}; right: 1 (wood) for series 0, 0 (tiles) for series 1")
fault = fault_of_refusal(r, ["y.csv"], r"key|series_id|--group-by|--label-table")
if fault: short(fault)
ways = [("--label-table", ["--label-table", "y.csv:key=series_id,label=surface"])]
if not any(right(convert(*words, *w)) for f, w in ways if f in r.said): short("the message names no flag that helps: " + r.brief)
ok("the message names a flag that works")
