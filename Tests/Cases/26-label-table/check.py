r"""Many feature files (d/10.csv, d/11.csv), one table id,label in another order; class names as texts too. --label-table FILE[:key=COLUMN,label=COLUMN]."""
from common import *

base = ["--features", "d", "--align", "end"]
want = [[None, 0], [None, 1]]
for words in ["--label-table", "th.csv", "--classes", "2"], ["--label-table", "th.csv:key=id,label=label", "--classes", "2"], \
             ["--label-table", "names.csv:key=name,label=surface", "--label-categories", "tiles,wood"]:
    r = convert(*base, *words)
    if r.code != 0 and "--label-categories" in words: r = convert(*base, *words[:2])
    if r.code != 0: short(f"{' '.join(words)}: {r.brief}")
    if not same(r.t["features"], [[[1, 2]], [[3, 4]]]) or classes(r.t) != want: short(f"{' '.join(words)}: classes {classes(r.t)}; right: 0 for 10.csv, 1 for 11.csv, at the last step")
r = convert("--features", "d", "--align", "end", "--label-table", "th.csv:key=id,label=nothing", "--classes", "2")
if not r.refused: short("a column that is not there: " + r.brief)
ok("labels come from one table, by file name")
