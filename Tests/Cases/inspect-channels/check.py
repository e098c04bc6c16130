r"""inspect on several feature files: sensors with the same rows are joined by key, sensors with clocks of their own by time; of folders that could be classes it prints both readings."""
from common import *
import pandas as pd

r = np.random.RandomState(17)
os.mkdir("same"), os.mkdir("clocks"), os.makedirs("both/left"), os.makedirs("both/right")
right = []
for i in range(6):
    n = 6 + i % 3
    acc, gyro = np.round(r.normal(size=(n, 3)), 4), np.round(r.normal(size=(n, 2)), 4)
    for name, x, columns in ("acc", acc, "x,y,z"), ("gyro", gyro, "x,y"):
        open(f"same/{name}_{i}.csv", "w").write(columns + "\n" + "".join(",".join("%.4f" % v for v in row) + "\n" for row in x))
    open(f"same/label_{i}.csv", "w").write("label\n%s\n" % ["on", "off"][i % 2])
    right.append((np.column_stack([acc, gyro]), *last_step(n, one_hot(1 - i % 2, 2))))
found = inspect("same")
if not found.converting: short(found.brief)
run = shell(found.converting[0])
if run.code: short(found.converting[0] + ": " + run.brief)
if fault := unequal(right, examples()): short(found.converting[0] + ": " + fault)

def clock(path, count, pace, columns, late):
    time = pd.Timestamp("2024-03-05 10:00:00") + pd.to_timedelta(late + pace * np.arange(count), unit="ms")
    pd.DataFrame({"time": time, **{c: np.round(r.normal(size=count), 4) for c in columns}}).to_csv(path, index=False, date_format="%Y-%m-%dT%H:%M:%S.%f")
right = []
for i in range(4):
    clock(f"clocks/fast_{i}.csv", 40, 10, ["a", "b"], 30)
    clock(f"clocks/slow_{i}.csv", 12, 40, ["c"], 0)
    fast, slow = (pd.read_csv(f"clocks/{n}_{i}.csv", parse_dates=["time"]) for n in ("fast", "slow"))
    both = pd.merge_asof(fast, slow, on="time")
    right.append((np.column_stack([(both["time"] - both["time"][0]).dt.total_seconds(), both[["a", "b", "c"]]]), None, None))
found = inspect("clocks")
if not found.converting or "--join-on" not in found.converting[0]: short("clocks: " + found.out + found.brief)
run = shell(found.converting[0])
if run.code: short(found.converting[0] + ": " + run.brief)
if fault := unequal(right, examples()): short(found.converting[0] + ": " + fault)

# Two folders with files of the same names, columns and lengths: classes, or sensors.
for i in range(4):
    for name in "left", "right": np.savetxt(f"both/{name}/{i}.csv", r.normal(size=(5, 2)), fmt="%.4f", delimiter=",")
left, right_ = ([np.loadtxt(f"both/{n}/{i}.csv", delimiter=",") for i in range(4)] for n in ("left", "right"))
classes_ = [(x, *last_step(5, one_hot(k, 2))) for k, xs in enumerate((left, right_)) for x in xs]
joined = [(np.column_stack(pair), None, None) for pair in zip(left, right_)]
found = inspect("both")
if not found.uncertain or len(found.converting) < 2: short("both readings: " + found.out)
faults = []
for command in found.converting:
    if shell(command).code == 0: faults.append((unequal(classes_, examples()) is None, unequal(joined, examples()) is None))
if (True, False) not in faults or (False, True) not in faults: short(f"both readings: {faults} {found.converting}")
ok("joined by key, joined by time, and two readings where either is possible")
