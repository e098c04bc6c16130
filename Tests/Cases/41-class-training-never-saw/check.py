r"""Test labels hold a class that training never saw; train --from on text labels."""
from common import *

subprocess.run([sys.executable, "gen.py"], check=True)
r = timestep("train", "--features", "f_%d.csv", "--labels", "y_%d.csv", "--label-categories", "walk,run,sit", "--align", "end", "--epochs", "5", "--hidden", "4", "--model", "m.st")
if r.code != 0: short("train: " + r.brief)
words = ["evaluate", "--model", "m.st", "--features", "t_%d.csv", "--labels", "v_%d.csv", "--json"]
r = timestep(*words)
if r.code != 0:
    fault = fault_of_refusal(r, ["v_3.csv"], r"jump", command="evaluate")
    if fault: short("evaluate: " + fault)
    ways = [w for f, w in (("--unknown-category", ["--unknown-category", "ignore"]), ("--unknown-category", ["--unknown-category", "other"]),
                           ("skip-sequence", ["--on-error", "skip-sequence"])) if f in r.said]
    if not ways: short("evaluate: the message names no way on: " + r.brief)
    for w in ways:
        q = timestep(*words, *w)
        if q.code != 0: short(f"evaluate: the message proposes {' '.join(w)}, which is refused: {q.brief}")
elif "jump" not in r.said: short("evaluate leaves out the series of class jump without a word")
r = timestep("train", "--from", "m.st", "--features", "t_%d.csv", "--labels", "u_%d.csv", "--align", "end", "--epochs", "2", "--model", "m2.st")
if r.code != 0:
    fault = fault_of_refusal(r, ["u_0.csv"], "--label-categories", command="train")
    if fault: short("train --from: " + fault)
ok("the messages propose what works")
