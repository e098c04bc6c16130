r"""--split leaves the training part without a single example of a class."""
from common import *

subprocess.run([sys.executable, "gen.py"], check=True)
hit = None
for seed in range(30):
    r = timestep("train", "--features", "f_%d.csv", "--labels", "y_%d.csv", "--classes", "2", "--align", "end", "--hidden", "4", "--epochs", "1", "--class-weights", "balanced", "--split", "6,2,2",
                 "--split-seed", str(seed), "--model", "m.st", "--journal", "j.jsonl")
    if r.crashed: short("train: " + r.brief)
    if r.refused:
        if re.search(r"class", r.said, re.I): ok("refused: " + r.brief)
        short("train: " + r.brief)
    seen = {int(re.findall(r"\d+", s)[0]) for l in open("j.jsonl") for s in json.loads(l).get("sources", [])}
    if not seen & {3, 17}: hit = (seed, r, len(seen)); break
if hit is None: ok("no part is without a class in 30 splits")
seed, r, count = hit
if re.search(r"class\w* .{0,40}\b1\b|\b1\b.{0,40}class", r.said, re.I): ok("said which class is not there: " + r.brief)
short(f"--split 6,2,2 --split-seed {seed}: the {count} series of the training part hold no example of class 1 (2 of 30 series are of it, both are judged on), and nothing says so; exit {r.code}, {' '.join(r.out.split())}; "
      "right: a word that names the class, or a split by class")
