r"""inspect of files with gaps and --transform fill:rule=constant."""
from common import *

words = "--features", "f_%d.csv", "--header", "--transform", "fill:rule=constant"
c = convert(*words)
if c.code != 0: short("convert: " + c.brief)
r = timestep("inspect", *words)
if r.code != 0: short("inspect: " + r.brief)
j = timestep("inspect", *words, "--json")
try:
    if json.loads(j.out)["batches"]["count"] == 1: ok("inspect counts the batches that convert makes")
except (ValueError, KeyError, TypeError): pass
line = next((l for l in r.out.splitlines() if "batches" in l), "")
if re.search(r"none|cannot|can be made", line): short(f'inspect says "{line}", convert with the same flags makes 1 batch of 3 examples')
if not re.search(r"batch(es)?\D*1\b|1 batch", line): short("inspect does not say that there is 1 batch: " + line)
ok("inspect counts the batches that convert makes")
