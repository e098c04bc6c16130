r"""UCI HAR in its layout: runs of blanks, exponents of three digits; nine channels in files of rows that are series, beside 561 features of each row."""
from common import *

r = np.random.RandomState(2)
def number(v):
    mantissa, exponent = ("%.7e" % v).split("e")
    return "%se%s%03d" % (mantissa, exponent[0], int(exponent[1:]))
def write(path, table):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    open(path, "w").write("".join(" " + " ".join(("" if v < 0 else " ") + number(v) for v in row) + "\n" for row in table))
SIGNALS = ["body_acc_x", "body_acc_y", "body_acc_z", "body_gyro_x", "body_gyro_y", "body_gyro_z", "total_acc_x", "total_acc_y", "total_acc_z"]
ROOT = "UCI HAR Dataset"
for part, count in ("train", 18), ("test", 12):
    write(f"{ROOT}/{part}/X_{part}.txt", np.tanh(r.normal(size=(count, 561))))
    open(f"{ROOT}/{part}/y_{part}.txt", "w").write("".join("%d\n" % (i % 6 + 1) for i in range(count)))
    open(f"{ROOT}/{part}/subject_{part}.txt", "w").write("".join("%d\n" % (i // 6 + 1) for i in range(count)))
    for name in SIGNALS: write(f"{ROOT}/{part}/Inertial Signals/{name}_{part}.txt", r.normal(size=(count, 128)) * 0.1)
names = ["WALKING", "WALKING_UPSTAIRS", "WALKING_DOWNSTAIRS", "SITTING", "STANDING", "LAYING"]
open(f"{ROOT}/activity_labels.txt", "w").write("".join("%d %s\n" % (i + 1, n) for i, n in enumerate(names)))
open(f"{ROOT}/features.txt", "w").write("".join("%d tBodyAcc-%d()-X\n" % (i + 1, i) for i in range(561)))
open(f"{ROOT}/features_info.txt", "w").write("Feature Selection\n=================\n\nThe features selected for this database come from raw signals.\n")
open(f"{ROOT}/README.txt", "w").write("=====\nHuman Activity Recognition Using Smartphones Dataset\nVersion 1.0\n=====\n\nThe experiments, with 30 volunteers, are described.\n")

def read(path): return np.array([[float(w) for w in line.split()] for line in open(path)])
y = [int(line) - 1 for line in open(f"{ROOT}/train/y_train.txt")]
channels = np.stack([read(f"{ROOT}/train/Inertial Signals/{n}_train.txt") for n in SIGNALS], 2)
signals = [(x, *last_step(128, one_hot(c, 6))) for x, c in zip(channels, y)]
features = [(x[:, None], *last_step(561, one_hot(c, 6))) for x, c in zip(read(f"{ROOT}/train/X_train.txt"), y)]
for place in (ROOT, ROOT + "/train"):
    found = inspect(place)
    if len(found.converting) < 2 or not found.uncertain: short(f"{place}: the channels and the features are two readings, and inspect names: {found.converting} {found.uncertain} {found.brief}")
    for command, right in zip(found.converting, (signals, features)):
        run = shell(command)
        if run.code: short(command + ": " + run.brief)
        if fault := unequal(right, examples()): short(command + ": " + fault)
    run = shell(found.training[0])
    if run.code: short(found.training[0] + ": " + run.brief)
# The features alone.
os.mkdir("alone")
for name in "X_train.txt", "y_train.txt": shutil.copy(f"{ROOT}/train/{name}", "alone")
found = inspect("alone")
run = shell(found.converting[0])
if run.code: short(run.brief)
if fault := unequal(features, examples()): short(fault)
ok(inspect(ROOT).converting[0])
