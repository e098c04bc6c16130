r"""A table of R's write.table: the header is one name shorter than the rows, which begin with a row name (--header --delimiter " ")."""
from common import *

want = [[[1.5, 2.5], [2, 3]]]
r = convert("--features", "f_%d.csv", "--header", "--delimiter", " ")
if r.code == 0:
    if same(r.t["features"], want) or same(r.t["features"], [[[1, 2], [1.5, 2.5], [2, 3]]]): ok("read")
    short("features " + tidy(r.t["features"]))
fault = fault_of_refusal(r, ["f_0.csv"], r"row (names|numbers)|one (name|field|column) (fewer|less|short|too)|shorter|name(s)? (is|are) missing|--skip-lines|no name for")
if fault: short(fault)
ways = [("--skip-lines", ["--skip-lines", "1", "--drop-columns", "0"]), ("--drop-columns", ["--header", "--drop-columns", "0"])]
tried = [convert("--features", "f_%d.csv", "--delimiter", " ", *w) for f, w in ways if f in r.said]
if not any(q.code == 0 and same(q.t["features"], want) for q in tried): short("the message names no flag that helps: " + r.brief)
ok("the message says what it is and how to read it")
