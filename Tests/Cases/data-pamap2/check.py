r"""PAMAP2 in its layout: blanks, NaN, a file per subject; time, activity, heart rate, and three sensors of 17 columns."""
from common import *
import pandas as pd

r = np.random.RandomState(5)
os.makedirs("PAMAP2_Dataset/Protocol")
ACTIVITIES = [0, 1, 0, 2, 0, 3, 0, 17, 0]
for subject in 101, 102, 103:
    lines, time = [], 8.38
    for activity in ACTIVITIES:
        for _ in range(30 + subject % 4):
            heart = "%d" % r.randint(90, 130) if r.rand() < 0.12 else "NaN"
            cells = ["%.2f" % time, str(activity), heart]
            for _ in range(3):
                cells += ["%.6g" % (30 + r.normal())] + ["%.6g" % v for v in r.normal(size=12)] + ["1", "0", "0", "0"]
                if r.rand() < 0.02: cells[-17:] = ["NaN"] * 17
            lines.append(" ".join(cells))
            time += 0.01
    open(f"PAMAP2_Dataset/Protocol/subject{subject}.dat", "w").write("\n".join(lines) + "\n")

found = inspect("PAMAP2_Dataset")
if not found.converting: short(found.brief)
run = shell(found.converting[0])
if run.code: short(found.converting[0] + ": " + run.brief)
right, CLASSES = [], sorted(set(ACTIVITIES))
for subject in 101, 102, 103:
    table = pd.read_csv(f"PAMAP2_Dataset/Protocol/subject{subject}.dat", sep=" ", header=None)
    features = table.drop(columns=1).astype(np.float32).astype(np.float64).interpolate(limit_direction="both")
    right.append((features, [one_hot(CLASSES.index(c), len(CLASSES)) for c in table[1]], np.ones(len(table))))
if fault := unequal(right, examples()): short(found.converting[0] + ": " + fault)
if len(found.converting) > 1 and not found.uncertain: short("two commands, and no line says what is not certain")
run = shell(found.training[0])
if run.code: short(found.training[0] + ": " + run.brief)
ok(found.converting[0])
