r"""One label a series, the class is in the last row: what the message of alignment equal proposes, and --align start."""
from common import *

subprocess.run([sys.executable, "gen.py"], check=True)
def train(*words): return timestep("train", "--features", "f_%d.csv", "--labels", "y_%d.csv", "--classes", "2", "--hidden", "8", "--epochs", "60", "--learning-rate", "0.02", "--split", "7,1,2", "--model", "m.st", *words)
def accuracy(r):
    found = re.search(r"test accuracy\s+([0-9.]+)", r.out)
    return float(found.group(1)) if r.code == 0 and found else None
e, a, z = train(), train("--align", "start"), train("--align", "end")
for r in e, a, z:
    if r.crashed: short(r.brief)
if accuracy(z) is None or accuracy(z) < 0.95: short("this check is at fault: --align end: " + z.brief)
TELLS = r"(first|last) (time )?(step|row)|one label (a|per) (series|sequence)|(sees?|reads?) .{0,30}row"
if e.refused and re.search(r"--align start", e.said) and not re.search(TELLS, e.said, re.I):
    equal = f"\"...{e.said.strip()[-75:]}\""
    if a.code == 0 and not re.search(TELLS, a.said, re.I):
        short(f"every label file has one row: alignment equal proposes both alike ({equal}); --align start learns from the first row alone, without a word (test accuracy {accuracy(a)}, --align end {accuracy(z)}); "
              "right: the message says what each means for one label a series, or training says that the label is at the first step")
ok("said what --align start means for one label a series")
