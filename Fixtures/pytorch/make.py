"""Writes the files of this folder with PyTorch. See ../README.md.

    python Fixtures/pytorch/make.py            (torch 2.13, numpy, safetensors)

NAME.safetensors is a model's state dict, as `safetensors.torch.save_file(model.state_dict(), path)` writes it.
NAME.expected.safetensors says what the model makes of a batch: `features` [N, C, T] and `mask` [N, T] (F32, absent
cells hold 99, or a class that is not 0), `output` [N, outputs, T] (F64, 0 at absent steps), computed in double
precision with the very weights of the first file. The same seeds give the same bytes.
"""

import copy
import pathlib

import torch
from safetensors.torch import save_file
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

HERE = pathlib.Path(__file__).resolve().parent
LENGTHS = [4, 6, 1, 3]
ABSENT = 99.0


def run(module, x, lengths):
    """The outputs [N, T, n] of a recurrent module over ragged series [N, T, C]."""
    packed = pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
    return pad_packed_sequence(module(packed)[0], batch_first=True, total_length=x.shape[1])[0]


class Recurrent(nn.Module):
    """Recurrent layers, and a linear one at every step."""

    def __init__(self, module, outputs, **options):
        super().__init__()
        self.rnn = module(batch_first=True, **options)
        width = self.rnn.hidden_size * (2 if self.rnn.bidirectional else 1)
        self.fc = nn.Linear(width, outputs, bias=self.rnn.bias)

    def forward(self, x, lengths):
        return self.fc(run(self.rnn, x, lengths))


class Text(nn.Module):
    """Class indices, through an embedding, into an LSTM."""

    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(7, 3)
        self.lstm = nn.LSTM(3, 4, batch_first=True)
        self.decoder = nn.Linear(4, 7)

    def forward(self, x, lengths):
        return torch.softmax(self.decoder(run(self.lstm, self.embedding(x[..., 0].long()), lengths)), dim=-1)


class Images(nn.Module):
    """A convolution at every step, and what it finds through an LSTM."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(2, 3, (2, 3), stride=(1, 2), padding=(0, 1))
        self.dense = nn.Linear(3 * 3 * 3, 5)
        self.lstm = nn.LSTM(5, 4, batch_first=True)
        self.out = nn.Linear(4, 2)

    def forward(self, x, lengths):
        n, t, _ = x.shape
        seen = torch.relu(self.conv(x.reshape(n * t, 2, 4, 5))).flatten(1)
        return self.out(run(self.lstm, torch.tanh(self.dense(seen)).reshape(n, t, 5), lengths))


class Levels(nn.Module):
    """Modules of equal sizes, distinguished only by their numbers; ten of them, so that 10 comes after 9."""

    def __init__(self):
        super().__init__()
        self.rnn1 = nn.LSTM(3, 3, batch_first=True)
        self.rnn2 = nn.LSTM(3, 3, 2, batch_first=True)
        self.head = nn.Sequential(*[nn.Linear(3, 3) for _ in range(11)])

    def forward(self, x, lengths):
        h = run(self.rnn2, run(self.rnn1, x, lengths), lengths)
        for layer in self.head[:-1]:
            h = torch.tanh(layer(h))
        return self.head[-1](h)


class Cell(nn.Module):
    """One nn.LSTMCell, stepped by hand."""

    def __init__(self):
        super().__init__()
        self.cell = nn.LSTMCell(3, 4)
        self.fc = nn.Linear(4, 2)

    def forward(self, x, lengths):
        state, outputs = None, []
        for step in range(x.shape[1]):
            state = self.cell(x[:, step], state)
            outputs.append(self.fc(state[0]))
        return torch.stack(outputs, dim=1)


class Bare(nn.LSTM):
    """An nn.LSTM whose own state dict is saved: names without a prefix."""

    def forward(self, x, lengths):
        packed = pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
        return pad_packed_sequence(super().forward(packed)[0], batch_first=True, total_length=x.shape[1])[0]


def spread(model):
    """Weights large enough that every gate matters: torch's own are, for these sizes; biases are made as large."""
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.uniform_(-0.8, 0.8)
    return model


def write(name, make, features, dtype=torch.float32):
    """Writes a model and what it makes of `features` [N, T, C], of which the first LENGTHS steps are present."""
    torch.manual_seed(sum(name.encode()))
    model = spread(make()).to(dtype).eval()
    steps = features.shape[1]
    mask = torch.arange(steps)[None, :] < torch.tensor(LENGTHS)[:, None]
    with torch.no_grad():
        output = copy.deepcopy(model).double()(features.double(), LENGTHS) * mask[..., None]
    save_file(model.state_dict(), HERE / f"{name}.safetensors")
    absent = features.clone()
    absent[~mask] = ABSENT if not isinstance(model, Text) else 3
    expected = {
        "features": absent.transpose(1, 2).contiguous(),
        "mask": mask.float(),
        "output": output.transpose(1, 2).contiguous(),
    }
    save_file(expected, HERE / f"{name}.expected.safetensors")


def main():
    generator = torch.Generator().manual_seed(1)
    values = torch.rand((4, 6, 3), generator=generator) * 4 - 2
    images = torch.rand((4, 6, 2 * 4 * 5), generator=generator) * 2 - 1
    classes = torch.randint(0, 7, (4, 6, 1), generator=generator).float()

    def stack(module, **options):
        return lambda: Recurrent(module, 2, input_size=3, hidden_size=4, **options)

    write("lstm", stack(nn.LSTM, num_layers=2), values)
    write("lstm-no-bias", stack(nn.LSTM, num_layers=2, bias=False), values)
    write("lstm-double", stack(nn.LSTM), values, torch.float64)
    write("gru", stack(nn.GRU, num_layers=2), values)
    write("gru-no-bias", stack(nn.GRU, bias=False), values)
    write("rnn", stack(nn.RNN, num_layers=2), values)
    write("rnn-relu", stack(nn.RNN, nonlinearity="relu"), values)
    write("rnn-no-bias", stack(nn.RNN, bias=False), values)
    write("both-lstm", stack(nn.LSTM, num_layers=2, bidirectional=True), values)
    write("both-lstm-no-bias", stack(nn.LSTM, bias=False, bidirectional=True), values)
    write("both-gru", stack(nn.GRU, num_layers=2, bidirectional=True), values)
    write("both-rnn", stack(nn.RNN, bidirectional=True), values)
    write("text", Text, classes)
    write("images", Images, images)
    write("levels", Levels, values)
    write("cell", Cell, values)
    write("bare", lambda: Bare(3, 4, batch_first=True), values)

    # Models that are rejected.
    torch.manual_seed(1)
    save_file(nn.LSTM(3, 4, proj_size=2).state_dict(), HERE / "projected.safetensors")
    half = nn.Sequential(nn.LSTM(3, 4), nn.Linear(4, 2))
    save_file(half.half().state_dict(), HERE / "half.safetensors")
    others = nn.ModuleDict(
        {
            "attention": nn.MultiheadAttention(4, 2),
            "batch": nn.BatchNorm1d(4),
            "conv": nn.Conv1d(3, 4, 2),
            "fc": nn.Linear(4, 2),
            "norm": nn.LayerNorm(4),
            "weighted": nn.utils.parametrizations.weight_norm(nn.Linear(4, 2)),
        }
    )
    save_file(others.state_dict(), HERE / "others.safetensors")
    torch.save(nn.Linear(4, 2).state_dict(), HERE / "pickled.pt")


if __name__ == "__main__":
    main()
