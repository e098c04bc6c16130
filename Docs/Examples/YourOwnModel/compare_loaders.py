"""Times a pass over the same files with Timestep's stream and with PyTorch's DataLoader, in turn; prints medians.

compare_loaders.py --timestep PROGRAM --data DIR --count N   # DIR/directory/f_%d.csv, l_%d.csv"""

import argparse
import os
import statistics
import sys
import time

import torch

sys.dont_write_bytecode = True
sys.path.insert(0, f"{os.path.dirname(__file__)}/../../../Tests/Benchmarks/peers")
import torch_files  # noqa: E402
from timestep_stream import TimestepStream  # noqa: E402


def seconds(batches, mask):
    """Returns the time of a pass that touches every batch."""
    start = time.perf_counter()
    present = sum(int(mask(batch)) for batch in batches)
    return time.perf_counter() - start, present


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--timestep", default=".build/release/timestep")
    parser.add_argument("--data", required=True)
    parser.add_argument("--count", type=int, required=True)
    flags = parser.parse_args()
    names = f"{flags.data}/directory"
    stream = TimestepStream(
        "--features", f"{names}/f_%d.csv", "--labels", f"{names}/l_%d.csv", "--range", f"0...{flags.count - 1}",
        "--classes", "10", "--align", "end", "--order", "file", "--layout", "NTC", program=flags.timestep)
    sides = {"timestep stream": (stream, lambda batch: batch["featuresMask"].sum())}
    for reader, workers in [("pyarrow", 0), ("pyarrow", 2), ("pandas", 2), ("loadtxt", 2)]:
        loader = torch.utils.data.DataLoader(
            torch_files.Directory(flags.data, flags.count, reader), batch_size=32,
            collate_fn=torch_files.collate_series, num_workers=workers, persistent_workers=workers > 0)
        sides[f"DataLoader, {reader}, {workers} workers"] = (loader, lambda batch: batch[2].sum())
    size = sum(os.path.getsize(f"{names}/f_{n}.csv") for n in range(flags.count)) / 1e6
    times, present = {name: [] for name in sides}, set()
    for turn in range(6):  # the first one warms up
        for name, side in sides.items():
            took, steps = seconds(*side)
            present.add(steps)
            if turn > 0:
                times[name].append(took)
    assert len(present) == 1, f"not the same steps: {present}"
    for name, took in times.items():
        median = statistics.median(took)
        print(f"{name:<32} {median:7.3f} s   {size / median:6.0f} MB/s")


if __name__ == "__main__":
    main()
