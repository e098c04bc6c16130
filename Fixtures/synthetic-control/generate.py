#!/usr/bin/env python3
"""Synthetic control charts: 600 series of 60 steps in six classes, 450 to train on and 150 to test with.

    python3 Fixtures/synthetic-control/generate.py --output /tmp/synthetic-control

writes {train,test}/myInput_%d.csv (one column, one row a time step), {train,test}/myLabels_%d.csv (the class,
one row a series) and meta.json. The same seed gives the same bytes. Needs Python 3 and nothing else.

The equations are those of R. J. Alcock and Y. Manolopoulos, "Time-Series Similarity Queries Employing a
Feature-Based Approach", 7th Hellenic Conference on Informatics, 1999. With m = 30, s = 2, r from (-3, 3)
drawn at every step, and every other parameter once a series:

    0 normal          m + r s
    1 cyclic          m + r s + a sin(2 pi t / T)    a, T from [10, 15]
    2 increasing      m + r s + g t                  g from [0.2, 0.5]
    3 decreasing      m + r s - g t
    4 upward_shift    m + r s + k x                  x from [7.5, 20]; k is 0 before t3 and 1 from it on,
    5 downward_shift  m + r s - k x                  t3 from [n/3, 2n/3]
"""

import argparse
import json
import math
import pathlib
import random
import sys

CLASSES = ["normal", "cyclic", "increasing", "decreasing", "upward_shift", "downward_shift"]
STEPS = 60
MEAN, SPREAD = 30.0, 2.0


def series(name, uniform):
    """One series of the class, its parameters and noise drawn from uniform(low, high)."""
    amplitude, period = uniform(10, 15), uniform(10, 15)
    gradient = uniform(0.2, 0.5)
    shift, begin = uniform(7.5, 20), uniform(STEPS / 3, 2 * STEPS / 3)
    pattern = {
        "normal": lambda t: 0.0,
        "cyclic": lambda t: amplitude * math.sin(2 * math.pi * t / period),
        "increasing": lambda t: gradient * t,
        "decreasing": lambda t: -gradient * t,
        "upward_shift": lambda t: shift if t >= begin else 0.0,
        "downward_shift": lambda t: -shift if t >= begin else 0.0,
    }[name]
    return [MEAN + uniform(-3, 3) * SPREAD + pattern(t) for t in range(1, STEPS + 1)]


def examples(count, seed):
    """`count` series of every class in random order, as pairs of class and values."""
    generator = random.Random(seed)

    # random() alone is promised to give the same numbers in every version of Python; shuffle() is not.
    def uniform(low, high):
        return low + (high - low) * generator.random()

    found = [(label, series(name, uniform)) for label, name in enumerate(CLASSES) for _ in range(count)]
    for last in range(len(found) - 1, 0, -1):
        other = int(generator.random() * (last + 1))
        found[last], found[other] = found[other], found[last]
    return found


def write(directory, part):
    directory.mkdir(parents=True)
    for number, (label, values) in enumerate(part):
        text = "".join(f"{value:.4f}\n" for value in values)
        (directory / f"myInput_{number}.csv").write_text(text, newline="\n")
        (directory / f"myLabels_{number}.csv").write_text(f"{label}\n", newline="\n")


def summary(part):
    return {
        "sequences": len(part), "features": 1, "min_length": STEPS, "max_length": STEPS,
        "total_steps": STEPS * len(part), "label_rows": "one per sequence",
        "per_class": [sum(1 for label, _ in part if label == index) for index in range(len(CLASSES))],
    }


def main():
    parser = argparse.ArgumentParser(description="Writes synthetic control charts as CSV files.")
    parser.add_argument("--output", type=pathlib.Path, default=pathlib.Path("synthetic-control"),
                        help="the directory to make (default: synthetic-control, here)")
    parser.add_argument("--count", type=int, default=100, help="series a class, a quarter of them to test (100)")
    parser.add_argument("--seed", type=int, default=1, help="another seed gives other series (1)")
    arguments = parser.parse_args()
    if arguments.count < 1:
        parser.error("--count: at least one series a class")
    for name in ("train", "test"):
        if (arguments.output / name).exists():
            sys.exit(f"{arguments.output / name}: exists already; remove it, or choose another --output")

    found = examples(arguments.count, arguments.seed)
    cut = len(found) * 3 // 4
    parts = {"train": found[:cut], "test": found[cut:]}
    for name, part in parts.items():
        write(arguments.output / name, part)
    meta = {
        "name": "synthetic control charts",
        "source": f"Fixtures/synthetic-control/generate.py --count {arguments.count} --seed {arguments.seed}",
        "task": "classification, one label per sequence", "classes": CLASSES, "align": "end",
        **{name: summary(part) for name, part in parts.items()},
    }
    (arguments.output / "meta.json").write_text(json.dumps(meta, indent=1) + "\n", newline="\n")


if __name__ == "__main__":
    main()
