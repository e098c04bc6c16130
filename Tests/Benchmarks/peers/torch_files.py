"""PyTorch's DataLoader over files: pad_sequence, one-hot labels, masks. One pass is one repetition.

torch_files.py directory|small --data DIR --count N --reader NAME --workers 0|2"""

import argparse

import torch
from torch.nn.utils.rnn import pad_sequence
from torch.utils.data import DataLoader, Dataset

import readers
from side import serve

CLASSES = 10


class Directory(Dataset):
    """f_%d.csv and l_%d.csv: features [T, 20], one class per series."""

    def __init__(self, path, count, reader):
        self.path, self.count, self.read = path, count, readers.reader(reader, 20)

    def __len__(self):
        return self.count

    def __getitem__(self, index):
        with open(f"{self.path}/directory/l_{index}.csv") as file:
            label = int(file.read())
        return torch.from_numpy(self.read(f"{self.path}/directory/f_{index}.csv")), label


class Small(Dataset):
    """s_%d.csv: features [T, 5] and a class at every step."""

    def __init__(self, path, count, reader):
        self.path, self.count, self.read = f"{path}/small-{count}", count, readers.reader(reader, 6)

    def __len__(self):
        return self.count

    def __getitem__(self, index):
        rows = torch.from_numpy(self.read(f"{self.path}/s_{index}.csv"))
        return rows[:, :5], rows[:, 5]


def present(lengths):
    return torch.arange(int(lengths.max())) < lengths[:, None]


def collate_series(examples):
    """The label is at each example's own last step."""
    features, labels = zip(*examples)
    lengths = torch.tensor([len(series) for series in features])
    mask = present(lengths)
    rows = torch.arange(len(features))
    padded = torch.zeros(*mask.shape, CLASSES)
    padded[rows, lengths - 1] = torch.nn.functional.one_hot(torch.tensor(labels), CLASSES).float()
    labels_mask = torch.zeros_like(mask)
    labels_mask[rows, lengths - 1] = True
    return pad_sequence(features, batch_first=True), padded, mask, labels_mask


def collate_steps(examples):
    features, labels = zip(*examples)
    lengths = torch.tensor([len(series) for series in features])
    mask = present(lengths)
    padded = torch.nn.functional.one_hot(pad_sequence(labels, batch_first=True).long(), CLASSES).float()
    padded *= mask[:, :, None]
    return pad_sequence(features, batch_first=True), padded, mask, mask


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("layout", choices=["directory", "small"])
    parser.add_argument("--data", required=True)
    parser.add_argument("--count", type=int, required=True)
    parser.add_argument("--reader", required=True)
    parser.add_argument("--workers", type=int, default=0)
    flags = parser.parse_args()
    directory = flags.layout == "directory"
    # Workers persist from pass to pass, so that starting them does not count.
    loader = DataLoader(
        (Directory if directory else Small)(flags.data, flags.count, flags.reader), batch_size=32,
        collate_fn=collate_series if directory else collate_steps, num_workers=flags.workers,
        persistent_workers=flags.workers > 0)

    def run():
        return sum(int(mask.sum() + labels_mask.sum()) for _, _, mask, labels_mask in loader)

    serve(run)


if __name__ == "__main__":
    main()
