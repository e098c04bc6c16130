r"""Quoted numbers with thousands separators: --thousands ,."""
from common import *

r = convert("--features", "f_%d.csv", "--header", "--thousands", ",")
if r.code != 0: short(r.brief)
if not same(r.t["features"], [[[1234.5, 12000, -1000000], [2, 3, 4]]]): short("features " + tidy(r.t["features"]))
ok("thousands separators are read")
