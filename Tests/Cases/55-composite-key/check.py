r"""A series is a user and a session: --group-by user,session."""
from common import *

r = convert("--features", "c.csv", "--header", "--group-by", "user,session", "--align", "start")
if r.code != 0: short(r.brief)
if not same(r.t["features"], [[[0, 1], [5, 6]], [[0, 0], [7, 0]], [[0, 0], [8, 0]]]): short("features " + tidy(r.t["features"]))
if not same(r.t["lengths"], [2, 1, 1]): short("lengths " + tidy(r.t["lengths"]))
ok("three series of two keys")
