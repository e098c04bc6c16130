r"""More shards than examples in a batch, and slices that differ: every shard has a fair share, or a message says why not."""
from common import *

for i in range(23): open(f"f_{i}.csv", "w").write(f"{i},0\n{i},1\n")
def shares(size, count, *words):
    runs = [stream("--features", "f_%d.csv", "--batch-size", str(size), "--shard", f"{k}/{count}", *words) for k in range(count)]
    for r in runs:
        if r.crashed: short(r.brief)
    return runs
for r in shares(2, 4):
    if not r.refused or "--shard-by" not in r.said or "--batch-size" not in r.said: short(f"2 examples in a batch, 4 shards: {r.brief}")
for size, count, words in (5, 4, []), (6, 4, []), (8, 3, []), (2, 4, ["--shard-by", "batch"]), (1, 5, ["--shard-by", "batch"]), (5, 3, ["--batching", "sorted"]):
    runs = shares(size, count, *words)
    got = [firsts(r.batches) for r in runs]
    if sorted(sum(got, [])) != list(range(23)): short(f"--batch-size {size}, {count} shards {words}: the series {got}")
    if max(map(len, got)) - min(map(len, got)) > (2 if not words else size + 1): short(f"--batch-size {size}, {count} shards {words}: {[len(g) for g in got]} series")
if not all(r.refused and "--batch-size" in r.said for r in shares(23, 2, "--shard-by", "batch")): short("one batch for two shards is no share of each")
ok("every shard has its share")
