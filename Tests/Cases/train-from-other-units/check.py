r"""train --from with a target near 50000 instead of 1000, under the same name and under another."""
from common import *

subprocess.run([sys.executable, "gen.py"], check=True)
DATA = ["--features", "f_%d.csv", "--align", "end"]
def train(model, *words):
    r = timestep("train", *DATA, "--regression", "--epochs", "200", "--learning-rate", "0.02", "--seed", "1", "--model", model, *words)
    if r.code != 0: short(f"train {' '.join(words)}: " + r.brief)
    return r
def r2(model, *labels):
    r = timestep("evaluate", "--model", model, *DATA, *labels, "--allow-training-data", "--json")
    if r.code != 0: short("evaluate: " + r.brief)
    return json.loads(r.out)["r2"][0]
train("a.st", "--labels", "y_%d.csv", "--normalize", "standardize", "--hidden", "8")
worst = 1
for labels in ["--labels", "z_%d.csv"], ["--labels", "k_%d.csv", "--label-header", "present"]:
    for more in [], ["--normalize", "standardize"], ["--normalize", "minmax"]:
        if os.path.exists("b.st"): os.remove("b.st")
        r = train("b.st", *labels, "--from", "a.st", *more)
        if not re.search(r"layer 1 .*: new: ", r.said): short(f"{labels[1]}: nothing says that the output layer is new: " + r.brief)
        if "normalized by their own statistics" not in r.said: short(f"{labels[1]}: nothing says how the labels are normalized: " + r.brief)
        worst = min(worst, r2("b.st", *labels))
if worst < 0.9: short(f"R^2 {worst:.2f} with costs near 50000 after prices near 1000")
ok(f"R^2 {worst:.3f} or more")
