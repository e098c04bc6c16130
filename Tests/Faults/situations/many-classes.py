"""Evaluation with 100,000 classes of which 3 occur: time, memory and results grow with the classes that occur."""
from common import *

words = ["train", *["100000" if word == "3" else word for word in WHOLE], *NETWORK, *TESTED, "--epochs", 1, "--report", "r.html", "--model", "m"]
begin = processor_seconds()
done = timestep(*words, preexec_fn=limits(AS=6 << 30))
seconds = processor_seconds() - begin
require(done.returncode == 0, f"exit {done.returncode}: {done.stderr[-200:]}")
require(seconds < 30, f"{seconds:.0f} s of processor time")
require(done.stdout.strip() and len(done.stdout) < 100_000, f"{len(done.stdout)} characters of results for 12 sequences")
require(os.path.getsize("r.html") < 2_000_000, f"a report of {os.path.getsize('r.html')} bytes for 12 sequences")
ok(f"{len(done.stdout)} characters of results, {os.path.getsize('r.html')} bytes of report, {seconds:.1f} s")
