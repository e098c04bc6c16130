r"""The sentinel -200 as --missing -200, the classes -1 and 1 as --label-categories -1,1."""
from common import *

r = convert("--features", "f_%d.csv", "--header", "--missing", "-200", "--transform", "fill:rule=constant,value=0")
if r.code == 0:
    got = r.t["features"]
    if not same(got, [[[1, 2, 0, 4], [0, 5, 6, 0]]]): short("features " + tidy(got))
elif not (r.refused and "--missing=" in r.err): short("--missing -200: the message does not say --missing=-200: " + " ".join(r.err.split())[:160])
r = convert("--features", "v_%d.csv", "--labels", "l_%d.csv", "--label-categories", "-1,1")
if r.code == 0:
    if classes(r.t) != [[0, 1]]: short(f"--label-categories -1,1: classes {classes(r.t)}")
elif not (r.refused and "--label-categories=" in r.err): short("--label-categories -1,1: the message does not say --label-categories=-1,1: " + " ".join(r.err.split())[:160])
ok("values that begin with a minus are taken, or the message says how to write them")
