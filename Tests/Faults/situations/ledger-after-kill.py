"""Killed after a checkpoint and resumed: the ledger is, byte for byte, that of an undisturbed run."""
from common import *

words = ["train", *PARTLY, *NETWORK, "--epochs", 1, "--ledger", "led", *RESUMABLE]
succeed(*words)
undisturbed = read("led")
for number in (1, 2, 3):
    shutil.rmtree("ck"); os.remove("led")
    require(killed_at_rename(words, number, "*checkpoint*"), f"there is no checkpoint {number}")
    succeed(*words)
    require(read("led") == undisturbed, f"killed at checkpoint {number}: another ledger")
ok("the same ledger after a kill at each of three checkpoints")
