"""An update of nn.LSTM + Linear by Adam, on a full batch, or on packed sequences of unequal lengths.

torch_train.py full N T C n | vowels | lengths, --way packed|padded, --threads 1|2, --fixtures DIR

padded: nn.LSTM runs over the padding too, and the loss leaves it out; the same result for one direction. What the
backward pass of packed sequences costs grows with the square of the number of steps, so that this is often faster."""

import argparse

import numpy as np
import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_sequence

from side import serve


class Network(nn.Module):
    def __init__(self, inputs, size, classes):
        super().__init__()
        self.lstm, self.linear = nn.LSTM(inputs, size), nn.Linear(size, classes)


def trainer(network):
    loss = nn.CrossEntropyLoss()
    # fused: the fastest of Adam's implementations, for the CPU too.
    adam = torch.optim.Adam(network.parameters(), lr=0.001, fused=True)

    def update(outputs, labels):
        value = loss(outputs, labels)
        value.backward()
        adam.step()
        adam.zero_grad()
        return len(labels)

    return update


def full(n, t, c, size):
    network = Network(c, size, 10)
    update = trainer(network)
    # Time first, the layout that nn.LSTM computes in.
    features, labels = torch.randn(t, n, c), torch.randint(10, (t * n,))
    return lambda: update(network.linear(network.lstm(features)[0]).view(t * n, 10), labels)


def vowels(way, fixtures):
    """A pass over JapaneseVowels; the padded batches are made in advance."""
    folder = f"{fixtures}/japanese-vowels/train"
    batches = []
    for first in range(0, 270, 32):
        rows = range(first, min(first + 32, 270))
        series = [torch.from_numpy(np.loadtxt(f"{folder}/myInput_{row}.csv", delimiter=",", dtype=np.float32)) for row in rows]
        labels = torch.tensor([int(open(f"{folder}/myLabels_{row}.csv").read()) for row in rows])
        batches.append((pad_sequence(series), torch.tensor([len(one) for one in series]), labels))
    network = Network(12, 64, 9)
    update = trainer(network)

    def run():
        total = 0
        for padded, lengths, labels in batches:
            # The state after each series' last step, which is where the label is.
            if way == "packed":
                packed = pack_padded_sequence(padded, lengths, enforce_sorted=False)
                last = network.lstm(packed)[1][0][0]
            else:
                last = network.lstm(padded)[0][lengths - 1, torch.arange(len(labels))]
            total += update(network.linear(last), labels)
        return total

    return run


def lengths(way):
    """32 series of 10 to 1000 steps, one class per step; the loss is over the packed steps, none of which is padding."""
    counts = torch.tensor([10 + (row * 13 % 32) * 990 // 31 for row in range(32)])
    network = Network(20, 128, 10)
    update = trainer(network)
    padded, classes = torch.randn(int(counts.max()), 32, 20), torch.randint(10, (int(counts.max()), 32))
    labels = pack_padded_sequence(classes, counts, enforce_sorted=False).data
    present = torch.arange(int(counts.max()))[:, None] < counts

    def run():
        if way == "packed":
            packed = pack_padded_sequence(padded, counts, enforce_sorted=False)
            return update(network.linear(network.lstm(packed)[0].data), labels)
        return update(network.linear(network.lstm(padded)[0][present]), classes[present])

    return run


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("kind", choices=["full", "vowels", "lengths"])
    parser.add_argument("sizes", type=int, nargs="*")
    parser.add_argument("--way", choices=["packed", "padded"], default="packed")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--fixtures", default="Fixtures")
    flags = parser.parse_args()
    torch.manual_seed(1)
    torch.set_num_threads(flags.threads)
    if flags.kind == "full":
        serve(full(*flags.sizes))
    else:
        serve(vowels(flags.way, flags.fixtures) if flags.kind == "vowels" else lengths(flags.way))


if __name__ == "__main__":
    main()
