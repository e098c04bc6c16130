r"""The ids begin anew in every file: --group-by file,id."""
from common import *

r = convert("--features", "many", "--header", "--group-by", "file,id", "--align", "start")
if r.code != 0: short(r.brief)
if not same(r.t["lengths"], [2, 1, 1, 2]) or not same(r.t["features"], [[[1, 2]], [[3, 0]], [[4, 0]], [[5, 6]]]): short("features " + tidy(r.t["features"]))
ok("four series, two of every file")
