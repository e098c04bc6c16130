r"""ItalyPowerDemand of the UCR archive, in its layout: tab-separated rows that are series, the class (1, 2) first, a training and a test file."""
from common import *

r = np.random.RandomState(1)
def write(path, count):
    rows = [(1 + i % 2, r.normal(size=24)) for i in range(count)]
    open(path, "w").write("".join("\t".join([str(c)] + ["%.8g" % v for v in x]) + "\n" for c, x in rows))
os.mkdir("ItalyPowerDemand")
write("ItalyPowerDemand/ItalyPowerDemand_TRAIN.tsv", 67)
write("ItalyPowerDemand/ItalyPowerDemand_TEST.tsv", 40)
open("ItalyPowerDemand/README.md", "w").write("# ItalyPowerDemand\n\nTwo classes.\n")

found = inspect("ItalyPowerDemand")
if not found.converting: short(found.brief)
table = np.genfromtxt("ItalyPowerDemand/ItalyPowerDemand_TRAIN.tsv", delimiter="\t")
right = [(row[1:, None], *last_step(24, one_hot(int(row[0]) - 1, 2))) for row in table]
run = shell(found.converting[0])
if run.code: short(run.brief)
if fault := unequal(right, examples()): short(fault)
run = shell(found.training[0])
if run.code: short(found.training[0] + ": " + run.brief)
ok(found.converting[0])
