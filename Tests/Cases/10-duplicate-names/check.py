r"""Headers x,y,x and a,b,, (two columns without a name); of the second only a and b are kept."""
from common import *

def follow(r, name, ways):
    """Whether one of the flags that the message names helps."""
    named = [w for w in ways if w[0] in r.said]
    if not named: short(f"{name}: the message names no flag that helps: " + r.brief)
    for flag, words in named:
        q = convert("--features", name, *words)
        if q.code == 0 and same(q.t["features"], WANT[name]): return
    short(f"{name}: none of the flags that the message names helps ({', '.join(sorted({w[0] for w in named}))}): " + r.brief)
WANT = {"f_0.csv": [[[1, 4], [2, 5], [3, 6]]], "e_0.csv": [[[1, 3], [2, 4]]]}
r = convert("--features", "e_0.csv", "--header", "--keep-columns", "a,b")
if not (r.code == 0 and same(r.t["features"], WANT["e_0.csv"])):
    if not r.refused: short("e_0.csv: " + (r.brief if r.code else tidy(r.t["features"])))
    follow(r, "e_0.csv", [("--skip-lines", ["--skip-lines", "1", "--keep-columns", "0,1"]), ("--keep-columns", ["--header", "--keep-columns", "0,1"]),
                          ("--drop-columns", ["--header", "--drop-columns", "2,3"]), ("--rename", ["--header", "--rename", "3=c", "--keep-columns", "a,b"])])
r = convert("--features", "f_0.csv", "--header")
if not (r.code == 0 and same(r.t["features"], WANT["f_0.csv"])):
    if not r.refused: short("f_0.csv: " + (r.brief if r.code else tidy(r.t["features"])))
    if "--" not in r.said: short("f_0.csv: the message names no flag that helps: " + r.brief)
    follow(r, "f_0.csv", [("--skip-lines", ["--skip-lines", "1"]), ("--rename", ["--header", "--rename", "2=x2"]), ("--rename", ["--header", "--rename", "x=x2"]),
                          ("--keep-columns", ["--header", "--keep-columns", "0,1,2"])])
ok("columns of one name can be read, or the message names a way that works")
