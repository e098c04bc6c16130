r"""The line "score ... per sequence, ... per step" of evaluate, for models with --l2, with --class-weights, and with normalized labels."""
from common import *

subprocess.run([sys.executable, "gen.py"], check=True)
DATA = ["--features", "f_%d.csv", "--align", "end"]
def line(name, *words):
    t = timestep("train", *DATA, *words, "--hidden", "4", "--epochs", "2", "--seed", "1", "--model", name)
    if t.code != 0: short("train: " + t.brief)
    labels = words[words.index("--labels") + 1]
    r = timestep("evaluate", "--model", name, *DATA, "--labels", labels, "--allow-training-data")
    if r.code != 0: short("evaluate: " + r.brief)
    text = next((l for l in r.out.splitlines() if "score" in l), "")
    found = re.search(r"score\s+([0-9.e+-]+).*?([0-9.e+-]+)\s+per step", text)
    return text, (float(found.group(1)), float(found.group(2))) if found else None, r.out
# One label a series, so that both numbers are the same mean.
text, both, out = line("l2.st", "--labels", "y_%d.csv", "--classes", "2", "--l2", "0.5")
if both and abs(both[0] - both[1]) > 1e-3 and not re.search(r"penalty|regulari[sz]|l2", out, re.I):
    short(f"--l2 0.5, one label a series: \"{text}\": the first number holds the penalty of the weights, the second does not, and nothing says so; right: a loss without it, or a word")
text, plain, _ = line("p.st", "--labels", "y_%d.csv", "--classes", "2")
text, both, out = line("w.st", "--labels", "y_%d.csv", "--classes", "2", "--class-weights", "9,1")
if both and plain and both[1] > 2 * plain[1] and not re.search(r"weight", out, re.I):
    short(f"--class-weights 9,1: \"{text}\" beside {plain[1]} without weights: the factors are in it, and nothing says so")
text, both, out = line("n.st", "--labels", "v_%d.csv", "--regression", "--normalize", "standardize")
found = re.search(r"^0\s+(\S+)", out, re.M)
if both and found and abs(float(found.group(1).replace(",", "")) / max(both[1], 1e-9)) > 100 and not re.search(r"normali[sz]ed|units", out, re.I):
    short(f"normalized labels: the column has MSE {found.group(1)} in its own unit, the line below is \"{text}\", in normalized units, and nothing says so")
ok("the score line says what it holds")
