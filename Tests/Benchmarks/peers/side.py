"""One side of a comparison: warms up, says {"ready": true}, answers every line of standard input with one sample.

Its counterpart is Workload.swift, with the same protocol and the same rules."""

import json
import sys
import time


def serve(run):
    """Times `run()`, which returns a number that shows what was done."""

    def seconds(count):
        start = time.perf_counter()
        for _ in range(count):
            check = run()
        return time.perf_counter() - start, check

    # The first time is slower than all others: files are not cached, threads and buffers do not exist yet.
    took, check = seconds(1)
    count = 1
    # Long work is warm after one run.
    if took < 20:
        took, check = seconds(1)
    while took < 0.1:
        count = max(count * 2, int(count * 0.15 / max(took, 1e-9)))
        took, check = seconds(count)
    print(json.dumps({"ready": True}), flush=True)
    for _ in sys.stdin:
        took, check = seconds(count)
        print(json.dumps({"seconds": took / count, "check": int(check)}), flush=True)
