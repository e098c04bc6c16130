r"""Validation in which the score gets worse while the accuracy gets better: stopping and the best epoch by accuracy."""
from common import *

subprocess.run([sys.executable, "gen.py"], check=True)
VALIDATION = ["--validation-features", "vf_%d.csv", "--validation-labels", "vy_%d.csv"]
def train(*words):
    if os.path.exists("m.st"): os.remove("m.st")
    return timestep("train", "--features", "tf_%d.csv", "--labels", "ty_%d.csv", "--classes", "2", "--align", "end", "--cell", "gru", "--hidden", "8", "--batch-size", "16", "--learning-rate", "0.01",
                    "--seed", "1", "--epochs", "100", "--model", "m.st", *words)
def accuracy():
    e = timestep("evaluate", "--model", "m.st", "--features", "vf_%d.csv", "--labels", "vy_%d.csv", "--json")
    return json.loads(e.out)["accuracy"] if e.code == 0 else None
if train().code != 0: short("train")
last = accuracy()
r = train(*VALIDATION)
if r.code != 0: short("train with validation: " + r.brief)
by_score = accuracy()
if last < by_score + 0.1: short(f"this check is at fault: accuracy {last} at the end, {by_score} of the best epoch by score")
r = train(*VALIDATION, "--patience", "60", "--monitor", "accuracy")
if r.code != 0:
    short(f"--monitor accuracy: {r.brief}; the best epoch is chosen by the score alone: validation accuracy {by_score:.2f}, after all epochs it is {last:.2f}; right: a flag that chooses by accuracy (F1, RMSE), "
          "and epoch lines that show it")
got = accuracy()
if got is None or got < last - 0.02: short(f"--monitor accuracy: the model has a validation accuracy of {got}; right: {last} or more")
if not re.search(r"accuracy", r.err): short("--monitor accuracy: no line says the accuracy")
ok(f"validation accuracy {got}, by score {by_score}")
