r"""Long format, the label of a series repeated in every row: --label-once --align end."""
from common import *

r = convert("--features", "lab.csv", "--header", "--group-by", "id", "--label-column", "2", "--classes", "2", "--label-once", "--align", "end")
if r.code != 0: short(r.brief)
if not same(r.t["features"], [[[1, 2]], [[3, 0]]]): short("features " + tidy(r.t["features"]))
if classes(r.t) != [[None, 0], [1, None]]: short(f"classes {classes(r.t)}; right: class 0 at the second step of a alone, class 1 at the one step of b")
ok("one label a series")
