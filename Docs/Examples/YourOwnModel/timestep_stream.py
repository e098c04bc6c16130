"""Timestep's batches in PyTorch: every pass is a `timestep stream`, read without a copy."""

import json
import math
import struct
import subprocess

import torch
from torch.utils.data import IterableDataset, get_worker_info

TYPES = {"F32": torch.float32, "I64": torch.int64}


class TimestepStream(IterableDataset):
    """Batches as dictionaries of tensors: features, labels, featuresMask, labelsMask, lengths.

    The flags are those of `timestep stream`; every pass is the next epoch, `epoch` is the first one. Set `epoch` to
    continue where another run has ended."""

    def __init__(self, *flags, program="timestep", epoch=0):
        passes = {"--epochs", "--start-epoch", "--start-step", "--batch"}.intersection(flag.split("=")[0] for flag in flags)
        if passes:
            raise ValueError(f"{' '.join(sorted(passes))}: a pass is one epoch, which epoch= says; leave it out")
        self.command, self.epoch = [program, "stream", *flags], epoch

    def __iter__(self):
        # Each worker has a copy of this object: it would yield every batch, and not know the earlier epochs.
        if get_worker_info() is not None:
            raise RuntimeError(
                "a TimestepStream is read in the process that trains: Timestep's own threads read ahead; give the "
                "DataLoader num_workers=0, or use the stream without one")
        return self.batches()

    def batches(self):
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
