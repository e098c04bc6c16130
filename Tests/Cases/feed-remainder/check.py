r"""Seven rows, three to a sequence: the shorter last sequence is kept and named, dropped, or an error; a series beyond a budget is named."""
from common import *

open("f.csv", "w").write("".join(f"{t},{t}\n" for t in range(7)))
common = ["--features", "f.csv", "--lines-per-sequence", "3"]
r = stream(*common)
if len(firsts(r.batches)) != 3 or r.said.count("--remainder drop") != 1: short("by default: " + r.brief)
r = stream(*common, "--remainder", "keep")
if len(firsts(r.batches)) != 3 or "remainder" in r.said: short("keep: " + r.brief)
r = stream(*common, "--remainder", "drop")
if sorted(firsts(r.batches)) != [0, 3]: short("drop: " + r.brief)
r = stream(*common, "--remainder", "error")
if not r.refused or "f.csv:7" not in r.said: short("error: " + r.brief)
r = stream("--features", "f.csv", "--batching", "budget:5", "--epochs", "2")
if r.code or len([l for l in r.said.splitlines() if "7 steps" in l]) != 1: short("a series of 7 steps, a budget of 5 cells: " + r.brief)
r = stream("--features", "f.csv", "--batching", "budget:7")
if r.code or "longer" in r.said: short("a budget of 7 cells: " + r.brief)
ok("what does not fit is said")
