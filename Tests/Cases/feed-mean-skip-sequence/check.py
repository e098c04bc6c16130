r"""Series that a policy leaves out are in no mean and in no list of categories, whether their values or their labels are at fault."""
from common import *

for i in range(6):
    open(f"f_{i}.csv", "w").write(f"{i},{'fog' if i == 2 else 'sun'}\n,sun\n{'x' if i == 2 else 10},sun\n")
    open(f"l_{i}.csv", "w").write("y\n" if i == 4 else f"{i % 2}\n")
DATA = ["--features", "f_%d.csv", "--labels", "l_%d.csv", "--classes", "2", "--align", "end", "--category", "1"]
fill = ["--transform", "fill:rule=mean,columns=0"]
r = convert(*DATA, *fill)
if r.code == 0: short("faults are accepted without a policy")
for more in [], ["--cache", "c"]:
    r = convert(*DATA, *fill, "--on-error", "skip-sequence", *more, "--ledger", "ledger")
    if r.code: short(r.brief)
    if "1 category collected from the training data: sun" not in r.said: short("categories: " + r.brief)
    kept = [0, 1, 3, 5]
    mean = np.mean([v for i in kept for v in (i, 10)])
    if not same(r.t["features"][:, 0], [[i, mean, 10] for i in kept]): short(tidy(r.t["features"][:, 0]))
    files = sorted(json.loads(l)["file"] for l in open("ledger"))
    if files != ["f_2.csv", "l_4.csv"]: short(f"the ledger names {files}")
    os.remove("ledger")
ok("what is left out is not learned from")
