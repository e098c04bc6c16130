r"""A column is 20 in all training rows and 20.5 in the test; nothing else differs (--normalize standardize)."""
from common import *

subprocess.run([sys.executable, "gen.py"], check=True)
warned = r"constant|does not vary|never (changes|varies)|same value|all (its )?values|deviation (is |of )?0|no (variation|spread)|one value"
train = timestep("train", "--features", "tr_%d.csv", "--labels", "y_%d.csv", "--classes", "2", "--align", "end", "--normalize", "standardize",
                 "--epochs", "40", "--hidden", "8", "--learning-rate", "0.01", "--seed", "1", "--model", "m.st")
if re.search(r"""(column|feature)?\s*["'#@]?\b1\b["']?""", train.said) and re.search(warned, train.said, re.I): ok("train says that a column is constant")
if train.code != 0: short("train: " + train.brief)
accuracy = {}
for test in "tf", "te":
    r = timestep("evaluate", "--model", "m.st", "--features", test + "_%d.csv", "--labels", "y_%d.csv")
    if re.search(r"""["'#@]?\b1\b["']?""", r.said) and re.search(warned, r.said, re.I): ok("evaluate says that a column was constant in training")
    found = re.search(r"accuracy\s+([0-9.]+)", r.out)
    if r.code != 0 or not found: short("evaluate: " + r.brief)
    accuracy[test] = float(found.group(1))
if accuracy["te"] < accuracy["tf"] - 0.1: short(f"column 1 is 20 in training and 20.5 in the test: accuracy {accuracy['te']:.4f} instead of {accuracy['tf']:.4f}, no word (0.5 is divided by 1e-5)")
ok(f"accuracy {accuracy['te']} with 20.5, {accuracy['tf']} with 20")
