r"""inspect on recordings with a table of intervals (start, end, class): it prints the command that reads it; without a column that names the recordings it says so."""
from common import *

r = np.random.RandomState(15)
os.makedirs("study/rec")
events = []
for i in range(4):
    open(f"study/rec/r{i}.csv", "w").write("x,y\n" + "".join("%.4f,%.4f\n" % tuple(r.normal(size=2)) for _ in range(30)))
    at = sorted(r.choice(30, 4, False))
    events += [(f"r{i}", at[0], at[1], "eat"), (f"r{i}", at[2], at[3], ["run", "sleep"][i % 2])]
open("study/events.csv", "w").write("file,start,end,class\n" + "".join("%s,%d,%d,%s\n" % e for e in events))
names = ["eat", "run", "sleep"]
def right():
    for i in range(4):
        x = np.genfromtxt(f"study/rec/r{i}.csv", delimiter=",", skip_header=1)
        y, m = np.zeros((30, 3)), np.zeros(30)
        for k, a, b, c in events:
            if k == f"r{i}": y[a:b, names.index(c)], m[a:b] = 1, 1
        yield x, y, m
found = inspect("study")
if not found.converting: short(found.brief)
run = shell(found.converting[0])
if run.code: short(found.converting[0] + ": " + run.brief)
if fault := unequal(list(right()), examples()): short(found.converting[0] + ": " + fault)
run = shell(found.training[0])
if run.code: short(found.training[0] + ": " + run.brief)
# Without a name of the recording.
open("study/events.csv", "w").write("start,end,class\n" + "".join("%d,%d,%s\n" % e[1:] for e in events[:2]))
other = inspect("study")
if "events.csv" not in other.out + other.err or not re.search("interval", other.out + other.err): short("intervals without the name of a recording: " + other.out + other.brief)
ok(found.converting[0])
