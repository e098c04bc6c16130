"""PyTorch's loop on Timestep's batches: which of nine speakers is it? From the top of the repository:

python3 Docs/Examples/YourOwnModel/train_on_stream.py"""

import sys

sys.dont_write_bytecode = True  # no __pycache__ among the sources

import torch  # noqa: E402
from torch.nn.functional import cross_entropy  # noqa: E402

from timestep_stream import TimestepStream  # noqa: E402


def utterances(part, *flags):
    data = f"Fixtures/japanese-vowels/{part}"
    return TimestepStream(
        "--features", f"{data}/myInput_%d.csv", "--labels", f"{data}/myLabels_%d.csv", "--classes", "9",
        "--align", "end", "--layout", "NTC", *flags, program=".build/release/timestep")


class SpeakerNetwork(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = torch.nn.LSTM(12, 64, batch_first=True)
        self.dense = torch.nn.Linear(64, 9)

    def forward(self, batch):
        """Returns logits [N, classes] at every utterance's last step."""
        lengths = batch["lengths"]
        return self.dense(self.lstm(batch["features"])[0][torch.arange(len(lengths)), lengths - 1])


def speakers(batch):
    """Returns the label of every utterance, [N]."""
    return batch["labels"].sum(dim=1).argmax(dim=-1)


def main():
    torch.manual_seed(1)
    network = SpeakerNetwork()
    optimizer = torch.optim.Adam(network.parameters(), lr=0.003)
    training = utterances("train", "--seed", "1")  # every epoch in another order
    for epoch in range(40):
        total = 0.0
        for batch in training:
            optimizer.zero_grad()
            loss = cross_entropy(network(batch), speakers(batch))
            loss.backward()
            optimizer.step()
            total += loss.item() * len(batch["lengths"])
        print(f"epoch {epoch + 1}: loss {total / 270:.4f}")
    network.eval()
    with torch.no_grad():
        right = sum(int((network(batch).argmax(dim=-1) == speakers(batch)).sum())
                    for batch in utterances("test", "--order", "file"))
    print(f"test accuracy {right / 370:.4f}")


if __name__ == "__main__":
    main()
