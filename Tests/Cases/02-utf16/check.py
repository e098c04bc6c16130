r"""UTF-16 files ("Unicode text" of spreadsheets): with a byte order mark and no header; without a mark, with and without a header."""
from common import *

for name, more, right in ("bom_0.csv", [], [[[1, 3], [2, 4]]]), ("nobom_0.csv", ["--header"], [[[0, 1], [20.5, 21]]]), ("bare_0.csv", [], [[[1, 3], [2, 4]]]):
    r = convert("--features", name, *more)
    if r.code == 0 and same(r.t["features"], right): continue
    fault = fault_of_refusal(r, [name], r"UTF-?16")
    if fault: short(f"{name}: {fault}")
ok("UTF-16 is read, or said to be UTF-16")
