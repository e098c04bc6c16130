r"""Every third series of 18 is at fault: with a budget, every shard stops where one reader does."""
from common import *

for i in range(18): open(f"f_{i}.csv", "w").write(f"{i},0\n{'x' if i % 3 == 0 else i},1\n")
common = ["--features", "f_%d.csv", "--batch-size", "4", "--on-error", "skip-sequence"]
for budget in "3", "5", "25%", "40%":
    one = stream(*common, "--error-budget", budget)
    last = max([t["step"] for t in one.batches], default=-1)
    for count in 2, 3:
        for by in "example", "batch":
            for k in range(count):
                r = stream(*common, "--error-budget", budget, "--shard", f"{k}/{count}", "--shard-by", by)
                if r.crashed or r.code != one.code or max([t["step"] for t in r.batches], default=-1) > last:
                    short(f"budget {budget}: one reader ends with {one.brief} after batch {last}, shard {k}/{count} by {by} with {r.brief}")
                if r.code and "budget" not in r.said: short(f"shard {k}/{count}: {r.brief}")
ok("every shard stops as one reader does")
