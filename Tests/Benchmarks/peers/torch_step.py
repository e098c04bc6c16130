"""One step of stateful prediction for one series: LSTM + Linear + softmax, no gradients.

torch_step.py C n --kind lstm|cell|frozen --threads 1|2"""

import argparse

import torch
from torch import nn

from side import serve


class Whole(nn.Module):
    """nn.LSTM, called with one step."""

    def __init__(self, inputs, size):
        super().__init__()
        self.lstm, self.linear = nn.LSTM(inputs, size), nn.Linear(size, 10)

    def forward(self, x, h, c):
        output, (h, c) = self.lstm(x[None], (h[None], c[None]))
        return torch.softmax(self.linear(output[0]), -1), h[0], c[0]


class Cell(nn.Module):
    """nn.LSTMCell, which is for single steps."""

    def __init__(self, inputs, size):
        super().__init__()
        self.cell, self.linear = nn.LSTMCell(inputs, size), nn.Linear(size, 10)

    def forward(self, x, h, c):
        h, c = self.cell(x, (h, c))
        return torch.softmax(self.linear(h), -1), h, c


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("sizes", type=int, nargs=2)
    parser.add_argument("--kind", choices=["lstm", "cell", "frozen"], default="lstm")
    parser.add_argument("--threads", type=int, default=1)
    flags = parser.parse_args()
    torch.manual_seed(1)
    torch.set_num_threads(flags.threads)
    inputs, size = flags.sizes
    network = (Whole if flags.kind == "lstm" else Cell)(inputs, size).eval()
    with torch.inference_mode():
        rows = list(torch.randn(64, 1, inputs))
        h, c = torch.zeros(1, size), torch.zeros(1, size)
        if flags.kind == "frozen":
            network = torch.jit.optimize_for_inference(torch.jit.freeze(torch.jit.trace(network, (rows[0], h, c))))
        state = [h, c, 0]

        def run():
            output, state[0], state[1] = network(rows[state[2]], state[0], state[1])
            state[2] = (state[2] + 1) & 63
            return output.numel()

        serve(run)


if __name__ == "__main__":
    main()
