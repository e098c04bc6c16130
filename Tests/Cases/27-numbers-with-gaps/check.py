r"""Files gap_0, gap_1, gap_3 as gap_%d.csv."""
from common import *

r = convert("--features", "gap_%d.csv")
if r.code == 0:
    if r.t["features"].shape[0] == 3 and re.search(r"\b2\b", r.said): ok("read, and said that 2 is missing")
    short("read without a word about the missing number 2")
fault = fault_of_refusal(r, ["gap_"], r"gap_\*|glob|\*\.csv|directory")
if fault: short(fault)
if not re.search(r"\b2\b", r.said): short("the message does not name the missing number 2: " + r.brief)
q = convert("--features", "gap_*.csv")
if q.code != 0 or q.t["features"].shape[0] != 3: short("gap_*.csv: " + q.brief)
ok("the message names the missing number and the glob")
