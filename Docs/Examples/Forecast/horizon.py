"""Forecasts a horizon of months with a PyTorch LSTM, as the README's commands do with Timestep: the same windows, parts,
layer sizes, optimizer and seeds, to compare the errors.

    python3 horizon.py SERIES.csv COLUMN HORIZON [--window 36] [--hidden 32] [--epochs 60] [--rate 0.005] [--gap 24]
"""
import argparse
import csv
import math

import torch

parser = argparse.ArgumentParser()
parser.add_argument("series")
parser.add_argument("column")
parser.add_argument("horizon", type=int)
for name, kind, default in [("window", int, 36), ("hidden", int, 32), ("epochs", int, 60), ("rate", float, 0.005), ("gap", int, 24)]:
    parser.add_argument(f"--{name}", type=kind, default=default)
options = parser.parse_args()
torch.set_num_threads(2)

with open(options.series) as file:
    values = torch.tensor([float(row[options.column]) for row in csv.DictReader(file)])

# The rows of --split-time 7,0,3: the training part lacks its last --gap rows.
border = round(len(values) * 0.7)
training, test = values[:border - options.gap], values[border:]


def windows(part):
    """Every window, and the values after it."""
    size, ahead = options.window, options.horizon
    starts = range(len(part) - size - ahead + 1)
    return (torch.stack([part[i:i + size] for i in starts]).unsqueeze(-1),
            torch.stack([part[i + size:i + size + ahead] for i in starts]))


features, labels = windows(training)
mean, deviation = training[:len(training) - options.horizon].mean(), training[:len(training) - options.horizon].std(unbiased=False)
label_mean, label_deviation = labels.mean(0), labels.std(0, unbiased=False)


class Forecaster(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = torch.nn.LSTM(1, options.hidden, batch_first=True)
        self.output = torch.nn.Linear(options.hidden, options.horizon)

    def forward(self, batch):
        return self.output(self.lstm(batch)[0][:, -1])


known, truth = windows(test)
for seed in 1, 2, 3:
    torch.manual_seed(seed)
    model = Forecaster()
    optimizer = torch.optim.Adam(model.parameters(), lr=options.rate)
    for _ in range(options.epochs):
        for rows in torch.randperm(len(features)).split(64):
            loss = torch.nn.functional.mse_loss(
                model((features[rows] - mean) / deviation), (labels[rows] - label_mean) / label_deviation)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    with torch.no_grad():
        predicted = model((known - mean) / deviation) * label_deviation + label_mean
    print(f"seed {seed}: rmse {math.sqrt((predicted - truth).square().mean()):.4f}, {len(truth)} windows")
