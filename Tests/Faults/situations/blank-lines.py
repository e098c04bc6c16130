"""Millions of blank or faulty lines, left out by skip-row: memory stays flat, consecutive lines are one entry of the ledger."""
from common import *

COUNT = 10_000_000
write("blank.csv", b"1,2\n" + b"\n" * COUNT + b"3,4\n")
write("faulty.csv", b"1,2\n" + b"a,b\n" * (COUNT // 20) + b"3,4\n")
figures = []
for name in ("blank", "faulty"):
    words = ["convert", "--features", f"{name}.csv", "--on-error", "skip-row", "--ledger", f"{name}.led", "--output", name]
    begin = processor_seconds()
    done = timestep(*words, preexec_fn=limits(AS=1 << 30), timeout=60)
    seconds = processor_seconds() - begin
    require(done.returncode == 0, f"{name}: exit {done.returncode}: {done.stderr[-200:]}")
    require(seconds < 15, f"{name}: {seconds:.0f} s of processor time")
    lines = read(f"{name}.led").splitlines()
    require(1 <= len(lines) <= 10, f"{name}: a ledger of {len(lines)} lines, {os.path.getsize(name + '.led')} bytes")
    figures.append(f"{name}: {len(lines)} lines of ledger, {seconds:.1f} s")
ok("; ".join(figures))
