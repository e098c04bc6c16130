"""Runs both sides of every row in turn and writes what it measured to DATA/results.json; `run` calls it.

A side is a process that answers each line of its standard input with one sample (Workload.swift, peers/side.py), so that
all sides of a row are warm and take turns, and the machine's moods meet all of them. Or it is a command whose whole
run is the sample."""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import time

from quiet import Patience
from rows import rows


class Answering:
    """A process that prints one sample per line."""

    def __init__(self, command):
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, stderr=subprocess.PIPE)
        self.read()

    def read(self):
        line = self.process.stdout.readline()
        if not line:
            sys.exit(f"{' '.join(self.process.args)} ended:\n{self.process.stderr.read()[-2000:]}")
        return json.loads(line)

    def sample(self):
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return self.read()

    def end(self):
        self.process.communicate()


class Command:
    """A command that is run for every sample, from its start to its end, into an output directory that does not exist yet."""

    def __init__(self, command, fresh):
        self.command = command
        self.fresh = fresh
        self.sample()

    def sample(self):
        if self.fresh:
            shutil.rmtree(self.fresh, ignore_errors=True)
        start = time.perf_counter()
        process = subprocess.Popen(self.command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        error = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = status
        if status != 0:
            sys.exit(f"{' '.join(self.command)} failed:\n{error.decode()[-2000:]}")
        return {"seconds": seconds, "bytes": usage.ru_maxrss * 1024, "check": None}

    def end(self):
        pass


def measure(row, repetitions, patience):
    """The samples of every side of a row."""
    sides = {}
    for name, side in row["sides"].items():
        sides[name] = Command(side, row.get("fresh")) if name in row.get("processes", ()) else Answering(side)
    samples = {name: [] for name in sides}

    def turn(names):
        checks = set()
        for name in names:
            sample = patience.undisturbed(sides[name].sample)
            samples[name].append(sample["bytes" if row.get("unit") == "bytes" else "seconds"])
            if sample["check"] is not None:
                checks.add(sample["check"])
        if len(checks) > 1 and row.get("compare", True):
            sys.exit(f"{row['key']}: the sides did not do the same: {checks}")

    # A peer that is twice far slower than the best one of its kind is not measured again. Its kind is its name's first word;
    # a peer with its own row in the table is its own kind.
    def kind(name):
        return name if name == row.get("kept") else name.split(" ")[0]

    left = list(sides)
    for number in range(repetitions):
        turn(left)
        if number != 1:
            continue
        best = {}
        for name in left:
            best[kind(name)] = min([best.get(kind(name), float("inf")), *samples[name]])
        slow = [name for name in left if min(samples[name]) > 1.6 * best[kind(name)]]
        for name in slow:
            sides[name].end()
        left = [name for name in left if name not in slow]
    for name in left:
        sides[name].end()
    return samples


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", required=True)
    parser.add_argument("--build", required=True, help="where timestep and timestep-benchmarks are")
    parser.add_argument("--fixtures", required=True)
    parser.add_argument("--repetitions", type=int, default=5)
    parser.add_argument("--divisor", type=int, default=1, help="the data set is that part of the full one")
    parser.add_argument("--only", default="", help="keys of rows, with commas; the others stay as they were measured")
    parser.add_argument("--patience", type=float, default=0, help="seconds to wait for gaps, where others compute")
    flags = parser.parse_args()
    only = set(filter(None, flags.only.split(",")))
    patience = Patience(flags.patience)
    path = f"{flags.data}/results.json"
    results = {"rows": {}}
    if only and os.path.exists(path):
        with open(path) as file:
            results = json.load(file)
    results["divisor"] = flags.divisor
    for row in rows(flags.data, flags.build, flags.fixtures, flags.divisor):
        if only and row["key"].split(" ")[0] not in only:
            continue
        samples = measure(row, flags.repetitions, patience)
        results["rows"][row["key"]] = {"date": time.strftime("%F %H:%M"), "samples": samples}
        medians = {name: statistics.median(values) for name, values in samples.items()}
        disturbed = f" ({patience.disturbed} samples disturbed so far)" if flags.patience else ""
        print(row["key"] + disturbed, {name: f"{value:.4g}" for name, value in medians.items()}, file=sys.stderr, flush=True)
        with open(path, "w") as file:
            json.dump(results, file, indent=1)


if __name__ == "__main__":
    main()
