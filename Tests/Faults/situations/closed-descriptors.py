"""With a standard descriptor closed, nothing that is meant for it gets into a file, and results that cannot be delivered are an error."""
from common import *

def closed(number, *words):
    return timestep("-c", f'exec "$@" {number}<&-', "sh", PROGRAM, *words, program="/bin/sh")

train = ["train", *PARTLY, *NETWORK, "--epochs", 2]
plain, tested = [*train, "--model", "m"], [*train, *TESTED, "--model", "m"]
outputs = ("j", "led", "r.html", "m")
succeed(*tested, "--ledger", "led", "--journal", "j", "--report", "r.html")
undisturbed = {path: read(path) for path in outputs}
for number, name in enumerate(("input", "output", "error")):
    for words, results in ((plain, False), (tested, True)):
        what = f"train{' with test data' * results}, standard {name} closed"
        remove(*outputs)
        done = closed(number, *words, "--ledger", "led", "--journal", "j", "--report", "r.html")
        expected = 1 if results and name == "output" else 0
        require(done.returncode == expected, f"{what}: exit {done.returncode}, not {expected}: {done.stderr[-200:]}")
        for path in outputs:
            require(os.path.exists(path), f"{what}: no {path}")
            require(read(path) == undisturbed[path] or path == "r.html" and not results, f"{what}: another {path}: {read(path)[:80]!r}")
for words in (["stream", *PARTLY], ["inspect", *WHOLE], ["evaluate", *WHOLE[:4], "--on-error", "skip-sequence", "--allow-training-data", "--model", "m"]):
    remove("led3")
    more = [] if words[0] == "inspect" else ["--ledger", "led3"]
    refused(closed(1, *words, *more), f"{words[0]}, standard output closed")
    lines = read("led3").decode().splitlines() if os.path.exists("led3") else []
    for line in lines:
        try: json.loads(line)
        except ValueError: require(False, f"{words[0]}: its ledger contains {line[:60]!r}")
ok(f"{', '.join(outputs)} of 6 trainings as with all descriptors open; 3 commands cannot deliver their results and say so")
