r"""Gaps in a column of categories: no fill makes up a category, and the ways that messages propose work."""
from common import *

open("w.csv", "w").write("t,sky\n1,\n,sun\n3,\n4,rain\n")
open("v.csv", "w").write("t,sky\n1,sun\n2,rain\n")
DATA = ["--features", "w.csv", "--header", "--category", "sky=sun,cloud,rain"]
for call in "fill", "fill:rule=mean", "fill:rule=constant,value=1", "clip:from=0,to=1", "difference", "resample:every=2":
    file = "w.csv" if call.startswith("fill") else "v.csv"
    r = convert("--features", file, *DATA[2:], "--transform", call)
    fault = fault_of_refusal(r, [file], r"holds categories")
    if fault: short(f"{call}: {fault}")
r = convert(*DATA, "--transform", "fill:columns=t", "--transform", "fill:rule=forward,columns=sky")
fault = fault_of_refusal(r, ["w.csv:2"], r"rule=category,value=NAME,columns=sky")
if fault: short("a gap before the first category: " + fault)
r = convert(*DATA, "--transform", "fill:columns=t", "--transform", "fill:rule=category,value=rain,columns=sky")
if r.code or not same(r.t["features"][0], [[1, 2, 3, 4], [2, 0, 2, 2]]): short("rule=category: " + r.brief)
open("w.csv", "w").write("t,sky\n1,sun\n2,\n3,rain\n4,rain\n")
r = convert(*DATA, "--transform", "fill:rule=forward", "--transform", "resample:every=2,figure=mode")
if r.code or not same(r.t["features"][0], [[1, 3], [0, 2]]): short("rule=forward and figure=mode: " + r.brief)
ok("gaps hold categories that occur, or one that is named")
