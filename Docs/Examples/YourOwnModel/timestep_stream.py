"""Timestep's batches in PyTorch: every pass is a `timestep stream`, read without a copy."""

import json
import math
import struct
import subprocess

import torch
from torch.utils.data import IterableDataset

TYPES = {"F32": torch.float32, "I64": torch.int64}


class TimestepStream(IterableDataset):
    """Batches as dictionaries of tensors: features, labels, featuresMask, labelsMask, lengths."""

    def __init__(self, *flags, program="timestep"):
        self.command, self.epoch = [program, "stream", *flags], 0

    def __iter__(self):
        command = [*self.command, "--start-epoch", str(self.epoch)]
        self.epoch += 1
        with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
            while size := struct.unpack("<Q", exactly(8, process.stdout))[0]:
                yield tensors(exactly(size, process.stdout))


def exactly(count, stream):
    buffer = bytearray(count)
    if stream.readinto(buffer) < count:
        raise EOFError("timestep stream was cut off; it says why on standard error")
    return buffer


def tensors(file):
    start = 8 + struct.unpack_from("<Q", file)[0]
    header = json.loads(file[8:start])
    header.pop("__metadata__")  # epoch, step, manifest
    return {
        name: torch.frombuffer(
            file, dtype=TYPES[entry["dtype"]], count=math.prod(entry["shape"]),
            offset=start + entry["data_offsets"][0]).reshape(entry["shape"])
        for name, entry in header.items()
    }
