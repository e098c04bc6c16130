r"""Kaggle's X_train.csv and y_train.csv (CareerCon): row_id, series_id, measurement_number and ten columns; a table with the surface of every series."""
from common import *
import csv

r = np.random.RandomState(6)
SENSORS = ["orientation_X", "orientation_Y", "orientation_Z", "orientation_W", "angular_velocity_X", "angular_velocity_Y", "angular_velocity_Z",
           "linear_acceleration_X", "linear_acceleration_Y", "linear_acceleration_Z"]
os.mkdir("careercon")
for part, count in ("train", 14), ("test", 6):
    with open(f"careercon/X_{part}.csv", "w", newline="") as f:
        w = csv.writer(f)
        w.writerow(["row_id", "series_id", "measurement_number"] + SENSORS)
        for s in range(count):
            for k in range(16): w.writerow(["%d_%d" % (s, k), s, k] + ["%.5g" % v for v in r.normal(size=10)])
SURFACES = ["fine_concrete", "concrete", "soft_tiles", "carpet"]
open("careercon/y_train.csv", "w").write("series_id,group_id,surface\n" + "".join(f"{s},{s * 5 % 7},{SURFACES[s % 4]}\n" for s in range(14)))
open("careercon/sample_submission.csv", "w").write("series_id,surface\n" + "".join(f"{s},concrete\n" for s in range(6)))

table = np.array([[float(v) for v in row[1:]] for row in list(csv.reader(open("careercon/X_train.csv")))[1:]])
labels = {int(row[0]): row[2] for row in list(csv.reader(open("careercon/y_train.csv")))[1:]}
order = sorted(set(labels.values()))
right = [(table[table[:, 0] == s][:, 1:], *last_step(16, one_hot(order.index(labels[s]), 4))) for s in range(14)]
found = inspect("careercon")
if not found.converting: short(found.brief)
run = shell(found.converting[0])
if run.code: short(found.converting[0] + ": " + run.brief)
if fault := unequal(right, examples()): short(found.converting[0] + ": " + fault)
run = shell(found.training[0])
if run.code: short(found.training[0] + ": " + run.brief)
ok(found.converting[0])
