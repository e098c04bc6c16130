r"""The same noise and classes in units of 1 and of 1e-13 (Tesla, Farad ...), --normalize standardize; inspect on them."""
from common import *

subprocess.run([sys.executable, "gen.py"], check=True)
accuracy = {}
for unit in "u", "m":
    r = timestep("train", "--features", unit + "_%d.csv", "--labels", "y_%d.csv", "--classes", "2", "--align", "end", "--normalize", "standardize",
                 "--split", "8,0,2", "--epochs", "30", "--hidden", "8", "--learning-rate", "0.01", "--seed", "1", "--model", unit + ".st")
    found = re.search(r"accuracy\s+([0-9.]+)", r.err + r.out)
    if r.code != 0 or not found: short(f"train on {unit}_%d.csv: " + r.brief)
    accuracy[unit] = float(found.group(1))
if accuracy["u"] < 0.95: short(f"this check is at fault: accuracy {accuracy['u']} in units of 1")
if accuracy["m"] < accuracy["u"] - 0.05: short(f"the same data in units of 1e-13: test accuracy {accuracy['m']:.4f}; right: {accuracy['u']:.4f}, as in units of 1")
seen, r = column("0", "--features", "m_%d.csv", "--align", "start")
if seen is None: short("inspect shows no row for column 0: " + r.brief)
if 0 in seen: short(f"inspect shows the deviation {seen[1]} and the least value {seen[0]} for a column of about 1.8e-13; digits that say something are right")
ok(f"accuracy {accuracy['m']} in units of 1e-13, {accuracy['u']} in units of 1")
