r"""Slips in flags: --range 3...0, --range 0..1, --on-error missing=repair:0, --window 8,0, --label-column=-1, --keep-columns 0,0."""
from common import *

files = "--features", "gap_%d.csv"
slips = [
    (["--range", "3...0"], r"great|less|below|above|lower|higher|order|revers|descend|behind|before|after|first|backward"),
    (["--range", "0..1"], r"0\.\.\.1|three (dots|points)|\.\.\."),
    (["--on-error", "missing=repair:0"], r"missing-value|did you mean"),
    (["--window", "8,0"], r"stride|at least 1|1 or more|positive|greater than 0|above 0|zero"),
    (["--label-column=-1"], r"negative|0 or more|at least 0|from 0|below 0|no column|counts? from|column names"),
    (["--keep-columns", "0,0"], r"twice|duplicate|more than once|repeat|distinct|two times|same column")]
dumb = []
for words, reason in slips:
    r = convert(*files, *words)
    if not r.refused: short(f"{' '.join(words)}: {r.brief}")
    if not re.search(reason, r.said.replace(words[-1], ""), re.I): dumb.append(" ".join(words))
if dumb: short("no reason is given for " + "; ".join(dumb) + ": " + convert(*files, *slips[0][0]).brief)
ok("every refusal of a value says why")
