r"""Every row ends with a delimiter; the header does not (f), or does too (g)."""
from common import *

want = [[[1, 3], [2, 4]]]
for name, ways in ("f_0.csv", [("--skip-lines", ["--skip-lines", "1", "--keep-columns", "0,1"]), ("--drop-columns", ["--header", "--drop-columns", "2"]),
                               ("--keep-columns", ["--header", "--keep-columns", "0,1"]), ("--keep-columns", ["--header", "--keep-columns", "a,b"])]), \
                  ("g_0.csv", [("--drop-columns", ["--header", "--drop-columns", "2"]), ("--keep-columns", ["--header", "--keep-columns", "a,b"])]):
    r = convert("--features", name, "--header")
    if r.code == 0 and same(r.t["features"], want): continue
    fault = fault_of_refusal(r, [name], "--skip-lines|--drop-columns|--keep-columns")
    if fault: short(f"{name}: {fault}")
    tried = [convert("--features", name, *words) for flag, words in ways if flag in r.said]
    if not any(q.code == 0 and same(q.t["features"], want) for q in tried): short(f"{name}: the flag that the message names does not help: " + r.brief)
ok("a delimiter at the end of rows is read, or the message names a flag that works")
