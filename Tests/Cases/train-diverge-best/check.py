r"""A training that gets better, then diverges, with validation and --patience."""
from common import *

subprocess.run([sys.executable, "gen.py"], check=True)
DATA = ["--features", "f_%d.csv", "--labels", "y_%d.csv", "--regression", "--align", "start", "--split", "8,2,2"]
seen = 0
# Which of them diverge after a good epoch depends on the kind of processor.
for rate, seed in [(rate, seed) for seed in range(1, 13) for rate in ("0.05", "0.045", "0.055")]:
    if seen == 3: break
    if os.path.exists("m.st"): os.remove("m.st")
    r = timestep("train", *DATA, "--cell", "rnn", "--hidden", "8", "--updater", "sgd", "--batch-size", "4", "--epochs", "200", "--learning-rate", rate, "--seed", str(seed),
                 "--patience", "200", "--model", "m.st")
    if r.crashed: short("train: " + r.brief)
    scores = [float(v) for v in re.findall(r"validation score ([0-9.e+-]+),", r.err)]
    if not re.search(r"not finite|diverge|NaN", r.err) or not scores or scores.index(min(scores)) == 0: continue   # did not diverge, or was never better than at first
    seen += 1
    best, place = min(scores), scores.index(min(scores)) + 1
    if not os.path.exists("m.st"):
        short(f"learning rate {rate}, seed {seed}: {len(scores)} epochs, the best was {place} (validation score {best:.4g}, after epoch 1 {scores[0]:.4g}), then a gradient that is not finite: "
              "exit 1, and no model is written; right: the best epoch's model is written, and a message says how the run ended")
    e = timestep("evaluate", "--model", "m.st", *DATA, "--part", "validation", "--json")
    if e.code != 0: short("evaluate: " + e.brief)
    if abs(json.loads(e.out)["score"] - best) > 1e-2 * best: short(f"the model that is written has a validation score of {json.loads(e.out)['score']:.5g}; right: {best:.5g}, that of epoch {place}")
if not seen: short("this check is at fault: no training diverged after its best epoch")
ok("the best epoch's model is there after a divergence")
