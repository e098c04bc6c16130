r"""Attributes of whole series in the table of labels: --static age,site places them beside every step, as a join with pandas does; --normalize counts each series once."""
from common import *
import pandas as pd

r = np.random.RandomState(14)
os.mkdir("d")
rows, lengths = [], [3, 9, 5, 7]
for i, n in enumerate(lengths):
    pd.DataFrame({"x": np.round(r.normal(size=n), 4)}).to_csv(f"d/p{i}.csv", index=False)
    rows.append((f"p{i}", round(20 + 7.5 * i + r.rand(), 2), ["north", "south"][i % 2], ["a", "b", "b", "c"][i]))
table = pd.DataFrame(rows, columns=["file", "age", "site", "label"])
table.sample(frac=1, random_state=1).to_csv("t.csv", index=False)
base = ["--features", "d", "--header", "--label-table", "t.csv:key=file,label=label", "--static", "age,site", "--category", "site=north,south"]
run = convert(*base)
if run.code: short(run.brief)
right = []
for i, n in enumerate(lengths):
    x = pd.read_csv(f"d/p{i}.csv").assign(file=f"p{i}").merge(table, on="file")
    right.append((np.column_stack([x["x"], x["age"], x["site"].map(["north", "south"].index)]), *last_step(n, one_hot("abc".index(rows[i][3]), 3))))
if fault := unequal(right, examples("out")): short(fault)
run = convert(*base, "--normalize", "standardize")
if run.code: short(run.brief)
ages = table["age"].to_numpy(np.float32).astype(float)
for i, (x, _, _) in enumerate(examples("out")):
    if not same(x[:, 1], np.full(len(x), (ages[i] - ages.mean()) / ages.std())): short(f"normalized age {tidy(x[:, 1])}; right: {(ages[i] - ages.mean()) / ages.std()}")
ok("beside every step; one value a series is normalized")
