"""Values far beyond any use end in a result or in a message that names the flag or its value, never in a trap, nor in endless work."""
from common import *
import re

LARGE = 2**63 - 1
data = WHOLE[:WHOLE.index("--batch-size")]  # --lanes excludes it
train, convert = ["train", *data, *NETWORK, "--epochs", "1", "--model", "m"], ["convert", *data, "--output", "o"]
stream, inspect = ["stream", *data], ["inspect", *data]
# Each command ends with the extreme flag and its value.
commands = [
    [*train, "--tbptt", 2, "--lanes", 2**31 - 1], [*train, "--tbptt", 2, "--lanes", LARGE], [*train, "--lanes", 2, "--tbptt", 2**32], [*train, "--lanes", 2, "--tbptt", LARGE],
    [*train, "--time-limit", "1e308"], [*train, "--time-limit", "1e-45"], [*train, "--batch-size", LARGE], [*train, "--seed", LARGE],
    [*train, "--learning-rate", "1e308"], [*train, "--checkpoints", "ck", "--keep-checkpoints", LARGE], [*train, "--checkpoints", "ck", "--checkpoint-every", LARGE],
    [*train, "--validation-features", "whole/x_%d.csv", "--validation-labels", "whole/y_%d.csv", "--allow-training-data", "--patience", LARGE],
    ["train", *data, "--epochs", "1", "--model", "m", "--hidden", 1_000_000],
    [*stream, "--tbptt", 2, "--lanes", 2**31 - 1], [*stream, "--lanes", 2, "--tbptt", 2**32], [*stream, "--batch-size", LARGE], [*inspect, "--plan", "--batch-size", LARGE],
    [*convert, "--shard", f"{LARGE - 1}/{LARGE}"], [*convert, "--window", f"{LARGE},{LARGE}"], [*convert, "--window", f"2,{LARGE}"],
    [*convert, "--skip-lines", LARGE], [*convert, "--range", f"0...{LARGE}"], [*convert, "--batching", f"budget:{LARGE}"],
    *([*convert, "--transform", text] for text in (f"difference:lag={LARGE}", f"lags:count={LARGE}", f"lags:count={2**31}")),
]
messages = 0
for words in commands:
    flag, value = map(str, words[-2:])
    done = timestep(*words, timeout=20)
    no_crash(done, f"{flag} {value}")
    if done.returncode:
        refused(done, f"{flag} {value}", codes=(1, 64))
        # Otherwise, another flag of this command was refused and the extreme one never tried.
        told = flag in done.stderr.splitlines()[0] or any(number in done.stderr for number in re.findall(r"\d{5,}", value))
        require(told and not re.search("exclude|requires|twice", done.stderr), f"{flag} {value}: the message is about something else: {done.stderr[:250]}")
        messages += 1
    remove("o", "m", "ck")
# So many epochs are what was asked for: it streams until its reader leaves.
process = subprocess.Popen([PROGRAM, "stream", *WHOLE, "--epochs", str(LARGE)], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
begin = process.stdout.read(100_000)
process.stdout.close()
error = process.stderr.read().decode(errors="replace")
require(len(begin) == 100_000 and process.wait(20) in (0, 1, 141, -13) and "Fatal" not in error, f"stream --epochs {LARGE}: {len(begin)} bytes, exit {process.returncode}: {error[:200]}")
ok(f"{messages} of {len(commands)} commands end with a message, the others with results; endless epochs are streamed")
