"""Prints the Markdown table of DATA/results.json: what, ours, the best peer, the ratio, must, aim, met or not.

table.py FILE [--minimum]: of medians, or of each side's fastest sample."""

import json
import math
import statistics
import sys

from rows import PRODUCTS, STEPS, TRAINING

# [N T C n]: must and aim of each; the mean of all has its own row.
TRAINING_MUSTS = [0.9, 0.9, 0.9, 0.9, 4, 1]
TORCH_MUSTS, ONNX_MUSTS = [10, 10, 10], [5, 2, 1]
TORCH_AIMS, ONNX_AIMS = [30, 30, 30], [10, 3, 1.2]


def duration(seconds):
    for unit, factor in (("s", 1), ("ms", 1e3), ("us", 1e6)):
        if seconds * factor >= 1 or unit == "us":
            return f"{seconds * factor:.3g} {unit}"


def product_operations(sizes):
    """The number of operations in a sample of ProductLimit, on both threads."""
    m, n, k = sizes
    return 4 * m * n * k * max(1, 200_000_000 // (2 * m * n * k))


class Table:
    def __init__(self, results):
        self.rows, self.divisor = results["rows"], results["divisor"]
        self.lines, self.missed = [], []
        # If other processes compute too, the least disturbed sample says more than the middle one.
        self.statistic = min if "--minimum" in sys.argv else statistics.median

    def samples(self, key):
        """The medians of the sides of a row; `None` if it was not measured."""
        if key not in self.rows:
            return None
        return {name: self.statistic(values) for name, values in self.rows[key]["samples"].items()}

    def best(self, key, prefix=""):
        """Our time, and that of the fastest peer whose name begins with `prefix`."""
        samples = self.samples(key)
        peers = {name: value for name, value in samples.items() if name != "ours" and name.startswith(prefix)}
        name = min(peers, key=peers.get)
        return samples["ours"], name, peers[name]

    def line(self, what, ours, peer, value, must, aim, text="{:.2f}x", less=False):
        """A row of the table; `must` and `aim` are `None` if nothing is required."""
        def met(bound):
            return value <= bound if less else value >= bound

        def bound(number):
            return "" if number is None else text.format(number)

        verdict = "" if must is None else "no"
        if must is not None and met(must):
            verdict = "aim" if aim is not None and met(aim) else "yes"
        elif must is not None:
            self.missed.append(what)
        self.lines.append(
            f"| {what} | {ours} | {peer} | {text.format(value)} | {bound(must)} | {bound(aim)} | {verdict} |")

    def against(self, what, key, must, aim, prefix=""):
        """A row that is a ratio of times."""
        if not self.samples(key):
            return None
        ours, name, peer = self.best(key, prefix)
        self.line(what, duration(ours), f"{duration(peer)}, {name}", peer / ours, must, aim)
        return peer / ours

    def mean(self, what, ratios, must, aim):
        if ratios and None not in ratios:
            self.line(what, "", "", math.exp(statistics.fmean(map(math.log, ratios))), must, aim)

    def reading(self):
        files, small = 5_000 // self.divisor, [10_000 // self.divisor, 100_000 // self.divisor]
        self.against(f"CSV directory of {files:,} + {files:,} files to batches: DataLoader", "directory", 12, 20, "DataLoader")
        self.against("the same: any peer", "directory", None, None)
        self.against("`timestep convert` of it, start and writing included: DataLoader, reading alone", "convert", 10, 14,
                     "DataLoader")
        if self.samples("read") and self.samples("directory"):
            ours, limit = self.samples("directory")["ours"], self.samples("read")["ours"]
            self.line("CSV directory: share of `read(2)` of the files, 2 threads", duration(ours), duration(limit),
                      100 * limit / ours, 30, 50, "{:.0f} %")
        self.against(f"{small[1]:,} files of 1 KB: DataLoader", f"small {small[1]}", 12, 20)
        if all(self.samples(f"small {count}") for count in small):
            costs = [self.samples(f"small {count}")["ours"] / count for count in small]
            self.line(f"a file of them, beside one of {small[0]:,}", duration(costs[1]), duration(costs[0]),
                      100 * costs[1] / costs[0], 110, None, "{:.0f} %", less=True)
        self.against("one CSV of 1 GB, grouped, to batches: reading columns", "grouped", 2, 4)
        self.against("the feature files of the directory, compressed with gzip: pandas", "compressed", 2, None)
        self.against("one series per row: pandas", "wide", 10, None)
        self.against("later epochs from the cache: memmap + pad_sequence", "cached", 5, None)
        if self.samples("cached") and self.samples("copy"):
            # The bytes written: features and one-hot labels of every padded cell; 100 of 150 steps are present.
            ours, copy = self.samples("cached")["ours"], self.samples("copy")["ours"]
            size = files * 148 * 30 * 4
            self.line("later epochs: bytes of batches a second, share of memory copy", f"{size / ours / 1e9:.3g} GB/s",
                      f"{(64 << 20) / copy / 1e9:.3g} GB/s", 100 * size / ours / ((64 << 20) / copy), None, 100, "{:.0f} %")

    def networks(self):
        ratios = []
        for sizes, must in zip(TRAINING, TRAINING_MUSTS):
            ratios.append(self.against(f"training step {sizes}", f"train {' '.join(map(str, sizes))}", must, max(1.2, must)))
        self.mean("training steps, geometric mean", ratios, 1.3, None)
        self.sgemm_shares()
        ratios = [
            self.against(f"training with masks, {what}: packed", f"masked {key}", None, None, "packed")
            for key, what in (("vowels", "JapaneseVowels"), ("lengths", "lengths 10 to 1000"))
        ]
        self.mean("training with masks, geometric mean", ratios, 1.5, 3)
        for key, what in (("vowels", "JapaneseVowels"), ("lengths", "lengths 10 to 1000")):
            self.against(f"training with masks, {what}: over the padding", f"masked {key}", None, None, "padded")
        for index, sizes in enumerate(STEPS):
            key = f"step {' '.join(map(str, sizes))}"
            self.against(f"stateful step {sizes}: nn.LSTM", key, TORCH_MUSTS[index], TORCH_AIMS[index], "torch lstm")
            self.against(f"stateful step {sizes}: LSTMCell, frozen or not", key, TORCH_MUSTS[index], TORCH_AIMS[index], "torch")
            self.against(f"stateful step {sizes}: onnxruntime", key, ONNX_MUSTS[index], ONNX_AIMS[index], "onnx")

    def sgemm_shares(self):
        peak = max((self.rate(sizes) for sizes in PRODUCTS if self.rate(sizes)), default=None)
        for n, t, c, size in TRAINING[2:4]:
            samples = self.samples(f"train {n} {t} {c} {size}")
            if peak and samples:
                # Forward; the weights' gradients; the gradient of h: that of the first layer's input is not needed.
                rate = 2 * n * t * (2 * (c + size) + size) * 4 * size / samples["ours"] / 1e9
                self.line(f"training step {(n, t, c, size)}: share of the `cblas_sgemm` peak", f"{rate:.0f} GFLOP/s",
                          f"{peak:.0f} GFLOP/s", 100 * rate / peak, None, 85, "{:.0f} %")

    def rate(self, sizes):
        samples = self.samples(f"product {' '.join(map(str, sizes))}")
        return product_operations(sizes) / samples["ours"] / 1e9 if samples else None

    def whole(self):
        self.against("JapaneseVowels, files to test accuracy, start included", "job", 5, 15)
        if self.samples("memory"):
            peak = self.samples("memory")["ours"] / 1e6
            self.line("peak memory, converting 1 GB of files", f"{peak:.0f} MB", "", peak, 101, 64, "{:.0f} MB", less=True)
        if self.samples("help"):
            start = self.samples("help")["ours"] * 1e3
            self.line("`timestep --help`", f"{start:.1f} ms", "", start, 15, 8, "{:.1f} ms", less=True)

    def limits(self):
        yield "| the machine's limit | |"
        yield "| --- | --- |"
        if samples := self.samples("read"):
            yield f"| `read(2)` of the {10_000 // self.divisor:,} files, 2 threads | {duration(samples['ours'])} |"
        if samples := self.samples("sequential"):
            yield f"| reading `grouped.csv`, 1 thread, page cache | {1e9 / self.divisor / samples['ours'] / 1e9:.1f} GB/s |"
        if samples := self.samples("convert"):
            yield f"| `write(2)` of the 95 MB in 157 files that `convert` writes, and `syncfs` | {duration(samples['write(2)'])} |"
        if samples := self.samples("copy"):
            yield f"| memory copy, 64 MB, 2 threads | {(64 << 20) / samples['ours'] / 1e9:.1f} GB/s |"
        for sizes in PRODUCTS:
            if rate := self.rate(sizes):
                yield f"| `cblas_sgemm`, {list(sizes)} (M, N, K), one on each of 2 threads | {rate:.0f} GFLOP/s |"


def main():
    with open(sys.argv[1]) as file:
        results = json.load(file)
    table = Table(results)
    table.reading()
    table.networks()
    table.whole()
    kind = "least" if table.statistic is min else "median"
    dates = sorted(row["date"] for row in results["rows"].values())
    counts = sorted({len(row["samples"]["ours"]) for row in results["rows"].values()})
    print(f"Measured from {dates[0]} to {dates[-1]}, the {kind} of {' to '.join(map(str, counts))} samples a side, data divided by "
          f"{results['divisor']}.\n")
    print("| what | ours | best peer, or limit | ratio | must | aim | met |\n| --- | --- | --- | --- | --- | --- | --- |")
    print("\n".join([*table.lines, "", *table.limits()]))
    print(f"\nMusts missed: {len(table.missed)}." + "".join(f"\n- {what}" for what in table.missed))


if __name__ == "__main__":
    main()
