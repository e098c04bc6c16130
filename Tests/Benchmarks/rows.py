"""What is measured: for every row its sides, which are commands."""

import os
import sys

TRAINING = [(32, 100, 50, 128), (32, 50, 77, 200), (64, 100, 64, 256), (64, 50, 512, 512), (10, 60, 1, 10), (32, 200, 8, 64)]
STEPS = [(1, 64), (77, 200), (64, 512)]
# [M, N, K] of the products of the recurrence and of the inputs at the large sizes, and square ones.
PRODUCTS = [(16, 512, 128), (32, 1024, 256), (32, 2048, 512), (1600, 2048, 512), (768, 768, 768), (1024, 1024, 1024)]


def rows(data, build, fixtures, divisor):
    here = os.path.dirname(os.path.abspath(__file__))
    files, small = 5_000 // divisor, [10_000 // divisor, 100_000 // divisor]

    def ours(*words):
        return [f"{build}/timestep-benchmarks", *map(str, words)]

    def peer(script, *words):
        return [sys.executable, f"{here}/peers/{script}.py", *map(str, words)]

    place = ["--data", data]
    count = [*place, "--count", files]
    loaders = {
        f"DataLoader {reader} {workers}": ["--reader", reader, "--workers", workers]
        for reader in ("loadtxt", "genfromtxt", "pandas", "pyarrow") for workers in (0, 2)
    }
    by_file = {
        f"{reader} {threads}": peer("by_file", *count, "--reader", reader, "--threads", threads)
        for reader in ("polars", "pyarrow") for threads in (1, 2)
    }
    convert = [
        f"{build}/timestep", "convert", "--classes", "10", "--align", "end", "--batch-size", "32",
    ]

    def source(folder, last):
        return ["--features", f"{data}/{folder}/f_%d.csv", "--labels", f"{data}/{folder}/l_%d.csv", "--range", f"0...{last}"]

    yield {
        "key": "directory",
        "sides": {"ours": ours("directory", *count)}
        | {name: peer("torch_files", "directory", *count, *words) for name, words in loaders.items()}
        | {"tf.data": peer("tf_files", *count)} | by_file,
    }
    yield {
        "key": "convert", "processes": ["ours"], "fresh": f"{data}/converted",
        "sides": {
            "ours": [*convert, *source("directory", files - 1), "--output", f"{data}/converted"],
            "write(2)": ours("write", *place),
        } | {
            # The fastest readers of the row above.
            f"DataLoader loadtxt {workers}": peer(
                "torch_files", "directory", *count, "--reader", "loadtxt", "--workers", workers)
            for workers in (0, 2)
        },
        "compare": False,
    }
    yield {"key": "read", "sides": {"ours": ours("read", *count)}}
    for number in small:
        # Without the readers that are by far the slowest with small files: genfromtxt and pandas.
        yield {
            "key": f"small {number}",
            "sides": {"ours": ours("small", *place, "--count", number)} | {
                f"DataLoader {reader} {workers}": peer(
                    "torch_files", "small", *place, "--count", number, "--reader", reader, "--workers", workers)
                for reader in ("loadtxt", "pyarrow") for workers in (0, 2) if number == small[0] or reader == "loadtxt"
            },
        }
    yield {
        "key": "grouped", "compare": False,
        "sides": {"ours": ours("grouped", *place)} | {
            reader: peer("columns", *place, "--reader", reader)
            for reader in ("pandas", "pandas-pyarrow", "pyarrow", "polars")
        },
    }
    compressed = [*count, "--compressed", "yes"]
    yield {
        "key": "compressed",
        "sides": {"ours": ours("directory", *compressed)} | {
            f"pandas {threads}": peer("by_file", *compressed, "--reader", "pandas", "--threads", threads)
            for threads in (1, 2)
        },
    }
    yield {
        "key": "wide",
        "sides": {"ours": ours("wide", *place)} | {
            reader: peer("wide", *place, "--reader", reader) for reader in ("pandas", "pandas-pyarrow")
        },
    }
    yield {
        "key": "cached",
        "sides": {"ours": ours("cached", *count)} | {
            f"memmap {threads}": peer("memmap", *count, "--threads", threads) for threads in (1, 2)
        },
    }
    for sizes in TRAINING:
        yield {
            "key": f"train {' '.join(map(str, sizes))}",
            "sides": {"ours": ours("train", *sizes)} | {
                f"torch {threads}": peer("torch_train", "full", *sizes, "--threads", threads) for threads in (1, 2)
            },
        }
    for kind in ("vowels", "lengths"):
        words = ["--fixtures", fixtures]
        yield {
            "key": f"masked {kind}",
            "sides": {"ours": ours("masked", kind, *words)} | {
                f"{way} {threads}": peer("torch_train", kind, *words, "--way", way, "--threads", threads)
                for way in ("packed", "padded") for threads in (1, 2)
            },
        }
    for sizes in STEPS:
        yield {
            "key": f"step {' '.join(map(str, sizes))}", "kept": "torch lstm",
            "sides": {"ours": ours("step", *sizes)} | {
                f"torch {kind}": peer("torch_step", *sizes, "--kind", kind) for kind in ("lstm", "cell", "frozen")
            } | {"torch frozen 2": peer("torch_step", *sizes, "--kind", "frozen", "--threads", "2")} | {
                f"onnxruntime {call}": peer("onnx_step", *sizes, "--call", call) for call in ("run", "binding")
            },
        }
    vowels = f"{fixtures}/japanese-vowels"
    flags = [
        word for name, part in (("", "train"), ("test-", "test"))
        for word in (
            f"--{name}features", f"{vowels}/{part}/myInput_%d.csv", f"--{name}labels", f"{vowels}/{part}/myLabels_%d.csv")
    ]
    yield {
        "key": "job", "processes": ["ours", "torch 1", "torch 2"],
        "sides": {
            "ours": [
                f"{build}/timestep", "train", *flags, "--classes", "9", "--align", "end", "--normalize", "standardize",
                "--learning-rate", "0.003", "--epochs", "40", "--hidden", "64", "--seed", "1", "--model",
                f"{data}/vowels.safetensors",
            ],
        } | {
            f"torch {threads}": peer(
                "torch_vowels", "--fixtures", fixtures, "--model", f"{data}/vowels.pt", "--threads", threads)
            for threads in (1, 2)
        },
    }
    yield {
        "key": "memory", "processes": ["ours"], "unit": "bytes", "fresh": f"{data}/converted-gigabyte",
        "sides": {"ours": [*convert, *source("gigabyte", 56_000 // divisor - 1), "--output", f"{data}/converted-gigabyte"]},
    }
    yield {"key": "help", "processes": ["ours"], "sides": {"ours": [f"{build}/timestep", "--help"]}}
    yield {"key": "sequential", "sides": {"ours": ours("read", *place, "--sequential", "yes")}}
    yield {"key": "copy", "sides": {"ours": ours("copy")}}
    for sizes in PRODUCTS:
        yield {"key": f"product {' '.join(map(str, sizes))}", "sides": {"ours": ours("product", *sizes)}}
