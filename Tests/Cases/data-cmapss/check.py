r"""C-MAPSS in its layout: blanks (two at the ends of rows), no header; unit, cycle, three settings, 21 sensors; a table of remaining cycles."""
from common import *

r = np.random.RandomState(4)
def rows(units, shortest):
    for unit in range(1, units + 1):
        for cycle in range(1, shortest + unit % 5 + 1):
            yield [str(unit), str(cycle), "%.4f" % (0.002 * r.normal()), "%.4f" % (0.0003 * r.normal()), "100.0", "518.67", "%.2f" % (642 + r.normal()),
                   "%.2f" % (1590 + 5 * r.normal()), "%.2f" % (1400 + 5 * r.normal()), "14.62", "21.61", "%.2f" % (554 + r.normal()), "%.2f" % (2388 + 0.1 * r.normal()),
                   "%.2f" % (9050 + 9 * r.normal()), "1.30", "%.2f" % (47.3 + 0.2 * r.normal()), "%.2f" % (521 + r.normal()), "%.2f" % (2388 + 0.1 * r.normal()),
                   "%.2f" % (8140 + 9 * r.normal()), "%.4f" % (8.4 + 0.03 * r.normal()), "0.03", "%d" % (392 + r.randint(4)), "2388", "100.00",
                   "%.2f" % (38.9 + 0.2 * r.normal()), "%.4f" % (23.3 + 0.1 * r.normal())]
os.mkdir("CMAPSSData")
for path, units, shortest in ("train", 12, 20), ("test", 9, 9):
    open(f"CMAPSSData/{path}_FD001.txt", "w").write("".join(" ".join(row) + "  \n" for row in rows(units, shortest)))
open("CMAPSSData/RUL_FD001.txt", "w").write("".join("%d \n" % v for v in r.randint(7, 145, 9)))
open("CMAPSSData/readme.txt", "w").write("Data Set: FD001\nTrain trjectories: 100\nTest trajectories: 100\nConditions: ONE (Sea Level)\n\nData sets consists of multiple multivariate time series.\n")

def units(path):
    table = np.array([[float(w) for w in line.split()] for line in open(path)])
    return [(table[table[:, 0] == u][:, 1:], None, None) for u in np.unique(table[:, 0])]
for place in "CMAPSSData", "CMAPSSData/train_FD001.txt":
    found = inspect(place)
    if not found.converting: short(found.brief)
    run = shell(found.converting[0])
    if run.code: short(found.converting[0] + ": " + run.brief)
    if fault := unequal(units("CMAPSSData/train_FD001.txt"), examples()): short(found.converting[0] + ": " + fault)
# The table of remaining cycles names no unit; with the number of the unit before each, it labels the test part.
os.mkdir("test")
shutil.copy("CMAPSSData/test_FD001.txt", "test")
rul = [float(line) for line in open("CMAPSSData/RUL_FD001.txt")]
open("test/RUL_FD001.txt", "w").write("".join("%d %d\n" % (i + 1, v) for i, v in enumerate(rul)))
found = inspect("test")
if not found.converting: short(found.brief)
run = shell(found.converting[0])
if run.code: short(found.converting[0] + ": " + run.brief)
right = [(x, *last_step(len(x), [v])) for (x, _, _), v in zip(units("CMAPSSData/test_FD001.txt"), rul)]
if fault := unequal(right, examples()): short(found.converting[0] + ": " + fault)
run = shell(found.training[0])
if run.code: short(found.training[0] + ": " + run.brief)
ok(inspect("CMAPSSData").converting[0] + " and " + found.converting[0])
