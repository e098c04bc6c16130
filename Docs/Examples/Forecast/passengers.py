"""Forecasts airline passengers with a PyTorch LSTM, as Forecast.swift does with Timestep: the same months, windows, loss, layer
sizes, optimizer and epochs, to compare the errors.

    python3 passengers.py [passengers.csv]
"""
import csv
import math
import sys

import torch

torch.set_num_threads(2)
with open(sys.argv[1] if len(sys.argv) > 1 else "Fixtures/airline/passengers.csv") as file:
    months = torch.tensor([float(row[0]) for row in list(csv.reader(file))[1:]])
TRAINING, WINDOW, LABELLED = 100, 36, 24
changes = months.log().diff()
mean, deviation = changes[:TRAINING - 1].mean(), changes[:TRAINING - 1].std(unbiased=False)
steps = ((changes - mean) / deviation)[:, None]
known = steps[:TRAINING - 1]
starts = range(len(known) - WINDOW)
features = torch.stack([known[i:i + WINDOW] for i in starts])
labels = torch.stack([known[i + 1 + WINDOW - LABELLED:i + 1 + WINDOW] for i in starts])


class Forecaster(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = torch.nn.LSTM(1, 32, batch_first=True)
        self.output = torch.nn.Linear(32, 1)

    def forward(self, batch, state=None):
        hidden, state = self.lstm(batch, state)
        return self.output(hidden), state


def error(forecasts, truth):
    return math.sqrt((torch.stack(forecasts) - torch.stack(truth)).square().mean())


for seed in 1, 2, 3:
    torch.manual_seed(seed)
    model = Forecaster()
    weights = [weight for name, weight in model.named_parameters() if "weight" in name]
    optimizer = torch.optim.Adam(model.parameters(), lr=0.005)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 200)
    for _ in range(200):
        errors = (model(features)[0][:, -LABELLED:] - labels).square().sum((1, 2)).mean()
        loss = errors + 0.03 / 2 * sum(weight.square().sum() for weight in weights)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
    figures = []
    with torch.no_grad():
        for horizon in 1, 12, 24, 44:
            forecasts, truth = [], []
            for start in range(TRAINING, len(months) - horizon + 1):
                output, state = model(steps[None, :start - 1])
                step, value, forecast = output[:, -1:], months[start - 1], []
                for _ in range(horizon):
                    value = value * (step[0, 0, 0] * deviation + mean).exp()
                    forecast.append(value)
                    step, state = model(step, state)
                forecasts.append(torch.stack(forecast))
                truth.append(months[start:start + horizon])
            figures.append(f"{horizon} ahead: {error(forecasts, truth):.1f}")
    print(f"seed {seed}, {', '.join(figures)}")
