r"""Labels are texts; --classes 2, then --label-categories with another spelling."""
from common import *

words = "--features", "f_%d.csv", "--labels", "s_%d.csv", "--align", "end"
r = convert(*words, "--classes", "2")
fault = fault_of_refusal(r, ["s_0.csv"], "--label-categories")
if fault: short("--classes 2: " + fault)
r = convert(*words, "--label-categories", "run,Walk")
fault = fault_of_refusal(r, ["s_0.csv"], "Walk")
if fault: short("--label-categories run,Walk: " + fault)
if "--unknown-category" in r.said:
    for rule in "ignore", "other":
        q = convert(*words, "--label-categories", "run,Walk", "--unknown-category", rule)
        if q.code != 0: short("the message proposes --unknown-category, which is refused: " + q.brief)
r = convert(*words, "--label-categories", "run,walk")
if r.code != 0 or classes(r.t) != [[None, None, 1], [None, None, 0], [None, None, 1]]: short("--label-categories run,walk: " + r.brief)
ok("the messages name what works")
