r"""A cache belongs to its files: one that is replaced by another of the same size and time, or a link that points elsewhere, is read again."""
from common import *

def first(*words):
    r = convert("--features", *words, "--cache", "c")
    if r.code: short(r.brief)
    return r.t["features"][:, 0, 0].tolist()
open("f_0.csv", "w").write("11\n12\n"); open("f_1.csv", "w").write("21\n22\n")
os.utime("f_1.csv", (1e9, 1e9))
if first("f_%d.csv") != [11, 21]: short("this check is at fault")
open("new", "w").write("71\n72\n"); os.utime("new", (1e9, 1e9)); os.replace("new", "f_1.csv")
if first("f_%d.csv") != [11, 71]: short("a file of the same size and time: the old numbers")
for name, value in ("a", 31), ("b", 41):
    os.mkdir(name); open(f"{name}/x.csv", "w").write(f"{value}\n"); os.utime(f"{name}/x.csv", (1e9, 1e9))
shutil.rmtree("c")
os.symlink("a", "today")
if first("today") != [31]: short("this check is at fault: a link")
os.remove("today"); os.symlink("b", "today")
if first("today") != [41]: short("a link that points elsewhere: the old numbers")
if first("a") != [31]: short("another folder: the numbers of the cache")
ok("a cache belongs to its files")
