"""The whole job, JapaneseVowels: files to a trained model and its test accuracy; what `timestep train --test-...` does.

torch_vowels.py --fixtures DIR --model FILE --seed N --threads 1|2"""

import argparse

import numpy as np
import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_sequence


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm, self.linear = nn.LSTM(12, 64), nn.Linear(64, 9)

    def forward(self, padded, lengths):
        packed = pack_padded_sequence(padded, lengths, enforce_sorted=False)
        return self.linear(self.lstm(packed)[1][0][0])


def read(folder, count):
    series = [
        torch.from_numpy(np.loadtxt(f"{folder}/myInput_{row}.csv", delimiter=",", dtype=np.float32))
        for row in range(count)
    ]
    return series, torch.tensor([int(open(f"{folder}/myLabels_{row}.csv").read()) for row in range(count)])


def batches(series, labels, order):
    for rows in order.split(32):
        chosen = [series[row] for row in rows.tolist()]
        yield pad_sequence(chosen), torch.tensor([len(one) for one in chosen]), labels[rows]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--fixtures", required=True)
    parser.add_argument("--model", required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    flags = parser.parse_args()
    torch.manual_seed(flags.seed)
    torch.set_num_threads(flags.threads)
    folder = f"{flags.fixtures}/japanese-vowels"
    (train, train_labels), (test, test_labels) = read(f"{folder}/train", 270), read(f"{folder}/test", 370)
    steps = torch.cat(train)
    mean, deviation = steps.mean(0), steps.std(0)
    train, test = ([(one - mean) / deviation for one in part] for part in (train, test))

    network, loss = Network(), nn.CrossEntropyLoss()
    adam = torch.optim.Adam(network.parameters(), lr=0.003, fused=True)
    for _ in range(40):
        for padded, lengths, labels in batches(train, train_labels, torch.randperm(270)):
            loss(network(padded, lengths), labels).backward()
            adam.step()
            adam.zero_grad()
    network.eval()
    with torch.inference_mode():
        right = sum(
            int((network(padded, lengths).argmax(1) == labels).sum())
            for padded, lengths, labels in batches(test, test_labels, torch.arange(370)))
    torch.save(network.state_dict(), flags.model)
    print(f"test accuracy {right / 370:.4f}")


if __name__ == "__main__":
    main()
