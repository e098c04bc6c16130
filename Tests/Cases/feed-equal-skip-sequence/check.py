r"""Series of 3 to 6 steps with a label for every row, default --align equal: a policy about faults leaves out none of them."""
from common import *

for i, steps in enumerate((3, 5, 4, 3, 6, 3)):
    open(f"f_{i}.csv", "w").write("".join(f"{i},{t}\n" for t in range(steps)))
    open(f"y_{i}.csv", "w").write(f"{i % 2}\n" * steps)
common = ["--features", "f_%d.csv", "--labels", "y_%d.csv", "--classes", "2", "--batch-size", "3"]
for policy in [], ["--on-error", "skip-sequence"]:
    for words in [], ["--order", "file"], ["--seed", "3"], ["--shard", "1/2"]:
        r = stream(*common, *policy, *words)
        if not r.refused or r.batches or "--align" not in r.said:
            short(f"stream {policy} {words}: {len(r.batches)} batches with the series {firsts(r.batches)}, {r.brief}; right: no batch, and a message that names --align")
    c = convert(*common, *policy)
    if not c.refused or "--align" not in c.said: short(f"convert {policy}: {c.brief}")
r = stream(*common, "--align", "start", "--on-error", "skip-sequence")
if sorted(firsts(r.batches)) != list(range(6)): short(f"--align start: the series {firsts(r.batches)}, {r.brief}")
ok("unequal lengths are rejected before the first batch, with a policy too")
