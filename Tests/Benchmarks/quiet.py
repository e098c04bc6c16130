"""Detects other work on this machine: samples wait for a gap in it, as long as the driver's patience lasts."""

import time


def busy_share(seconds):
    """The share of all cores that was busy during an interval."""

    def ticks():
        with open("/proc/stat") as file:
            values = list(map(int, file.readline().split()[1:9]))
        # Idle, and waiting for a disk.
        return sum(values), values[3] + values[4]

    (all_before, idle_before) = ticks()
    time.sleep(seconds)
    (all_after, idle_after) = ticks()
    total = all_after - all_before
    return 1 - (idle_after - idle_before) / total if total else 0


class Patience:
    """Takes samples in gaps: no other process computes just before and just after."""

    def __init__(self, seconds):
        self.seconds = seconds
        self.disturbed = 0

    def undisturbed(self, sample):
        """A sample that no other process disturbed, or any sample once patience has run out."""
        while True:
            began = time.monotonic()
            quiet = busy_share(0.1) < 0.3
            if quiet or self.seconds <= 0:
                result = sample()
                if self.seconds <= 0 or busy_share(0.1) < 0.3:
                    if self.seconds <= 0 and not quiet:
                        self.disturbed += 1
                    return result
            self.seconds -= time.monotonic() - began
