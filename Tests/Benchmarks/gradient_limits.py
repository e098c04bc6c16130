"""Whether a limit on gradients removes late spikes of the training loss: ten seeds on five data sets, for each set of flags.

    python3 Tests/Benchmarks/gradient_limits.py .build/release/timestep [FOLDER] [--seeds 10] [--flags ';--clip 1;--clip 5']

It prints a table in Markdown: per data set and flags, the means over the seeds of the final loss and of the test figure, the
worst loss of an epoch in the last third of the training, and the number of seeds with a spike there (an epoch with three
times the lowest loss before it, and above a thousandth of the first epoch's loss)."""

import argparse
import math
import os
import random
import re
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def write(path, rows):
    with open(path, "w") as file:
        file.writelines(",".join(row) + "\n" for row in rows)


def guide(folder, count=200):
    """The series of Docs/GettingStarted.md: slow or fast oscillations of 20 to 59 steps, one class each."""
    random.seed(1)
    for part, amount in (("train", count * 4 // 5), ("test", count // 5)):
        os.makedirs(f"{folder}/{part}", exist_ok=True)
        for index in range(amount):
            steps, pace, start = 20 + random.randrange(40), (0.5, 0.9)[index % 2], random.random() * 6
            write(f"{folder}/{part}/myInput_{index}.csv", [
                (f"{math.sin(start + t * pace) + random.random() - 0.5:.4f}", f"{random.random():.4f}") for t in range(steps)])
            write(f"{folder}/{part}/myLabels_{index}.csv", [(str(index % 2),)])


def carried(folder):
    """Labels for every step of 100: the sign of the sum of all inputs so far, which a network has to remember."""
    random.seed(2)
    for part, amount in (("train", 200), ("test", 100)):
        os.makedirs(f"{folder}/{part}", exist_ok=True)
        for index in range(amount):
            values, total, labels = [], 0.0, []
            for _ in range(100):
                values.append(random.gauss(0, 1))
                total += values[-1]
                labels.append(int(total > 0))
            write(f"{folder}/{part}/myInput_{index}.csv", [(f"{value:.4f}",) for value in values])
            write(f"{folder}/{part}/myLabels_{index}.csv", [(str(label),) for label in labels])


def charts(folder):
    subprocess.run(
        [sys.executable, f"{ROOT}/Fixtures/synthetic-control/generate.py", "--output", folder], check=True,
        stdout=subprocess.DEVNULL)


SETS = [
    ("GettingStarted", guide, "--classes 2 --align end --batch-size 16 --hidden 16 --learning-rate 0.01 --epochs 60"),
    ("JapaneseVowels", f"{ROOT}/Fixtures/japanese-vowels",
     "--classes 9 --align end --hidden 64 --learning-rate 0.003 --epochs 60"),
    ("synthetic control", charts, "--classes 6 --align end --hidden 32 --learning-rate 0.003 --epochs 60"),
    ("sign of a sum", carried, "--classes 2 --hidden 32 --learning-rate 0.01 --epochs 40"),
    ("airline", f"{ROOT}/Fixtures/airline/windows_log",
     "--regression --align end --batch-size 88 --hidden 16 --learning-rate 0.005 --epochs 400"),
]


def train(program, data, flags, seed, model):
    run = subprocess.run(
        [program, "train", "--features", f"{data}/train/myInput_%d.csv", "--labels", f"{data}/train/myLabels_%d.csv",
         "--test-features", f"{data}/test/myInput_%d.csv", "--test-labels", f"{data}/test/myLabels_%d.csv",
         "--normalize", "standardize", "--seed", str(seed), "--model", model, *flags.split()],
        capture_output=True, text=True)
    if run.returncode:
        sys.exit(run.stderr)
    losses = [float(found) for found in re.findall(r"^epoch .*?loss(?: per \w+)? ([0-9.e+-]+),", run.stderr, re.MULTILINE)]
    return losses, float(run.stdout.split()[-1])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("folder", nargs="?", default="/tmp/gradient-limits")
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--flags", default=";--clip 1;--clip 5;--clip-norm 1;--updater amsgrad")
    options = parser.parse_args()
    print("| data | flags | final loss, mean | worst late loss | seeds with a spike | test figure, mean (worst) |")
    print("| --- | --- | --- | --- | --- | --- |")
    for name, source, flags in SETS:
        data = source if isinstance(source, str) else f"{options.folder}/{source.__name__}"
        if data != source and not os.path.exists(data):
            source(data)
        for more in options.flags.split(";"):
            finals, worsts, figures, spikes = [], [], [], 0
            for seed in range(1, options.seeds + 1):
                losses, figure = train(
                    options.program, data, f"{flags} {more}", seed, f"{options.folder}/model")
                late = range(len(losses) * 2 // 3, len(losses))
                finals.append(losses[-1])
                worsts.append(max(losses[index] for index in late))
                figures.append(figure)
                spikes += any(
                    losses[index] > max(3 * min(losses[:index]), losses[0] / 1000) for index in late)
            worst = (max if "--regression" in flags else min)(figures)
            mean = sum(figures) / len(figures)
            print(f"| {name} | {f'`{more}`' if more else 'no limit'} | {sum(finals) / len(finals):.4g} | {max(worsts):.4g} | {spikes} | "
                  f"{mean:.4f} ({worst:.4f}) |", flush=True)


if __name__ == "__main__":
    main()
