r"""Semicolons and decimal commas: --delimiter ";" --decimal ,."""
from common import *

r = convert("--features", "f_%d.csv", "--header", "--delimiter", ";", "--decimal", ",")
if r.code != 0: short(r.brief)
if not same(r.t["features"], [[[0, 1, 2], [20.5, 21.25, -0.75]]]): short("features " + tidy(r.t["features"]))
ok("decimal commas are read")
