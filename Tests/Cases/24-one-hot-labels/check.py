r"""One-hot columns as labels (0,1 / 1,0 / 0,1) with --classes 2."""
from common import *

r = convert("--features", "f_%d.csv", "--labels", "oh_%d.csv", "--classes", "2", "--align", "end")
if r.code == 0:
    if classes(r.t) != [[None, None, 1], [None, None, 0], [None, None, 1]]: short(f"classes {classes(r.t)}; right: 1, 0, 1")
    ok("one-hot labels are read as classes")
fault = fault_of_refusal(r, ["oh_0.csv"], r"one-hot|one hot|indicator|a column (a|for every|per) class")
if fault: short(fault)
ok("refused: the message says that the columns are one-hot")
