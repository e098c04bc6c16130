r"""--label-column label by the header's name."""
from common import *

r = convert("--features", "f_%d.csv", "--header", "--label-column", "label", "--category", "label=no,yes", "--drop-columns", "id,sky")
if r.code != 0: short(r.brief)
if not same(r.t["features"], [[[-0.5, 0.25], [1.5, 2]], [[3, 5], [4, 6]]]) or classes(r.t) != [[0, 0], [1, 0]]: short(f"features {tidy(r.t['features'])}, classes {classes(r.t)}")
r = convert("--features", "f_%d.csv", "--header", "--label-column", "a,b", "--regression", "--drop-columns", "id,label", "--category", "sky=sun,rain")
if r.code != 0: short("--label-column a,b: " + r.brief)
if not same(r.t["labels"], [[[-0.5, 0.25], [1.5, 2]], [[3, 5], [4, 6]]]): short("--label-column a,b: labels " + tidy(r.t["labels"]))
r = convert("--features", "f_%d.csv", "--header", "--label-column", "lable", "--category", "label=no,yes", "--drop-columns", "id,sky")
if not r.refused or "lable" not in r.said: short("a name that is not there: " + r.brief)
ok("label columns can be named")
