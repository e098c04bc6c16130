"""Killed after a checkpoint and resumed: the report is that of an undisturbed run; run again, the finished command leaves it."""
from common import *

words = ["train", *PARTLY, *NETWORK, *TESTED, "--epochs", 3, "--report", "r.html", *RESUMABLE]
succeed(*words)
undisturbed = read("r.html")
require(len(undisturbed) > 2000, f"a report of {len(undisturbed)} bytes")
succeed(*words)
require(read("r.html") == undisturbed, f"the command run again changes the report: {len(undisturbed)} bytes, now {len(read('r.html'))}")
kills = (1, 2, 5, 8)
for number in kills:
    remove("ck", "r.html", "m")
    require(killed_at_rename(words, number, "*checkpoint*"), f"there is no checkpoint {number}")
    succeed(*words)
    require(read("r.html") == undisturbed, f"killed at checkpoint {number}: another report, {len(read('r.html'))} bytes and not {len(undisturbed)}")
ok(f"the same report after {len(kills)} kills, and from the finished command run again")
