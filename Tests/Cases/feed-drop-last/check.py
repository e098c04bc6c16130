r"""--drop-last leaves out the last batch that is not full, in every epoch and shard, and no example of the test data."""
from common import *

for i in range(23):
    open(f"f_{i}.csv", "w").write(f"{i},0\n{i},1\n")
    open(f"y_{i}.csv", "w").write(f"{i % 2}\n")
common = ["--features", "f_%d.csv", "--batch-size", "4"]
whole, cut = stream(*common, "--epochs", "2"), stream(*common, "--epochs", "2", "--drop-last")
def full(r): return {(t["epoch"], t["step"]): firsts([t]) for t in r.batches if len(t["features"]) == 4}
if len(cut.batches) != 10 or full(cut) != full(whole): short(f"{len(cut.batches)} batches of {[len(t['features']) for t in cut.batches]}, {cut.brief}")
counts = {len(stream(*common, "--drop-last", "--shard", f"{k}/4").batches) for k in range(4)}
if counts != {5}: short(f"4 shards have {counts} messages")
small = stream("--features", "f_%d.csv", "--drop-last")
if not small.refused or "--batch-size" not in small.said: short("fewer examples than a batch: " + small.brief)
buckets = stream(*common, "--drop-last", "--batching", "buckets")
if not buckets.refused: short("every bucket has a last batch: " + buckets.brief)
data = ["--features", "f_%d.csv", "--labels", "y_%d.csv", "--classes", "2", "--align", "end", "--batch-size", "4", "--split", "1,0,1"]
t = timestep("train", *data, "--drop-last", "--epochs", "1", "--hidden", "2", "--model", "m.st")
e = timestep("evaluate", *data, "--part", "test", "--model", "m.st", "--json")
tested = len(firsts(stream(*data, "--part", "test").batches))
if t.code or e.code or json.loads(e.out)["examples"] != tested: short(f"the test part of {tested} series: {t.brief}; {e.brief}")
ok("the last incomplete batch is left out, where it should be")
